using Damon.Linux.Native;

namespace Damon.Linux.Processes;

/// <summary>A handle of one process that cannot come to mean another one when the pid is used again.</summary>
sealed class PidFd : IDisposable
{
    int _fd;

    PidFd(int fd) => _fd = fd;

    /// <summary>The file descriptor.</summary>
    internal int Handle => _fd;

    /// <summary>Whether the process has ended, reaped or not.</summary>
    public unsafe bool HasExited
    {
        get
        {
            LibC.pollfd poll = new() { fd = _fd, events = LibC.POLLIN };
            LibC.timespec now = default;
            return LibC.ppoll(&poll, 1, &now, null) > 0;
        }
    }

    /// <summary>Opens a process.</summary>
    /// <param name="pid">Its pid in the caller's pid namespace.</param>
    /// <param name="errno">ESRCH when there is no such process; EINVAL when it is a thread.</param>
    /// <returns>Null after a failure.</returns>
    internal static PidFd? Open(int pid, out Errno errno)
    {
        int fd = LibC.pidfd_open(pid, 0);
        errno = fd < 0 ? ErrnoExtensions.Last() : Errno.None;
        return fd < 0 ? null : new PidFd(fd);
    }

    /// <summary>Sends a signal, if the process still lives.</summary>
    internal unsafe bool Signal(int signal) => LibC.pidfd_send_signal(_fd, signal, null, 0) == 0;

    /// <summary>Closes the handle; the process is left alone.</summary>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            LibC.close(_fd);
            _fd = -1;
        }
    }
}
