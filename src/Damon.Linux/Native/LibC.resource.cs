using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

#pragma warning disable CS8981 // Names as in C.

static unsafe partial class LibC
{
    internal const int RLIMIT_MEMLOCK = 8;
    internal const ulong RLIM_INFINITY = ulong.MaxValue;

    internal struct rlimit
    {
        internal ulong rlim_cur;
        internal ulong rlim_max;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setrlimit(int resource, rlimit* rlim);
}
