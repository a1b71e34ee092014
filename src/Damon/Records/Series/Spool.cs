using System.Buffers.Binary;

namespace Damon.Records.Series;

/// <summary>
/// Bytes of many series that are written all at a time and read one after the other. What does not fit a budget of memory goes to one
/// temporary file, as chains of chunks.
/// </summary>
sealed class Spool : IDisposable
{
    /// <summary>Memory for what waits to be written, for all series together.</summary>
    const int Budget = 8 << 20;

    /// <summary>Larger chunks would not be written any faster.</summary>
    const int MaxChunk = 256 << 10;

    /// <summary>Smaller chunks cost more than they hold.</summary>
    const int MinChunk = 512;

    /// <summary>In front of a chunk: offset of the next one of the series, -1 behind the last, and the length.</summary>
    const int HeaderSize = 12;

    FileStream? _file;
    long _length;
    int _nrSeries;

    /// <summary>How much a series gathers before it goes to the file.</summary>
    int Chunk => Math.Clamp(Budget / Math.Max(_nrSeries, 1), MinChunk, MaxChunk);

    /// <summary>Starts a series.</summary>
    public SpoolSeries Add()
    {
        _nrSeries++;
        return new SpoolSeries(this);
    }

    /// <summary>Makes room in the memory of a series by writing it out, if it has its share.</summary>
    public void Relieve(SpoolSeries series)
    {
        if (series.InMemory.Length < Chunk)
        {
            return;
        }

        _file ??= OpenFile();
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteInt64LittleEndian(header, -1);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], series.InMemory.Length);
        long at = _length;
        RandomAccess.Write(_file.SafeFileHandle, header, at);
        RandomAccess.Write(_file.SafeFileHandle, series.InMemory, at + HeaderSize);
        _length += HeaderSize + series.InMemory.Length;
        if (series.LastChunk >= 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(header, at);
            RandomAccess.Write(_file.SafeFileHandle, header[..8], series.LastChunk);
        }

        series.Moved(at);
    }

    /// <summary>Reads where a chunk's bytes are: offset, length, and the chunk behind it.</summary>
    public (int Length, long Next) ReadHeader(long chunk)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        Read(header, chunk);
        return (BinaryPrimitives.ReadInt32LittleEndian(header[8..]), BinaryPrimitives.ReadInt64LittleEndian(header));
    }

    /// <summary>Reads bytes of a chunk.</summary>
    public void ReadChunk(Span<byte> to, long chunk, int offset) => Read(to, chunk + HeaderSize + offset);

    public void Dispose() => _file?.Dispose();

    static FileStream OpenFile()
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        FileStream file = new(Path.Combine(Path.GetTempPath(), $"damo-{Guid.NewGuid():N}.tmp"), options);
        if (!OperatingSystem.IsWindows())
        {
            // Without a name nothing is left behind, whatever ends the process.
            File.Delete(file.Name);
        }

        return file;
    }

    void Read(Span<byte> to, long offset)
    {
        while (!to.IsEmpty)
        {
            int read = RandomAccess.Read(_file!.SafeFileHandle, to, offset);
            if (read == 0)
            {
                throw new EndOfStreamException("The temporary file was cut while it was in use.");
            }

            offset += read;
            to = to[read..];
        }
    }
}
