namespace Damon.Records.Streams;

/// <summary>
/// Appends whole items to a stream, each in one write that is flushed at once, and knows how long the part is that holds only
/// whole items: after a failed write (full disk) everything behind it can be cut away.
/// </summary>
sealed class RecordOutput : IDisposable
{
    readonly Stream _stream;
    readonly bool _leaveOpen;
    readonly long _origin;
    bool _failed;

    public RecordOutput(Stream stream, bool leaveOpen)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _leaveOpen = leaveOpen;
        _origin = stream.CanSeek ? stream.Position : 0;
    }

    /// <summary>Bytes of the items written completely.</summary>
    public long WholeLength { get; private set; }

    public void Append(ReadOnlySpan<byte> item)
    {
        if (_failed)
        {
            throw new InvalidOperationException("An earlier write failed: the stream must be cut back to its whole part first.");
        }

        _failed = true;
        try
        {
            _stream.Write(item);
            _stream.Flush();
        }
        catch (ArgumentOutOfRangeException e)
        {
            // What .NET makes of EFBIG: the limit of the file system, or of the process (RLIMIT_FSIZE).
            throw new IOException("File too large", e);
        }

        _failed = false;
        WholeLength += item.Length;
    }

    public bool TruncateToWhole()
    {
        if (!_failed)
        {
            return true;
        }

        if (!_stream.CanSeek)
        {
            return false;
        }

        _stream.SetLength(_origin + WholeLength);
        _stream.Position = _origin + WholeLength;
        _failed = false;
        return true;
    }

    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }
}
