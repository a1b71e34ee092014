using Damon.Monitoring;
using Damon.Records.Binary;
using Damon.Records.Json;
using Damon.Records.Series;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Records.TraceText;

namespace Damon.Records;

/// <summary>Opens records of any format this library reads.</summary>
public static class RecordReaders
{
    /// <summary>A record compressed more often than this is refused; a gzip file of a compressed JSON record needs two.</summary>
    const int MaxLayers = 2;

    /// <summary>Recognises the format from the first bytes, also behind zlib and gzip.</summary>
    /// <remarks>
    /// .NET takes compressed data that is cut off for whole, unless a program switches on <c>System.IO.Compression.UseStrictValidation</c>, as damo does.
    /// Without it a compressed record that is cut just behind a snapshot seems to end there.
    /// </remarks>
    /// <param name="stream">
    /// A stream at the first byte of a record; it need not seek. The reader disposes it, unless <paramref name="leaveOpen"/>; when this
    /// method throws, it stays the caller's.
    /// </param>
    /// <param name="leaveOpen">Whether the stream outlives the reader.</param>
    /// <exception cref="RecordFormatException">The stream is empty or holds nothing that can be read; the message says what it looks like.</exception>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public static IRecordReader Open(Stream stream, bool leaveOpen = false)
    {
        RecordInput input = RecordSniffer.InUtf8(new RecordInput(stream, leaveOpen));
        RecordContent content = RecordSniffer.Look(input);
        for (int layer = 0; layer < MaxLayers && content is (RecordContent.Zlib or RecordContent.Gzip); layer++)
        {
            RecordInput inner = RecordSniffer.InUtf8(input.Decompress(content));
            RecordContent within = RecordSniffer.Look(inner);
            if (inner.Fault is not null && inner.Available.IsEmpty)
            {
                throw RecordFormatException.OfBroken(content);
            }

            (input, content) = (inner, within);
        }

        return content switch
        {
            RecordContent.Binary => new BinaryRecordReader(input),
            RecordContent.Json when RecordSniffer.IsRecordJson(input) => new JsonRecordReader(input),
            RecordContent.TraceText => OpenText(input),
            RecordContent.Text when RecordSniffer.MayHaveEventsLater(input) => OpenText(input, isEventLate: true),
            _ => throw RecordFormatException.Of(content, (stream as FileStream)?.Name),
        };
    }

    /// <summary>Opens a binary record that is still being written: no byte more is waited for than tells it from other data.</summary>
    /// <param name="stream">A stream at the first byte of a record, disposed with the reader. An empty one is a record without snapshots.</param>
    /// <exception cref="RecordFormatException">The stream holds something else.</exception>
    /// <exception cref="IOException">The stream could not be read.</exception>
    internal static BinaryRecordReader OpenBinary(Stream stream)
    {
        RecordInput input = new(stream, leaveOpen: false);
        RecordContent content = RecordSniffer.Look(input);
        return content is RecordContent.Binary or RecordContent.Empty ? new BinaryRecordReader(input) : throw RecordFormatException.Of(content);
    }

    static TraceTextReader OpenText(RecordInput input, bool isEventLate = false)
    {
        TraceTextReader reader = new(input);
        if (isEventLate)
        {
            reader.GoToFirstEvent();
        }

        reader.ThrowIfTimeless();
        return reader;
    }

    /// <summary>Completes the snapshots of <paramref name="record"/> with the ages that <paramref name="sidecar"/> holds.</summary>
    /// <remarks>
    /// Both are read in step, so memory stays bounded. Regions for which the sidecar has no fitting entry keep
    /// <see cref="SnapshotRegion.UnknownAge"/>. Disposing the result disposes both.
    /// </remarks>
    public static IRecordReader WithAges(IRecordReader record, SidecarReader sidecar)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(sidecar);
        return new AgedRecordReader(record, sidecar);
    }

    /// <summary>Tells targets apart whose id was used again, as far as the sidecar has their beginnings.</summary>
    /// <param name="record">The record. One of JSON has a series for each already.</param>
    /// <param name="sidecar">Its sidecar, from the beginning; disposed.</param>
    /// <exception cref="IOException">The sidecar cannot be read.</exception>
    internal static IRecordReader WithLives(IRecordReader record, SidecarReader sidecar)
    {
        using (sidecar)
        {
            return record.Content != RecordContent.Json && TargetLives.Of(sidecar) is { IsEmpty: false } lives ? new LivesRecordReader(record, lives) : record;
        }
    }

    /// <summary>Refuses a record with more targets than 65536, with <see cref="RecordFormatException"/>: for whatever keeps something of each.</summary>
    internal static IRecordReader WithLimit(IRecordReader record) => new LimitedRecordReader(record);

    /// <summary>Gives the snapshots of <paramref name="record"/> their <see cref="Snapshot.StartNs"/> where the record itself does not.</summary>
    /// <remarks>
    /// A snapshot begins where the one before it, of the same target, ended. How long the first one took is only known from the mean of
    /// all, thus at the end of the record: it is told where <paramref name="times"/>, gathered in an earlier pass, are given, else it stays null.
    /// Nothing is held back, and memory is bounded. Disposing the result disposes the record.
    /// </remarks>
    internal static IRecordReader WithStartTimes(IRecordReader record, RecordTimes? times = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new StartedRecordReader(record, times);
    }

    /// <summary>Puts a record in the order of its series: all snapshots of the first target, then those of the second, one target per snapshot.</summary>
    /// <remarks>
    /// For records whose snapshots hold several targets. The first read reads all, into 8 MiB of memory and beyond that a temporary file.
    /// It throws <see cref="RecordFormatException"/> for more than 65536 targets. Disposing the result disposes the record.
    /// </remarks>
    public static IRecordReader InSeriesOrder(IRecordReader record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new SeriesOrderReader(record);
    }
}
