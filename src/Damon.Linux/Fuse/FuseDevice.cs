using System.Buffers.Binary;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Fuse;

/// <summary>The kernel's end of a FUSE connection: requests are read from it and replies written to it.</summary>
/// <remarks>
/// The descriptor is counted while it is in use, so a reply that comes after <see cref="Dispose"/> goes nowhere rather than into whatever file got
/// the number next.
/// </remarks>
sealed unsafe class FuseDevice : IDisposable
{
    /// <summary>The device of the kernel.</summary>
    public const string Path = "/dev/fuse";

    const int ReplyHeaderSize = 16;

    // Errors from here on are the kernel's own; it takes no such reply.
    const int FirstInternalError = 512;

    readonly SafeFileHandle _handle;

    /// <summary>For tests: any file in place of the device.</summary>
    internal FuseDevice(SafeFileHandle handle) => _handle = handle;

    /// <summary>For the mount options.</summary>
    public int Descriptor => (int)_handle.DangerousGetHandle();

    /// <exception cref="FuseMountException">There is no such device, or this process may not open it.</exception>
    public static FuseDevice Open()
    {
        int fd = LibC.open(Path, LibC.O_RDWR | LibC.O_CLOEXEC);
        if (fd >= 0)
        {
            return new FuseDevice(new SafeFileHandle(fd, ownsHandle: true));
        }

        Errno errno = ErrnoExtensions.Last();
        throw new FuseMountException(errno switch
        {
            Errno.ENOENT => $"there is no {Path}; load the kernel module with: modprobe fuse (in a container, pass the device in: --device {Path})",
            Errno.ENODEV or Errno.ENXIO => $"{Path} is there but the kernel has no FUSE; load the module with: modprobe fuse",
            Errno.EACCES or Errno.EPERM => $"{Path} cannot be opened: {errno.ToText()}; run as root (in a container, pass the device in: --device {Path})",
            _ => $"{Path} cannot be opened: {errno.ToText()}",
        });
    }

    /// <summary>Waits for the next request.</summary>
    /// <returns>Its length, or 0 when the file system is mounted no more.</returns>
    /// <exception cref="IOException">The device fails in a way that is not expected.</exception>
    public int Read(byte* buffer, int size)
    {
        while (true)
        {
            nint length = LibC.read(_handle, buffer, (nuint)size);
            if (length >= 0)
            {
                return (int)length;
            }

            switch (ErrnoExtensions.Last())
            {
                // ENOENT: the request was taken back while it was handed over.
                case Errno.EINTR or Errno.EAGAIN or Errno.ENOENT:
                    continue;
                case Errno.ENODEV or Errno.ECONNABORTED:
                    return 0;
                case var errno:
                    throw new IOException($"reading from /dev/fuse failed: {errno.ToText()}");
            }
        }
    }

    /// <summary>Answers a request with success.</summary>
    /// <returns>False when no client waits for it any more.</returns>
    public bool Reply(ulong unique, ReadOnlySpan<byte> body = default)
    {
        switch (Write(unique, 0, body))
        {
            case Errno.None:
                return true;
            case Errno.ENOENT or Errno.ENODEV or Errno.ECONNABORTED or Errno.EPERM:
                return false;
            default:
                // A reply that the kernel does not take must not leave the client waiting for ever.
                Fail(unique, Errno.EIO);
                return false;
        }
    }

    /// <summary>Answers a request with an error. Does nothing when the client waits no more.</summary>
    public void Fail(ulong unique, Errno errno)
    {
        int error = (int)errno is > 0 and < FirstInternalError ? (int)errno : (int)Errno.EIO;
        _ = Write(unique, -error, default);
    }

    /// <summary>Closes the descriptor once it is no longer in use.</summary>
    public void Dispose() => _handle.Dispose();

    Errno Write(ulong unique, int error, ReadOnlySpan<byte> body)
    {
        byte* header = stackalloc byte[ReplyHeaderSize];
        Span<byte> fields = new(header, ReplyHeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(fields, (uint)(ReplyHeaderSize + body.Length));
        BinaryPrimitives.WriteInt32LittleEndian(fields[4..], error);
        BinaryPrimitives.WriteUInt64LittleEndian(fields[8..], unique);
        fixed (byte* p = body)
        {
            LibC.iovec* parts = stackalloc LibC.iovec[2];
            parts[0] = new LibC.iovec { iov_base = (ulong)header, iov_len = ReplyHeaderSize };
            parts[1] = new LibC.iovec { iov_base = (ulong)p, iov_len = (ulong)body.Length };
            try
            {
                while (true)
                {
                    if (LibC.writev(_handle, parts, body.IsEmpty ? 1 : 2) >= 0)
                    {
                        return Errno.None;
                    }

                    Errno errno = ErrnoExtensions.Last();
                    if (errno is not (Errno.EINTR or Errno.EAGAIN))
                    {
                        return errno;
                    }
                }
            }
            catch (ObjectDisposedException)
            {
                // A handler took longer than the server.
                return Errno.ENODEV;
            }
        }
    }
}
