namespace Damon.Records.Streams;

/// <summary>What is left of an input, as the stream that a decompressor wants.</summary>
sealed class RecordInputStream(RecordInput input) : OneWayStream
{
    public override bool CanRead => true;

    /// <summary>Whether reading failed: then an exception that comes out of the decompressor is not about the data.</summary>
    public bool HasFailed { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        HasFailed = true;
        input.Ensure(1);
        HasFailed = false;
        int count = Math.Min(buffer.Length, input.Available.Length);
        input.Available[..count].CopyTo(buffer);
        input.Advance(count);

        // The layer below may be compressed too: its fault is one of this layer as well.
        return count == 0 && input.Fault is { } fault ? throw new InvalidDataException(fault) : count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
