using Damon.Linux.Native;

namespace Damon.Linux.Fuse;

/// <summary>Keeps two servers from mounting at the same time: each would find a directory free, and lie on top of the other.</summary>
/// <remarks>On the device that both need anyway, so no file has to be made. It goes with the process.</remarks>
sealed class FuseMountLock : IDisposable
{
    readonly int _fd;

    FuseMountLock(int fd) => _fd = fd;

    /// <summary>Waits until no other server is about to mount. Where there is no device there is nothing to keep apart.</summary>
    public static FuseMountLock Take()
    {
        int fd = LibC.open(FuseDevice.Path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        while (fd >= 0 && LibC.flock(fd, LibC.LOCK_EX) != 0 && ErrnoExtensions.Last() == Errno.EINTR)
        {
            // A signal that this process has a handler for.
        }

        return new FuseMountLock(fd);
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = LibC.close(_fd);
        }
    }
}
