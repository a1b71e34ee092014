using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

#pragma warning disable CS8981 // Names as in C.

static unsafe partial class LibC
{
    internal const int CLOCK_MONOTONIC = 1;
    internal const int CLOCK_THREAD_CPUTIME_ID = 3;
    internal const int TIMER_ABSTIME = 1;

    internal struct timespec
    {
        internal long tv_sec;
        internal long tv_nsec;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_gettime(int clockid, timespec* tp);

    /// <summary>Returns the error number itself, not -1.</summary>
    [LibraryImport("libc")]
    internal static partial int clock_nanosleep(int clockid, int flags, timespec* request, timespec* remain);
}
