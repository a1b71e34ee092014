using Damon.Records.Streams;

namespace Damon.Reports.Footprints;

/// <summary>Reads another stream up to a length, whatever that tells of its own: a pipe and a device tell none.</summary>
/// <param name="inner">The other; not disposed.</param>
/// <param name="most">Beyond this many bytes, reading throws <see cref="EndOfStreamException"/>.</param>
sealed class BoundedStream(Stream inner, long most) : OneWayStream
{
    long _read;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        _read += count;
        return _read <= most ? count : throw new EndOfStreamException();
    }
}
