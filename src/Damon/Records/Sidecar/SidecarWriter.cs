using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Streams;

namespace Damon.Records.Sidecar;

/// <summary>Writes the sidecar of a record: JSON lines, each appended in one write and flushed.</summary>
/// <remarks>
/// The layout is described in <c>docs/record-files.md</c>. Memory does not grow with the length of the recording: mappings are
/// compared with those written last by a 64-bit digest per target, and what a line has in common with others is looked for in the last of them. A line of more
/// than 16 MiB is left out, since no reader would
/// take it.
/// </remarks>
public sealed class SidecarWriter : IDisposable
{
    /// <summary>Stands for a target whose accessed bytes were not counted.</summary>
    internal const long UnknownBytes = -1;

    readonly RecordOutput _output;
    readonly ArrayBufferWriter<byte> _line = new(4096);
    readonly Utf8JsonWriter _json;
    readonly Dictionary<Int128, ulong> _mappings = [];
    readonly MappingsWriter _lines = new();
    byte[] _ages = new byte[4096];

    /// <summary>Writes the first line.</summary>
    /// <param name="stream">Where to write; disposed with the writer unless <paramref name="leaveOpen"/>. It should not buffer by itself.</param>
    /// <param name="header">What is known at the beginning.</param>
    /// <param name="leaveOpen">Whether the stream outlives the writer.</param>
    /// <exception cref="IOException">The line could not be written.</exception>
    public SidecarWriter(Stream stream, RecordHeader header, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(header);
        _output = new RecordOutput(stream, leaveOpen);
        _json = new Utf8JsonWriter(_line);
        JsonSerializer.Serialize(_json, header, SidecarJson.Default.RecordHeader);
        EndLine();
    }

    /// <summary>Bytes up to the end of the last line written completely, from where the stream stood at construction.</summary>
    public long WholeLength => _output.WholeLength;

    /// <summary>Number of lines left out because they were too long to be read again.</summary>
    public long LinesLeftOut { get; private set; }

    /// <summary>Appends a target; again, with the same id and beginning, when it ends.</summary>
    /// <exception cref="IOException">The write failed: see <see cref="TruncateToWhole"/>.</exception>
    public void WriteTarget(RecordTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.UntilNs is not null)
        {
            _mappings.Remove(target.Id);
        }

