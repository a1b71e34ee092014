using Damon.Linux.Memory;
using Damon.Linux.Native;

namespace Damon.Linux.Actions;

/// <summary>What the kernel tells of page frames: /proc/kpageflags, and /proc/kpagecgroup where there is one. For root only.</summary>
sealed unsafe class PhysicalPages : IDisposable
{
    readonly KernelPageFlags _flags;
    readonly int _cgroups;

    PhysicalPages(KernelPageFlags flags, int cgroups)
    {
        _flags = flags;
        _cgroups = cgroups;
    }

    /// <summary>Whether pages tell their memory cgroup.</summary>
    internal bool KnowsCgroups => _cgroups >= 0;

    /// <summary>Opens the files.</summary>
    /// <param name="procRoot">Usually <c>/proc</c>.</param>
    /// <exception cref="AccessCheckUnavailableException">There is no kpageflags, or it may not be opened.</exception>
    internal static PhysicalPages Open(string procRoot) =>
        new(KernelPageFlags.Open(procRoot), LibC.open($"{procRoot}/kpagecgroup", LibC.O_RDONLY | LibC.O_CLOEXEC));

    /// <summary>The folio that a page belongs to; null for the zero page and where there is no page.</summary>
    /// <param name="frame">The page's frame; 0 is none.</param>
    /// <param name="isActive">Whether the folio is on an active LRU list.</param>
    internal Folio? FolioOf(ulong frame, out bool isActive)
    {
        isActive = false;
        if (frame == 0)
        {
            return null;
        }

        if (_flags.IsSingle(frame, out isActive))
        {
            return new Folio(frame, 0);
        }

        ulong head = _flags.HeadOf(frame);
        isActive = head != 0 && _flags.IsActive(head);
        return head == 0 ? null : new Folio(head, _flags.OrderOf(head));
    }

    /// <summary>The inode of the memory cgroup that a folio is charged to; 0 when it is charged to none.</summary>
    internal ulong CgroupOf(Folio folio)
    {
        ulong inode;
        return LibC.pread(_cgroups, &inode, sizeof(ulong), (long)(folio.Head * sizeof(ulong))) == sizeof(ulong) ? inode : 0;
    }

    public void Dispose()
    {
        _flags.Dispose();
        if (_cgroups >= 0)
        {
            _ = LibC.close(_cgroups);
        }
    }
}
