using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Damon.Samples.PageCache;

/// <summary>What the base class library has no call for. Names as in C.</summary>
static unsafe partial class Native
{
    /// <summary>The number of the system call, the same on all architectures (Linux 6.5).</summary>
    internal const nint SYS_cachestat = 451;

    /// <summary>Struct cachestat_range, in bytes.</summary>
    internal struct CachestatRange
    {
        internal ulong Offset;
        internal ulong Length;
    }

    /// <summary>Struct cachestat, in pages.</summary>
    internal struct Cachestat
    {
        internal ulong Cached;
        internal ulong Dirty;
        internal ulong Writeback;
        internal ulong Evicted;
        internal ulong RecentlyEvicted;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, SafeFileHandle file, CachestatRange* range, Cachestat* result, nint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mincore(byte* address, nuint length, byte* pages);
}
