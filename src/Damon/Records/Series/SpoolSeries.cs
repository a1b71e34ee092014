using Damon.Records.Streams;

namespace Damon.Records.Series;

/// <summary>One series of a <see cref="Spool"/>: written first, then read from its beginning as a stream.</summary>
sealed class SpoolSeries(Spool spool) : OneWayStream
{
    byte[] _memory = [];
    int _inMemory;
    long _chunk = -1;
    int _chunkLength;
    int _chunkAt;
    long _next = -1;

    /// <summary>What was not yet moved to the file.</summary>
    public ReadOnlySpan<byte> InMemory => _memory.AsSpan(0, _inMemory);

    /// <summary>The chunk written last; -1 before the first.</summary>
    public long LastChunk { get; private set; } = -1;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    /// <summary>Appends bytes.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int needed = checked(_inMemory + buffer.Length);
        if (needed > _memory.Length)
        {
            Array.Resize(ref _memory, (int)Math.Max(needed, Math.Min(_memory.Length * 2L, Array.MaxLength)));
        }

        buffer.CopyTo(_memory.AsSpan(_inMemory));
        _inMemory = needed;
        spool.Relieve(this);
    }

    /// <summary>The spool moved what was in memory into a chunk.</summary>
    public void Moved(long chunk)
    {
        _next = LastChunk < 0 ? chunk : _next;
        LastChunk = chunk;
        _inMemory = 0;
    }

    /// <summary>Reads on, from the beginning at first. Nothing can be written any more.</summary>
    public override int Read(Span<byte> buffer)
    {
        while (_chunk >= 0 || _next >= 0)
        {
            if (_chunk < 0)
            {
                _chunk = _next;
                (_chunkLength, _next) = spool.ReadHeader(_chunk);
            }

            int count = Math.Min(buffer.Length, _chunkLength - _chunkAt);
            if (count > 0)
            {
                spool.ReadChunk(buffer[..count], _chunk, _chunkAt);
                _chunkAt += count;
                return count;
            }

            _chunk = -1;
            _chunkAt = 0;
        }

        int left = Math.Min(buffer.Length, _inMemory - _chunkAt);
        _memory.AsSpan(_chunkAt, left).CopyTo(buffer);
        _chunkAt += left;
        return left;
    }
}
