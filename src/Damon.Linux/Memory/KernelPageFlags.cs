using Damon.Linux.Native;

namespace Damon.Linux.Memory;

/// <summary>/proc/kpageflags: 64 flags of each page frame.</summary>
sealed unsafe class KernelPageFlags : IDisposable
{
    // Bit numbers from linux/kernel-page-flags.h.
    const ulong OnReclaimListBit = 1UL << 5;
    const ulong ActiveBit = 1UL << 6;
    const ulong HeadBit = 1UL << 15;
    const ulong TailBit = 1UL << 16;
    const ulong NoPageBit = 1UL << 20;
    const ulong ZeroPageBit = 1UL << 24;

    // 1 GiB, the largest that user memory is made of.
    const int LargestOrder = 18;

    readonly int _fd;

    KernelPageFlags(int fd) => _fd = fd;

    /// <summary>Opens the file.</summary>
    /// <param name="procRoot">Usually <c>/proc</c>.</param>
    /// <exception cref="AccessCheckUnavailableException">There is none, or it may not be opened.</exception>
    internal static KernelPageFlags Open(string procRoot)
    {
        string path = $"{procRoot}/kpageflags";
        int fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd >= 0)
        {
            return new KernelPageFlags(fd);
        }

        Errno errno = ErrnoExtensions.Last();
        throw errno == Errno.ENOENT
            ? new AccessCheckUnavailableException(
                $"this kernel does not tell the flags of pages (there is no {path})",
                KernelFileRemedies.Of(errno, procRoot, "CONFIG_PROC_PAGE_MONITOR"))
            : new AccessCheckUnavailableException(
                $"{path} cannot be opened: {errno.ToText()}",
                KernelFileRemedies.Of(errno, procRoot, "CONFIG_PROC_PAGE_MONITOR"));
    }

    /// <summary>Frame of the first page of the folio that a page belongs to; 0 for the zero page and where there is no page.</summary>
    /// <remarks>
    /// A folio of 2^n pages begins at a multiple of 2^n, so a head can only be at the frame with the lowest 1, 2, ... bits cleared,
    /// and all that is between it and the page are tails: the first head found that way is the right one. That takes at most as
    /// many reads as the number has bits to clear, and unlike a search through a cached window it is never out of date.
    /// </remarks>
    internal ulong HeadOf(ulong frame)
    {
        ulong flags = Read(frame);
        if ((flags & (NoPageBit | ZeroPageBit)) != 0)
        {
            return 0;
        }

        ulong candidate = frame;
        for (int order = 0; (flags & TailBit) != 0 && order < LargestOrder; order++)
        {
            ulong bit = 1UL << order;
            if ((candidate & bit) != 0)
            {
                candidate &= ~bit;
                flags = Read(candidate);
            }
        }

        // Neither head nor tail is a page of its own, which a folio's head can only be when it was freed meanwhile.
        return (flags & TailBit) == 0 && (candidate == frame || (flags & HeadBit) != 0) ? candidate : 0;
    }

    /// <summary>Whether a folio is on one of the kernel's reclaim lists; only those can be marked idle.</summary>
    internal bool IsOnReclaimList(ulong head) => (Read(head) & OnReclaimListBit) != 0;

    /// <summary>Whether a page is one, and a folio by itself; what most are costs one read then.</summary>
    /// <param name="frame">The page.</param>
    /// <param name="isActive">Whether it is on an active list.</param>
    internal bool IsSingle(ulong frame, out bool isActive)
    {
        ulong flags = Read(frame);
        isActive = (flags & ActiveBit) != 0;
        return (flags & (HeadBit | TailBit | NoPageBit | ZeroPageBit)) == 0;
    }

    /// <summary>Whether a folio is on an active list.</summary>
    internal bool IsActive(ulong head) => (Read(head) & (NoPageBit | ActiveBit)) == ActiveBit;

    /// <summary>Base-2 logarithm of the pages of a folio.</summary>
    /// <param name="head">Frame of its first page, from <see cref="HeadOf"/>.</param>
    internal int OrderOf(ulong head)
    {
        // The page behind a folio of 2^n pages is no tail of it, and all pages before that one are.
        int order = 0;
        while (order < LargestOrder && (Read(head) & HeadBit) != 0 && (Read(head + (1UL << order)) & TailBit) != 0)
        {
            order++;
        }

        return order;
    }

    public void Dispose() => _ = LibC.close(_fd);

    ulong Read(ulong frame)
    {
        ulong flags = 0;
        nint got = LibC.pread(_fd, &flags, sizeof(ulong), (long)(frame * sizeof(ulong)));
        return got == sizeof(ulong) ? flags : NoPageBit;
    }
}
