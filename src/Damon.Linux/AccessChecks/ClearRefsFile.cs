using System.Diagnostics;
using Damon.Linux.Native;

namespace Damon.Linux.AccessChecks;

/// <summary>/proc/PID/clear_refs: clears the accessed bits of a whole process, of every kind of page.</summary>
internal sealed unsafe class ClearRefsFile : IDisposable
{
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
        byte type = (byte)(onlyFiles ? '3' : '1');
        long start = Stopwatch.GetTimestamp();
        nint written = LibC.pwrite(_fd, &type, 1, 0);
        Errno errno = written < 0 ? ErrnoExtensions.Last() : Errno.None;
        LastCostNs = Stopwatch.GetTimestamp() - start;
        return errno;
    }

    public void Dispose() => _ = LibC.close(_fd);
}
