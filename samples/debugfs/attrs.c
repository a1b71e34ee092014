/*
 * Drives DAMON's debugfs interface from C, and checks its rules: attributes that are read back, the errors of wrong ones, the one write at offset 0.
 *
 *	cc -o attrs attrs.c && ./attrs DIRECTORY PID
 *
 * Prints a line per step; ends with 0 when all went as it must.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *directory;
static int failures;

static int open_file(const char *name, int flags)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return open(path, flags | O_CLOEXEC);
}

/* 0, or the error number. */
static int put(const char *name, const char *text)
{
	int fd = open_file(name, O_WRONLY), error = 0;
	ssize_t length = strlen(text);

	if (fd < 0)
		return errno;
	if (write(fd, text, length) != length)
		error = errno;
	close(fd);
	return error;
}

static int get(const char *name, char *text, size_t size)
{
	int fd = open_file(name, O_RDONLY), error = 0;
	ssize_t length;

	text[0] = 0;
	if (fd < 0)
		return errno;
	length = read(fd, text, size - 1);
	if (length < 0)
		error = errno;
	else
		text[length] = 0;
	close(fd);
	return error;
}

static void expect(const char *what, int is, int must)
{
	printf("%s %s: %s\n", is == must ? "ok  " : "FAIL", what, is ? strerror(is) : "done");
	failures += is != must;
}

static void expect_text(const char *name, const char *must)
{
	char text[4096];

	get(name, text, sizeof(text));
	printf("%s %s reads %s", strcmp(text, must) ? "FAIL" : "ok  ", name, text);
	failures += strcmp(text, must) != 0;
}

int main(int argc, char **argv)
{
	char line[32];
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: attrs DIRECTORY PID\n");
		return 2;
	}
	directory = argv[1];
	expect("attributes", put("attrs", "5000 100000 1000000 10 1000"), 0);
	expect_text("attrs", "5000 100000 1000000 10 1000\n");
	expect("four attributes", put("attrs", "1 2 3 4"), EINVAL);
	expect("more least than most regions", put("attrs", "1 2 3 5 4"), EINVAL);

	fd = open_file("attrs", O_WRONLY);
	expect("a first write", write(fd, "5000 100000 1000000 10 1000", 27) == 27 ? 0 : errno, 0);
	expect("a second write", write(fd, "5000 100000 1000000 10 1000", 27) == 27 ? 0 : errno, EINVAL);
	expect("a seek", lseek(fd, 0, SEEK_SET) == 0 ? 0 : errno, ESPIPE);
	close(fd);

	snprintf(line, sizeof(line), "%s\n", argv[2]);
	expect("a target", put("pids", argv[2]), 0);
	expect_text("pids", line);
	expect("no scheme", put("schemes", "\n"), 0);
	expect("no record", put("record", "0 null"), 0);
	expect("on", put("monitor_on", "on\n"), 0);
	expect_text("monitor_on", "on\n");
	expect("on again", put("monitor_on", "on\n"), EBUSY);
	expect("attributes while on", put("attrs", "5000 100000 1000000 10 1000"), EBUSY);
	expect("off", put("monitor_on", "off\n"), 0);
	expect_text("monitor_on", "off\n");
	expect("off again", put("monitor_on", "off\n"), EPERM);
	expect("a missing file", put("nothing", "1"), ENOENT);
	return failures != 0;
}
