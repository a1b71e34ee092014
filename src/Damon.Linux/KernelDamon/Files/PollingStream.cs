using Damon.Linux.Native;
using Damon.Records.Streams;

namespace Damon.Linux.KernelDamon.Files;

/// <summary>A file that text keeps coming out of, as a stream that ends with the run: a reader of it waits for what is to come.</summary>
/// <param name="pipe">The file; disposed with the stream.</param>
/// <param name="wait">Waits between two looks.</param>
/// <param name="period">Time between two looks.</param>
/// <param name="name">The file, for messages.</param>
sealed class PollingStream(IKernelPipe pipe, RunWait wait, TimeSpan period, string name) : OneWayStream
{
    bool _isLast;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            Errno errno = pipe.Read(buffer, out int count);
            if (errno != Errno.None)
            {
                throw new KernelDamonException($"'{name}' cannot be read: {errno.ToText()}", errno);
            }

            // After the end there may still be what came before it.
            if (count > 0 || _isLast)
            {
                return count;
            }

            _isLast = !wait.Pause(period);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            pipe.Dispose();
        }

        base.Dispose(disposing);
    }
}
