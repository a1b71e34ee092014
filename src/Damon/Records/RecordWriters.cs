using System.IO.Compression;
using Damon.Records.Binary;
using Damon.Records.Json;
using Damon.Records.Streams;
using Damon.Records.TraceText;

namespace Damon.Records;

/// <summary>Makes writers of records.</summary>
public static class RecordWriters
{
    /// <summary>Makes the writer of a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="stream">Where to write; disposed with the writer unless told otherwise. It should not buffer by itself.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such format or version.</exception>
    /// <exception cref="IOException">The beginning could not be written.</exception>
    public static IRecordWriter Create(RecordFormat format, Stream stream, RecordWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new RecordWriterOptions();
        return format switch
        {
            RecordFormat.Binary => new BinaryRecordWriter(stream, options.BinaryVersion, options.LeaveOpen),
            RecordFormat.PerfScript => new PerfScriptWriter(stream, options.LeaveOpen),
            RecordFormat.Json => new JsonRecordWriter(stream, options.Intervals, options.LeaveOpen),
            RecordFormat.JsonCompressed => new JsonRecordWriter(new ZLibStream(stream, CompressionLevel.Optimal, options.LeaveOpen), options.Intervals),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }
}
