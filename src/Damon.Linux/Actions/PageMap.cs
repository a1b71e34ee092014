using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>/proc/PID/pagemap of one address space: what is at each page.</summary>
sealed unsafe class PageMap : IDisposable
{
    const ulong PresentBit = 1UL << 63;
    const ulong FileBit = 1UL << 61;
    const ulong FrameBits = (1UL << 55) - 1;

    readonly int _fd;

    PageMap(int fd) => _fd = fd;

    /// <summary>Opens that of a process.</summary>
    /// <param name="process">The process; must live.</param>
    /// <param name="errno">Why not.</param>
    /// <returns>Null after a failure.</returns>
    internal static PageMap? Open(MonitoredProcess process, out Errno errno)
    {
        PageMap? map = Open($"{process.Folder}/pagemap", out errno);
        if (map is not null && !process.IsAlive())
        {
            // Its pid may be another process' by now.
            map.Dispose();
            errno = Errno.ESRCH;
            return null;
        }

        return map;
    }

    /// <summary>Opens a file.</summary>
    internal static PageMap? Open(string path, out Errno errno)
    {
        int fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        errno = fd < 0 ? ErrnoExtensions.Last() : Errno.None;
        return fd < 0 ? null : new PageMap(fd);
    }

    /// <summary>Reads the entries of consecutive pages; 0 for those that cannot be read.</summary>
    internal void Read(ulong address, Span<ulong> entries)
    {
        nint got;
        fixed (ulong* p = entries)
        {
            got = LibC.pread(_fd, p, (nuint)(entries.Length * sizeof(ulong)), (long)((address >> Page.Shift) * sizeof(ulong)));
        }

        entries[(int)(Math.Max(got, 0) / sizeof(ulong))..].Clear();
    }

    /// <summary>Whether there is memory.</summary>
    internal static bool IsPresent(ulong entry) => (entry & PresentBit) != 0;

    /// <summary>Whether the page belongs to no file and is not shared memory.</summary>
    internal static bool IsAnonymous(ulong entry) => (entry & FileBit) == 0;

    /// <summary>The page's frame; 0 for those who may not know.</summary>
    internal static ulong FrameOf(ulong entry) => IsPresent(entry) ? entry & FrameBits : 0;

    public void Dispose() => _ = LibC.close(_fd);
}
