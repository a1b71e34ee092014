using Damon.Linux.Native;

namespace Damo.CommandLine;

/// <summary>
/// Standard output or standard error as bytes, for lines about the run: whether anybody reads them decides nothing, so a write that fails is forgotten. The runtime's console is not used,
/// because it switches the keypad of a terminal to another mode when it is opened, and never back.
/// </summary>
/// <param name="descriptor">1 or 2.</param>
sealed unsafe class TerminalOutput(int descriptor) : Stream
{
    const int UsualColumns = 80;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A writer that writes each text at once.</summary>
    public static TextWriter Writer(int descriptor) => TextWriter.Synchronized(new StreamWriter(new TerminalOutput(descriptor)) { AutoFlush = true, NewLine = "\n" });

    /// <summary>Width of the terminal that a descriptor is, in characters; 80 where it does not tell.</summary>
    public static int Columns(int descriptor)
    {
        LibC.winsize size;
        return LibC.ioctl(descriptor, LibC.TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : UsualColumns;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* p = buffer)
            {
                written = LibC.write(descriptor, p, (nuint)buffer.Length);
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
                    LibC.pollfd poll = new() { fd = descriptor, events = LibC.POLLOUT };
                    _ = LibC.ppoll(&poll, 1, null, null);
                    break;
                default:
                    return;
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
