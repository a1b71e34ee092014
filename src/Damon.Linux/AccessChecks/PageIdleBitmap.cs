using Damon.Linux.Memory;
using Damon.Linux.Native;

namespace Damon.Linux.AccessChecks;

/// <summary>
/// The kernel's idle page bitmap: a bit per page frame. Writing 1 marks the folio that begins at the frame idle and clears its
/// accessed bits in all address spaces; the bit reads as 0 once the folio was accessed.
/// </summary>
/// <remarks>The kernel takes aligned words of 64 bits only.</remarks>
sealed unsafe class PageIdleBitmap : IDisposable
{
    internal const int FramesPerWord = 64;

    readonly int _fd;

    PageIdleBitmap(int fd) => _fd = fd;

    /// <summary>Opens the bitmap.</summary>
    /// <param name="sysRoot">Usually <c>/sys</c>.</param>
    /// <exception cref="AccessCheckUnavailableException">There is none, or it may not be opened.</exception>
    internal static PageIdleBitmap Open(string sysRoot)
    {
        string path = $"{sysRoot}/kernel/mm/page_idle/bitmap";
        int fd = LibC.open(path, LibC.O_RDWR | LibC.O_CLOEXEC);
        if (fd >= 0)
        {
            return new PageIdleBitmap(fd);
        }

        Errno errno = ErrnoExtensions.Last();
        throw errno == Errno.ENOENT
            ? new AccessCheckUnavailableException(
                $"this kernel does not track idle pages (there is no {path})",
                KernelFileRemedies.Of(errno, sysRoot, "CONFIG_IDLE_PAGE_TRACKING"))
            : new AccessCheckUnavailableException(
                $"{path} cannot be opened: {errno.ToText()}",
                KernelFileRemedies.Of(errno, sysRoot, "CONFIG_IDLE_PAGE_TRACKING"));
    }

    /// <summary>Marks folios of one word idle; those whose bit is 0 stay as they are.</summary>
    /// <param name="word">Which: frame number / 64.</param>
    /// <param name="bits">Bit i stands for frame <paramref name="word"/> * 64 + i.</param>
    internal Errno Write(ulong word, ulong bits) => Result(LibC.pwrite(_fd, &bits, sizeof(ulong), Offset(word)));

    /// <summary>Which folios of one word are idle.</summary>
    /// <inheritdoc cref="Write" path="/param"/>
    internal Errno Read(ulong word, out ulong bits)
    {
        ulong value = 0;
        Errno errno = Result(LibC.pread(_fd, &value, sizeof(ulong), Offset(word)));
        bits = errno == Errno.None ? value : 0;
        return errno;
    }

    public void Dispose() => _ = LibC.close(_fd);

    static long Offset(ulong word) => (long)(word * sizeof(ulong));

    // Behind the last frame the file ends.
    static Errno Result(nint done) => done switch
    {
        sizeof(ulong) => Errno.None,
        < 0 => ErrnoExtensions.Last(),
        _ => Errno.ENXIO,
    };
}
