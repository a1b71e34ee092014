using System.IO.Compression;
using System.Text;

namespace Damon.Records.Streams;

/// <summary>
/// A stream behind one reused buffer, with the look ahead that recognising a format needs and the offset that damage reports need.
/// Works on pipes; what a reader of one format did not take is there for the next.
/// </summary>
sealed class RecordInput : IDisposable
{
    /// <summary>Large enough that reading costs few system calls, small enough to stay in the second level cache.</summary>
    public const int DefaultSize = 256 * 1024;

    /// <summary>Smallest buffer: what recognising a format looks at.</summary>
    const int MinSize = 4096;

    /// <summary>Compressed data that yields this many bytes without a snapshot was made to exhaust its reader.</summary>
    const long MaxIdleDecompressed = 256L << 20;

    /// <summary>Bytes decompressed at a time: what a call had decompressed before it met broken data is lost.</summary>
    const int DecompressedPiece = 16 * 1024;

    readonly Stream _stream;
    readonly bool _leaveOpen;
    RecordInputStream? _compressed;
    byte[] _buffer;
    int _start;
    int _end;
    bool _ended;

    public RecordInput(Stream stream, bool leaveOpen = false, int size = DefaultSize)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _leaveOpen = leaveOpen;
        _buffer = new byte[Math.Max(size, MinSize)];
    }

    /// <summary>Bytes at hand.</summary>
    public ReadOnlySpan<byte> Available => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether the bytes come out of a decompressor.</summary>
    public bool IsDecompressed => _compressed is not null;

    /// <summary>What is wrong with the compressed data; null as long as nothing is. The bytes end there.</summary>
    public string? Fault { get; private set; }

    /// <summary>More regions in one snapshot are taken for damage. A few compressed bytes may stand for many, so less is allowed there.</summary>
    public int MaxRegions => IsDecompressed ? RecordLimits.MaxRegionsDecompressed : RecordLimits.MaxRegions;

    /// <summary>Offset of the first byte at hand, from where the stream stood at the beginning.</summary>
    public long Offset { get; private set; }

    /// <summary>Bytes from <see cref="Offset"/> to the end of the stream; null where only reading on would tell.</summary>
    public long? BytesLeft
    {
        get
        {
            int atHand = _end - _start;
            if (_ended)
            {
                return Fault is null ? atHand : null;
            }

            return _stream.CanSeek ? atHand + Math.Max(0, _stream.Length - _stream.Position) : null;
        }
    }

    /// <summary>Reads until <paramref name="count"/> bytes are at hand, at most the size of the buffer.</summary>
    /// <returns>False when the stream ends before; what there is, is at hand.</returns>
    public bool Ensure(int count)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        if (count > _buffer.Length - _start)
        {
            MoveToFront();
        }

        while (_end - _start < count)
        {
            if (!Fill())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes <paramref name="count"/> of the bytes at hand.</summary>
    public void Advance(int count)
    {
        _start += count;
        Offset += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>Takes a line. The buffer grows with the bytes that really come, up to <paramref name="maxLength"/>.</summary>
    /// <param name="maxLength">Longest line allowed, in bytes without the line feed.</param>
    /// <param name="line">The line without its line feed, valid until the next call.</param>
    public RecordLineStatus ReadLine(int maxLength, out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int found = Available[searched..].IndexOf((byte)'\n');
            if (found >= 0 && searched + found <= maxLength)
            {
                line = Available[..(searched + found)];
                Advance(line.Length + 1);
                return RecordLineStatus.Whole;
            }

            searched = _end - _start;
            if (found >= 0 || searched > maxLength)
            {
                line = default;
                return RecordLineStatus.TooLong;
            }

            if (_end == _buffer.Length)
            {
                if (_start > 0)
                {
                    MoveToFront();
                }
                else
                {
                    Array.Resize(ref _buffer, (int)Math.Min(_buffer.Length * 2L, maxLength + 1L));
                }
            }

            if (!Fill())
            {
                line = Available;
                Advance(line.Length);
                return line.IsEmpty ? RecordLineStatus.End : RecordLineStatus.Unterminated;
            }
        }
    }

    /// <summary>The decompressed bytes of what is left, behind a buffer of their own. Disposing the result disposes this instance.</summary>
    /// <param name="content"><see cref="RecordContent.Zlib"/> or <see cref="RecordContent.Gzip"/>.</param>
    public RecordInput Decompress(RecordContent content)
    {
        RecordInputStream compressed = new(this);
        return new RecordInput(content == RecordContent.Gzip
            ? new GZipStream(compressed, CompressionMode.Decompress)
            : new ZLibStream(compressed, CompressionMode.Decompress))
        {
            _compressed = compressed,
        };
    }

    /// <summary>The bytes of what is left, which is UTF-16, as UTF-8. Disposing the result disposes this instance.</summary>
    /// <param name="encoding">Which of both it is.</param>
    public RecordInput Transcode(Encoding encoding) =>
        new(Encoding.CreateTranscodingStream(new RecordInputStream(this), encoding, Encoding.UTF8)) { _compressed = _compressed };

    /// <summary>Makes the buffer so large that <see cref="Ensure"/> can bring <paramref name="count"/> bytes to hand.</summary>
    public void Grow(int count)
    {
        if (_buffer.Length < count)
        {
            Array.Resize(ref _buffer, count);
        }
    }

    /// <summary>Whether suspiciously much was decompressed since an offset where the last snapshot ended.</summary>
    public bool IsBomb(long since) => IsDecompressed && Offset - since > MaxIdleDecompressed;

    /// <summary>Describes damage, with what this input knows of it.</summary>
    /// <param name="kind">In which way the record is damaged.</param>
    /// <param name="from">Offset from which on nothing was used.</param>
    /// <param name="foundAt">Offset of what is wrong.</param>
    /// <param name="reading">What was being read.</param>
    /// <param name="problem">What is wrong; null where bytes are missing.</param>
    /// <param name="wholeSnapshots">Number of snapshots before.</param>
    public RecordDamage Damage(RecordDamageKind kind, long from, long foundAt, string reading, string? problem, long wholeSnapshots)
    {
        // Bytes are missing because the compressed data could not be used: that is the reason to give.
        bool isFault = Fault is not null && kind is (RecordDamageKind.CutOff or RecordDamageKind.StrayBytes);
        return new RecordDamage(
            isFault ? RecordDamageKind.Invalid : kind,
            from,
            foundAt,
            BytesLeft + (Offset - from),
            reading,
            isFault ? Fault : problem,
            wholeSnapshots)
        {
            InDecompressed = IsDecompressed,
        };
    }

    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    bool Fill()
    {
        int read = 0;
        try
        {
            int room = _buffer.Length - _end;
            read = _ended ? 0 : _stream.Read(_buffer, _end, IsDecompressed ? Math.Min(room, DecompressedPiece) : room);
        }
        catch (Exception e) when (e is InvalidDataException or IOException && _compressed is { HasFailed: false })
        {
            Fault = "the compressed data is broken or cut off from here on";
        }

        _ended |= read == 0;
        _end += read;
        return read > 0;
    }

    void MoveToFront()
    {
        Available.CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }
}
