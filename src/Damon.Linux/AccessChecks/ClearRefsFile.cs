using System.Diagnostics;
using Damon.Linux.Memory;
using Damon.Linux.Native;

namespace Damon.Linux.AccessChecks;

/// <summary>/proc/PID/clear_refs: clears the accessed bits of a whole process, of every kind of page.</summary>
/// <remarks>
/// The kernel clears without telling the processors, which then go on accessing a page unseen for as long as they remember its translation;
/// under a hypervisor that keeps page tables of its own that may be for ever. Only clearing the soft-dirty bits ends with a flush. On kernels
/// built without these bits that does nothing else, so it is added there. Elsewhere it would take them away from others, and cost a
/// fault for each page written next.
/// </remarks>
sealed unsafe class ClearRefsFile : IDisposable
{
    static readonly Lazy<bool> s_flushes = new(HasNoSoftDirtyBits);

    readonly int _fd;

    ClearRefsFile(int fd, string folder)
    {
        _fd = fd;
        Folder = folder;
    }

    /// <summary>
    /// Of which process or thread. After the end of a thread the kernel takes the writes and does nothing: see
    /// <see cref="MonitoredProcess.Folder"/>.
    /// </summary>
    internal string Folder { get; }

    /// <summary>Whether processors forget the translations of what was cleared, so that the next access is seen in any case.</summary>
    internal static bool Flushes => s_flushes.Value;

    /// <summary>What the last <see cref="Clear"/> took, in nanoseconds.</summary>
    internal long LastCostNs { get; private set; }

    /// <summary>Opens the file.</summary>
    /// <param name="folder">Of the process or of one of its threads, in /proc.</param>
    /// <param name="errno">Why it could not be opened.</param>
    internal static ClearRefsFile? Open(string folder, out Errno errno)
    {
        int fd = LibC.open($"{folder}/clear_refs", LibC.O_WRONLY | LibC.O_CLOEXEC);
        errno = fd < 0 ? ErrnoExtensions.Last() : Errno.None;
        return fd < 0 ? null : new ClearRefsFile(fd, folder);
    }

    /// <summary>Clears.</summary>
    /// <param name="onlyFiles">Only the pages of file mappings and shared memory, which spares the rest the cost.</param>
    internal Errno Clear(bool onlyFiles)
    {
        bool flushes = Flushes;
        long start = Stopwatch.GetTimestamp();
        Errno errno = Write(onlyFiles ? '3' : '1');
        if (errno == Errno.None && flushes)
        {
            errno = Write('4');
        }

        LastCostNs = Stopwatch.GetTimestamp() - start;
        return errno;
    }

    public void Dispose() => _ = LibC.close(_fd);

    Errno Write(char type)
    {
        byte text = (byte)type;
        return LibC.pwrite(_fd, &text, 1, 0) < 0 ? ErrnoExtensions.Last() : Errno.None;
    }

    static bool HasNoSoftDirtyBits()
    {
        try
        {
            using OwnPages pages = OwnPages.Private(1);
            return pages.IsSoftDirty(0) is false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not known: then nothing that might take the bits away from others.
            return false;
        }
    }
}
