/* A program for benefit: memory of which a part is in use, and a line each second on what using it costs.
 *
 *   benefit anon|file SIZE HOT SECONDS     SIZE MiB; in each 20 MiB, the first HOT tenths are read and written page by page
 *   benefit scattered SIZE HOT SECONDS     the same tenths, but eight bytes at random places, without a pause
 *
 * The file is ./benefit.dat where that is large enough, else one that is made.
 *
 * A line is: second, resident kB of the piece, kB of it in huge pages, touches in that second, CPU ns per touch, wall ns per touch.
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
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, HUGE = 2 << 20, STRIPE = 20 << 20 };

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t random64(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* What the kernel says of the mapping that begins at start. */
static void resident(const volatile char *start, long *kilobytes, long *huge)
{
    char line[4096], prefix[32];
    FILE *smaps = fopen("/proc/self/smaps", "r");
    int inside = 0;
    if (smaps == NULL)
        die("smaps");
    *kilobytes = *huge = 0;
    snprintf(prefix, sizeof prefix, "%lx-", (unsigned long)(uintptr_t)start);
    while (fgets(line, sizeof line, smaps) != NULL) {
        if (strstr(line, "-") != NULL && strstr(line, "kB") == NULL && strchr(line, ' ') != NULL && strncmp(line, "VmFlags", 7) != 0)
            inside = strncmp(line, prefix, strlen(prefix)) == 0;
        if (inside) {
            sscanf(line, "Rss: %ld", kilobytes);
            sscanf(line, "AnonHugePages: %ld", huge);
        }
    }
    fclose(smaps);
}

static int clean_file(size_t length)
{
    char path[] = "./benefit-XXXXXX";
    static char page[PAGE];
    int fd = mkstemp(path);
    unlink(path);
    memset(page, 7, sizeof page);
    for (size_t i = 0; i < length; i += PAGE)
        if (write(fd, page, PAGE) != PAGE)
            die("write");
    if (fsync(fd) != 0)
        die("fsync");
    return fd;
}

int main(int count, char **arguments)
{
    if (count != 5)
        die("benefit KIND SIZE HOT SECONDS");
    const char *kind = arguments[1];
    size_t length = (size_t)atoi(arguments[2]) << 20;
    size_t hot = (size_t)atoi(arguments[3]) * (STRIPE / 10);
    int seconds = atoi(arguments[4]), scattered = strcmp(kind, "scattered") == 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL);

    int fd = -1;
    if (strcmp(kind, "file") == 0) {
        struct stat status;
        fd = open("./benefit.dat", O_RDONLY);
        /* Only clean pages can be dropped without a place to write them to. */
        if (fd < 0 || fstat(fd, &status) != 0 || (size_t)status.st_size < length)
            fd = clean_file(length);
    }

    char *space = mmap(NULL, length + 3 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED)
        die("mmap");
    volatile char *start = (char *)(((uintptr_t)space + 2 * HUGE - 1) & ~(uintptr_t)(HUGE - 1));
    int protection = fd < 0 ? PROT_READ | PROT_WRITE : PROT_READ;
    if (mmap((char *)start, length, protection, (fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED) | MAP_FIXED, fd, 0) == MAP_FAILED)
        die("mmap");

    /* Half of each page is text that repeats, half is noise: about what memory compresses to. */
    unsigned sum = 0;
    for (size_t i = 0; i < length; i += PAGE) {
        if (fd < 0) {
            for (size_t j = 0; j < PAGE; j += 8)
                *(volatile uint64_t *)(start + i + j) = j < PAGE / 2 ? 0x6e6f6d6164000000 + (j & 255) : random64();
        } else {
            sum += (unsigned char)start[i];
        }
    }

    for (int second = 0; second < seconds; second++) {
        double cpu = 0, wall = 0, began = now(CLOCK_MONOTONIC);
        long touches = 0;
        while (now(CLOCK_MONOTONIC) - began < 1e9) {
            double c = now(CLOCK_PROCESS_CPUTIME_ID), w = now(CLOCK_MONOTONIC);
            if (scattered) {
                for (int i = 0; i < 100000; i++) {
                    uint64_t r = random64(), stripes = length / STRIPE;
                    size_t at = (r >> 40) % stripes * STRIPE + (r & 0xffffffffff) % hot;
                    /* The next place depends on what is read here, so that no processor hides the waiting. */
                    seed += (unsigned char)start[at]++;
                }
                touches += 100000;
            } else {
                for (size_t stripe = 0; stripe + STRIPE <= length; stripe += STRIPE) {
                    for (size_t i = 0; i < hot; i += PAGE) {
                        if (fd < 0)
                            start[stripe + i]++;
                        else
                            sum += (unsigned char)start[stripe + i];
                        touches++;
                    }
                }
            }
            cpu += now(CLOCK_PROCESS_CPUTIME_ID) - c;
            wall += now(CLOCK_MONOTONIC) - w;
            if (!scattered)
                usleep(20000);
        }
        long kilobytes, huge;
        resident(start, &kilobytes, &huge);
        printf("%d %ld %ld %ld %.1f %.1f\n", second, kilobytes, huge, touches, cpu / (double)touches, wall / (double)touches);
        fflush(stdout);
    }
    return sum == 42 ? 3 : 0;
}
