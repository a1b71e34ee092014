using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.Files;

/// <summary>An open file that is read without waiting.</summary>
sealed unsafe class KernelPipe(int fd) : IKernelPipe
{
    int _fd = fd;

    /// <inheritdoc/>
    public Errno Read(Span<byte> buffer, out int count)
    {
        count = 0;
        while (true)
        {
            nint got;
            fixed (byte* p = buffer)
            {
                got = LibC.read(_fd, p, (nuint)buffer.Length);
            }

            if (got >= 0)
            {
                count = (int)got;
                return Errno.None;
            }

            Errno errno = ErrnoExtensions.Last();
            if (errno != Errno.EINTR)
            {
                return errno == Errno.EAGAIN ? Errno.None : errno;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = LibC.close(_fd);
            _fd = -1;
        }
    }
}
