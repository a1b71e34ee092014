using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

#pragma warning disable CS8981 // Names as in C.

internal static unsafe partial class LibC
{
    internal const int RUSAGE_SELF = 0;
    internal const int RUSAGE_CHILDREN = -1;
    internal const int RUSAGE_THREAD = 1;
    internal const int RLIMIT_MEMLOCK = 8;
    internal const ulong RLIM_INFINITY = ulong.MaxValue;

    internal struct timeval
    {
        internal long tv_sec;
        internal long tv_usec;
    }

    internal struct rusage
    {
        internal timeval ru_utime;
        internal timeval ru_stime;
        internal long ru_maxrss;
        internal long ru_ixrss;
        internal long ru_idrss;
        internal long ru_isrss;
        internal long ru_minflt;
        internal long ru_majflt;
        internal long ru_nswap;
        internal long ru_inblock;
        internal long ru_oublock;
        internal long ru_msgsnd;
        internal long ru_msgrcv;
        internal long ru_nsignals;
        internal long ru_nvcsw;
        internal long ru_nivcsw;
    }

    internal struct rlimit
    {
        internal ulong rlim_cur;
        internal ulong rlim_max;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getrusage(int who, rusage* usage);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getrlimit(int resource, rlimit* rlim);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setrlimit(int resource, rlimit* rlim);
}
