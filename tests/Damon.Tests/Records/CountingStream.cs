namespace Damon.Tests.Records;

/// <summary>A disk that counts writes and flushes, keeps what was written, and is full at a length.</summary>
sealed class CountingStream(long full = long.MaxValue) : MemoryStream
{
    public long Full { get; set; } = full;

    public int Writes { get; private set; }

    public int Flushes { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // A derived MemoryStream turns the span overload into the array one: that is where the counting is.
        byte[] copy = System.Buffers.ArrayPool<byte>.Shared.Rent(buffer.Length);
        buffer.CopyTo(copy);
        Write(copy, 0, buffer.Length);
        System.Buffers.ArrayPool<byte>.Shared.Return(copy);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Writes++;
        long room = Math.Max(0, Full - Position);
        base.Write(buffer, offset, (int)Math.Min(room, count));
        if (room < count)
        {
            throw new IOException("No space left on device");
        }
    }

    public override void Flush() => Flushes++;
}
