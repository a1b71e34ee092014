using System.Text;
using Damon.Linux.Native;
using Damon.Linux.Outputs;
using Damon.Records.Streams;

namespace Damo.CommandLine;

/// <summary>Standard output or standard error as bytes.</summary>
/// <remarks>
/// The runtime's own streams are not used: they go on writing to nowhere when the reader is gone, and switch the keypad of a terminal to another mode for good.
/// </remarks>
sealed unsafe class StandardStream : OneWayStream
{
    const int Output = 1;
    const int Error = 2;
    const int None = -1;
    const int UsualColumns = 80;

    readonly int _descriptor;
    readonly bool _endsWithReader;

    StandardStream(int descriptor, bool endsWithReader)
    {
        _descriptor = descriptor;
        _endsWithReader = endsWithReader;
    }

    public override bool CanWrite => true;

    /// <summary>What stands for a standard output that the caller closed: every write is an exception.</summary>
    public static StandardStream Closed() => new(None, endsWithReader: true);

    /// <summary>Standard output for a result: every failure is an exception, including the loss of the reader.</summary>
    public static StandardStream ForResult() => new(Output, endsWithReader: true);

    /// <summary>A writer of lines to standard output, each at once. Losing the reader does not end the run; another failure is an exception.</summary>
    public static TextWriter OutputLines() => Lines(Output);

    /// <summary>A writer of lines for a standard output that the caller closed.</summary>
    public static TextWriter ClosedLines() => Lines(None);

    /// <summary>A writer of lines to standard error, each at once. A failure could not be reported, so it is ignored.</summary>
    public static TextWriter ErrorLines() => Lines(Error);

    /// <summary>Width of the terminal that standard output is, in characters; 80 where it does not say.</summary>
    public static int OutputColumns() => Columns(Output);

    /// <summary>Width of the terminal that standard error is, in characters; 80 where it does not say.</summary>
    public static int ErrorColumns() => Columns(Error);

    /// <exception cref="IOException">Its <see cref="Exception.HResult"/> is the error number.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_descriptor == None && !buffer.IsEmpty)
        {
            throw new IOException("standard output is closed; to write to nowhere, use > /dev/null", (int)Errno.EBADF);
        }

        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* p = buffer)
            {
                written = LibC.write(_descriptor, p, (nuint)buffer.Length);
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
                    // Another process has made the pipe non-blocking.
                    LibC.pollfd poll = new() { fd = _descriptor, events = LibC.POLLOUT };
                    _ = LibC.ppoll(&poll, 1, null, null);
                    break;
                case var errno when _descriptor == Error || (errno == Errno.EPIPE && !_endsWithReader):
                    return;
                case var errno:
                    throw new IOException($"writing to standard output failed: {OutputException.Reason(errno)}", (int)errno);
            }
        }
    }

    static TextWriter Lines(int descriptor) =>
        TextWriter.Synchronized(new StreamWriter(
            new StandardStream(descriptor, endsWithReader: false),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
        { AutoFlush = true, NewLine = "\n" });

    static int Columns(int descriptor)
    {
        LibC.winsize size;
        return LibC.ioctl(descriptor, LibC.TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : UsualColumns;
    }
}