        WriteLine(SidecarFormat.Target, target, SidecarJson.Default.RecordTarget);
    }

    /// <summary>Appends the mappings of a target, if they differ from those written last for it.</summary>
    /// <param name="timeNs">When they were looked at, in nanoseconds of the record's clock.</param>
    /// <param name="targetId">The target's id.</param>
    /// <param name="mappings">All mappings in address order.</param>
    /// <returns>Whether they differed and were written.</returns>
    /// <exception cref="IOException">The write failed: see <see cref="TruncateToWhole"/>.</exception>
    public bool WriteMappings(long timeNs, Int128 targetId, IReadOnlyList<RecordMapping> mappings)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        ulong digest = Digest(mappings);
        if (_mappings.TryGetValue(targetId, out ulong last) && last == digest)
        {
            return false;
        }

        MappingsLine line = _lines.LineFor(timeNs, targetId, mappings);
        bool written = WriteLine(line.Copies is null ? SidecarFormat.Mappings : SidecarFormat.CopiedMappings, line, SidecarJson.Default.MappingsLine);
        if (written)
        {
            _lines.Written();
        }

        _mappings[targetId] = digest;
        return written;
    }

    /// <summary>Appends the ages of a snapshot's regions. Nothing is written when none is known. Allocates nothing in the steady state.</summary>
    /// <param name="index">Number of snapshots before this one in the record.</param>
    /// <param name="snapshot">The snapshot as it was recorded.</param>
    /// <exception cref="IOException">The write failed: see <see cref="TruncateToWhole"/>.</exception>
    public void WriteAges(long index, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ReadOnlySpan<SnapshotRegion> regions = snapshot.AllRegions;
        if (!HasAge(regions))
        {
            return;
        }

        const int Fixed = 144;
        const int MaxAge = 12;
        const int MaxBytes = 21;
        bool hasBytes = HasAccessedBytes(snapshot);
        long size = Fixed + ((long)regions.Length * MaxAge) + (hasBytes ? (long)snapshot.NrTargets * MaxBytes : 0);
        if (size > _ages.Length)
        {
            _ages = new byte[checked((int)Math.Max(size, Math.Min(size * 3 / 2, Array.MaxLength)))];
        }

        Span<byte> line = _ages;
        int at = Text(line, 0, "{\"ages\":{\"index\":"u8);
        at = Exact(line, at, index);
        at = Text(line, at, ",\"time_ns\":"u8);
        at = Exact(line, at, snapshot.TimeNs);
        at = Text(line, at, ",\"values\":["u8);
        foreach (ref readonly SnapshotRegion region in regions)
        {
            at += AsciiDigits.Decimal(line[at..], (long)region.Age);
            line[at++] = (byte)',';
        }

        // The last comma gives way to the end.
        at = Text(line, at - 1, "]"u8);
        if (hasBytes)
        {
            at = Text(line, at, ",\"accessed\":["u8);
            for (int i = 0; i < snapshot.NrTargets; i++)
            {
                at += AsciiDigits.Decimal(line[at..], snapshot[i].AccessedBytes is { } bytes ? (long)Math.Min(bytes, long.MaxValue) : UnknownBytes);
                line[at++] = (byte)',';
            }

            at = Text(line, at - 1, "]"u8);
        }

        at = Text(line, at, "}}\n"u8);
        AppendLine(line[..at]);
    }

    /// <summary>Appends what a scheme tried in one pass.</summary>
    /// <exception cref="IOException">The write failed: see <see cref="TruncateToWhole"/>.</exception>
    public void WriteTried(RecordTried tried)
    {
        ArgumentNullException.ThrowIfNull(tried);
        WriteLine(SidecarFormat.Tried, tried, SidecarJson.Default.RecordTried);
    }

    /// <summary>Appends how the recording goes; of several such lines the last counts.</summary>
    /// <exception cref="IOException">The write failed: see <see cref="TruncateToWhole"/>.</exception>
    public void WriteStatus(RecordSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        WriteLine(SidecarFormat.Status, summary, SidecarJson.Default.RecordSummary);
    }

    /// <summary>Appends how the recording went. The last line.</summary>
    /// <exception cref="IOException">The write failed: see <see cref="TruncateToWhole"/>.</exception>
    public void WriteEnd(RecordSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        WriteLine(SidecarFormat.End, summary, SidecarJson.Default.RecordSummary);
    }

    /// <summary>After a failed write cuts the stream back to <see cref="WholeLength"/>; else does nothing.</summary>
    /// <returns>False when the stream cannot seek, and so keeps the partial line.</returns>
    /// <exception cref="IOException">The stream could not be cut.</exception>
    public bool TruncateToWhole() => _output.TruncateToWhole();

    /// <summary>Disposes the stream, unless it was to be left open.</summary>
    public void Dispose()
    {
        // Its buffer is empty between two lines, so this writes nothing.
        _json.Dispose();
        _output.Dispose();
    }

    bool WriteLine<T>(ReadOnlySpan<byte> name, T value, JsonTypeInfo<T> type)
    {
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WritePropertyName(name);
        JsonSerializer.Serialize(_json, value, type);
        _json.WriteEndObject();
        return EndLine();
    }

    bool EndLine()
    {
        _json.Flush();
        _line.Write("\n"u8);
        return AppendLine(_line.WrittenSpan);
    }

    bool AppendLine(ReadOnlySpan<byte> line)
    {
        // The line feed does not count.
        if (line.Length - 1 > SidecarFormat.MaxLine)
        {
            LinesLeftOut++;
            return false;
        }

        _output.Append(line);
        return true;
    }

    static bool HasAge(ReadOnlySpan<SnapshotRegion> regions)
    {
        foreach (ref readonly SnapshotRegion region in regions)
        {
            if (region.Age != SnapshotRegion.UnknownAge)
            {
                return true;
            }
        }

        return false;
    }

    static bool HasAccessedBytes(Snapshot snapshot)
    {
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            if (snapshot[i].AccessedBytes is not null)
            {
                return true;
            }
        }

        return false;
    }

    static int Text(Span<byte> to, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to[at..]);
        return at + text.Length;
    }

    /// <summary>A string beyond 2^53, by the rule of <see cref="Int128JsonConverter"/>.</summary>
    static int Exact(Span<byte> to, int at, long value)
    {
        bool quoted = value is > Int128JsonConverter.MaxExact or < -Int128JsonConverter.MaxExact;
        if (quoted)
        {
            to[at++] = (byte)'"';
        }

        at += AsciiDigits.Decimal(to[at..], value);
        if (quoted)
        {
            to[at++] = (byte)'"';
        }

        return at;
    }

    static ulong Digest(IReadOnlyList<RecordMapping> mappings)
    {
        ulong digest = (ulong)mappings.Count;
        for (int i = 0; i < mappings.Count; i++)
        {
            RecordMapping mapping = mappings[i];
            digest = Mix(digest, mapping.Start);
            digest = Mix(digest, mapping.End);
            digest = Mix(digest, mapping.Offset ?? ulong.MaxValue);
            digest = Mix(digest, mapping.Perms);
            digest = Mix(digest, mapping.Name);
        }

        return digest;
    }

    static ulong Mix(ulong digest, string? text)
    {
        if (text is null)
        {
            return Mix(digest, ulong.MaxValue);
        }

        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text.AsSpan());
        digest = Mix(digest, (ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            digest = Mix(digest, MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (byte value in bytes)
        {
            rest = (rest << 8) | value;
        }

        return Mix(digest, rest);
    }

    /// <summary>Multiplies to 128 bits and folds them; an odd constant that has no pattern keeps 0 from being absorbing.</summary>
    static ulong Mix(ulong digest, ulong value)
    {
        ulong high = Math.BigMul(digest ^ 0x9e37_79b9_7f4a_7c15, value ^ 0xd6e8_feb8_6659_fd93, out ulong low);
        return (high ^ low) + digest + value;
    }
}
