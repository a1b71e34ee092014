using Damon.Linux.Native;
using Damon.Records.Streams;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Outputs;

/// <summary>
/// Writes to a descriptor, each time at once. Failures are <see cref="IOException"/> with a reason that names no path, whose <see cref="Exception.HResult"/> is
/// the error number.
/// </summary>
/// <remarks>The runtime's own stream takes the limit of the size of files for a wrong argument, and goes on writing to a pipe whose reader is gone.</remarks>
/// <param name="file">Open for writing. It stays open.</param>
/// <param name="isRegular">Whether it can be cut, and written at another place.</param>
sealed unsafe class OutputStream(SafeFileHandle file, bool isRegular) : OneWayStream
{
    const int SeekSet = 0;
    const int SeekCurrent = 1;

    bool _isClosed;

    /// <inheritdoc/>
    public override bool CanSeek => isRegular && !_isClosed;

    /// <inheritdoc/>
    public override bool CanWrite => !_isClosed;

    /// <inheritdoc/>
    public override long Length => FileFacts.Of(file).Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => Check(LibC.lseek(file, 0, SeekCurrent));
        set => Check(LibC.lseek(file, value, SeekSet));
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        fixed (byte* start = buffer)
        {
            nint done = 0;
            while (done < buffer.Length)
            {
                nint written = LibC.write(file, start + done, (nuint)(buffer.Length - done));
                if (written >= 0)
                {
                    done += written;
                }
                else
                {
                    Recover(ErrnoExtensions.Last());
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => Check(LibC.ftruncate(file, value));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _isClosed = true;
        base.Dispose(disposing);
    }

    void Recover(Errno errno)
    {
        if (errno == Errno.EAGAIN)
        {
            // Another process that shares the pipe or terminal has made it non-blocking.
            LibC.pollfd poll = new() { fd = (int)file.DangerousGetHandle(), events = LibC.POLLOUT };
            _ = LibC.ppoll(&poll, 1, null, null);
        }
        else if (errno != Errno.EINTR)
        {
            throw Failure(errno);
        }
    }

    static long Check(long result) => result >= 0 ? result : throw Failure(ErrnoExtensions.Last());

    static IOException Failure(Errno errno) => new(OutputException.Reason(errno), (int)errno);
}
