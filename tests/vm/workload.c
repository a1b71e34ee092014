/* What tests/vm monitors: maps two pieces of some kind of memory, writes both once, and then reads the first again and again.
 *
 *   workload KIND FILE     KIND is anon, plain, thp, file, shared or locked; plain is anon that says nothing of huge pages
 *
 * FILE gets one line when the memory is there: the two pieces, as "hotstart hotend coldstart coldend" in hexadecimal. Between
 * two rounds it sleeps, because the only processor of the machine is the monitor's too. It ends after five minutes at the latest.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, HUGE = 2 << 20, HOT = 2 * HUGE, COLD = 4 * HUGE };

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* An aligned piece with a hole on either side, so that the kernel does not join it with another. */
static volatile char *map(const char *kind, size_t length, int fd)
{
    int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    char *space = mmap(NULL, length + 3 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED)
        die("mmap");
    char *start = (char *)(((uintptr_t)space + 2 * HUGE - 1) & ~(uintptr_t)(HUGE - 1));
    if (mmap(start, length, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0) == MAP_FAILED)
        die("mmap");
    if (strcmp(kind, "plain") != 0)
        madvise(start, length, strcmp(kind, "thp") == 0 ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    for (size_t i = 0; i < length; i += PAGE)
        start[i] = 1;
    if (strcmp(kind, "locked") == 0 && mlock(start, length) != 0)
        die("mlock");
    return start;
}

static int file(const char *kind, const char *name, size_t length)
{
    char path[4096];
    int fd = -1;
    if (strcmp(kind, "shared") == 0) {
        fd = memfd_create(name, 0);
    } else if (strcmp(kind, "file") == 0) {
        snprintf(path, sizeof path, "/tmp/workload-%s-%d", name, getpid());
        fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
        unlink(path);
    } else {
        return -1;
    }
    if (fd < 0 || ftruncate(fd, (off_t)length) != 0)
        die("file");
    return fd;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: workload KIND FILE\n");
        return 2;
    }
    alarm(300);
    volatile char *hot = map(argv[1], HOT, file(argv[1], "hot", HOT));
    volatile char *cold = map(argv[1], COLD, file(argv[1], "cold", COLD));

    /* A second process that has the same pages mapped, and does nothing. */
    if (strcmp(argv[1], "shared") == 0 && fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (size_t i = 0; i < HOT; i += PAGE)
            (void)hot[i];
        for (size_t i = 0; i < COLD; i += PAGE)
            (void)cold[i];
        for (;;)
            pause();
    }

    char new[4096];
    snprintf(new, sizeof new, "%s.new", argv[2]);
    FILE *out = fopen(new, "w");
    if (!out || fprintf(out, "%lx %lx %lx %lx\n", (long)hot, (long)hot + HOT, (long)cold, (long)cold + COLD) < 0 || fclose(out) != 0
        || rename(new, argv[2]) != 0)
        die(argv[2]);
    for (;;) {
        for (size_t i = 0; i < HOT; i += PAGE)
            (void)hot[i];
        nanosleep(&(struct timespec){0, 3000000}, NULL);
    }
}
