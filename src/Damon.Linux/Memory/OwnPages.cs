using System.Runtime.InteropServices;
using Damon.Linux.Native;
using Damon.Monitoring;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Memory;

/// <summary>Some written 4 KiB pages of this process whose frame numbers can be asked for: what walks are checked against.</summary>
sealed unsafe class OwnPages : IDisposable
{
    const ulong PagemapPresent = 1UL << 63;
    const ulong PagemapSoftDirty = 1UL << 55;
    const ulong PagemapPfn = (1UL << 55) - 1;

    readonly SafeFileHandle? _pagemap;
    byte* _start;

    OwnPages(int count, int flags, int fd)
    {
        Count = count;
        try
        {
            _pagemap = File.OpenHandle("/proc/self/pagemap");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            PagemapFault = e.Message;
        }

        _start = Map(count, flags, fd);
        for (int i = 0; i < count; i++)
        {
            Touch(i);
        }
    }

    public int Count { get; }

    /// <summary>Why nothing is known of the frames; null where the kernel tells, or may tell.</summary>
    public string? PagemapFault { get; }

    /// <exception cref="IOException">No memory.</exception>
    public static OwnPages Private(int count) =>
        new(count, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1);

    /// <summary>Pages of a file in memory: page i has index i in it.</summary>
    /// <exception cref="IOException">No memory.</exception>
    public static OwnPages Shared(int count)
    {
        using SafeFileHandle file = new(LibC.memfd_create("damon-self-test", LibC.MFD_CLOEXEC), ownsHandle: true);
        return !file.IsInvalid && LibC.ftruncate((int)file.DangerousGetHandle(), (long)((ulong)count * Page.Size)) == 0
            ? new(count, LibC.MAP_SHARED, (int)file.DangerousGetHandle())
            : throw new IOException(
                "a file in memory: "
                    + $"{(ErrnoExtensions.Last() is Errno.EFBIG ? "the limit of the size of files (ulimit -f) is too small for one of a few pages" : ErrnoExtensions.Last().ToText())}");
    }

    public ulong Address(int page) => (ulong)_start + (ulong)page * Page.Size;

    public void Touch(int page) => Volatile.Write(ref _start[page * (int)Page.Size], (byte)(page + 1));

    /// <summary>
    /// Makes processors forget where the pages are, so that the next access goes through the page tables and sets the accessed
    /// bit, even where it was cleared without that.
    /// </summary>
    public void FlushTranslations()
    {
        nuint length = (nuint)((ulong)Count * Page.Size);
        if (LibC.mprotect(_start, length, LibC.PROT_NONE) != 0 || LibC.mprotect(_start, length, LibC.PROT_READ | LibC.PROT_WRITE) != 0)
        {
            throw new IOException($"memory for a self-test: {ErrnoExtensions.Last().ToText()}");
        }
    }

    /// <summary>Frame number; null when the page is not present or the kernel hides the number.</summary>
    public ulong? Pfn(int page) => Entry(page) is { } entry && (entry & PagemapPfn) != 0 ? entry & PagemapPfn : null;

    /// <summary>Whether the kernel says of the page, which was written, that it was; null when it says nothing of it.</summary>
    public bool? IsSoftDirty(int page) => Entry(page) is { } entry ? (entry & PagemapSoftDirty) != 0 : null;

    public void Dispose()
    {
        _pagemap?.Dispose();
        if (_start != null)
        {
            _ = LibC.munmap(_start, (nuint)((ulong)Count * Page.Size));
            _start = null;
        }
    }

    ulong? Entry(int page)
    {
        if (_pagemap is null)
        {
            return null;
        }

        ulong entry = 0;
        int got = RandomAccess.Read(_pagemap, MemoryMarshal.AsBytes(new Span<ulong>(ref entry)), (long)((Address(page) >> Page.Shift) * sizeof(ulong)));
        return got == sizeof(ulong) && (entry & PagemapPresent) != 0 ? entry : null;
    }

    static byte* Map(int count, int flags, int fd)
    {
        nuint length = (nuint)((ulong)count * Page.Size);
        void* start = LibC.mmap(null, length, LibC.PROT_READ | LibC.PROT_WRITE, flags, fd, 0);
        if (start == LibC.MAP_FAILED)
        {
            throw new IOException($"memory for a self-test: {ErrnoExtensions.Last().ToText()}");
        }

        // Refused where the kernel has no huge pages, which is as good.
        _ = LibC.madvise(start, length, LibC.MADV_NOHUGEPAGE);
        return (byte*)start;
    }
}
