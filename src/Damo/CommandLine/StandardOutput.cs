using Damon.Linux.Native;
using Damon.Linux.Outputs;

namespace Damo.CommandLine;

/// <summary>Standard output as bytes that tells when nobody reads it any more; the runtime's own stream goes on writing to nowhere.</summary>
sealed unsafe class StandardOutput : Stream
{
    const int Descriptor = 1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">Its <see cref="Exception.HResult"/> is the error number.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* p = buffer)
            {
                written = LibC.write(Descriptor, p, (nuint)buffer.Length);
            }

            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (ErrnoExtensions.Last())
            {
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    // Somebody else has made the pipe non-blocking.
                    LibC.pollfd poll = new() { fd = Descriptor, events = LibC.POLLOUT };
                    _ = LibC.ppoll(&poll, 1, null, null);
                    break;
                case var errno:
                    throw new IOException($"writing to standard output failed: {OutputException.Reason(errno)}", (int)errno);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
