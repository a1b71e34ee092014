using System.Globalization;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Series;
using Damon.Records.Streams;

namespace Damon.Records.TraceText;

/// <summary>Writes text as <c>perf script</c> prints DAMON's events, the way damo writes it: one line per region.</summary>
/// <remarks>
/// Times are cut to microseconds by the format. Targets without regions leave no line. Each snapshot goes out in one write and is flushed; several targets
/// of a snapshot follow one another. A target with a single snapshot of known start gets a made-up second one at the end, whose time tells
/// how long the first took. The first kdamond is called x, as damo calls all; others have their number. Nothing is allocated per snapshot in the steady state.
/// </remarks>
sealed class PerfScriptWriter : IRecordWriter
{
    /// <summary>Longest line: the fixed text, a time, an id, four more numbers of up to 20 digits.</summary>
    const int MaxLine = 256;

    readonly RecordOutput _output;
    readonly SeriesGuard _guard = new("perf script text", hasThreads: true);
    readonly Dictionary<(Int128 Id, int Kdamond), long?> _singles = [];
    byte[] _buffer = new byte[16 * 1024];

    /// <summary>Writes nothing yet.</summary>
    /// <param name="stream">Where to write; disposed with the writer unless <paramref name="leaveOpen"/>.</param>
    /// <param name="leaveOpen">Whether the stream outlives the writer.</param>
    public PerfScriptWriter(Stream stream, bool leaveOpen = false) => _output = new RecordOutput(stream, leaveOpen);

    /// <inheritdoc/>
    public long Snapshots { get; private set; }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot, RecordSeries? series = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _guard.Check(series);
        if (snapshot.TimeNs < 0)
        {
            throw new RecordFormatException(
                string.Create(CultureInfo.InvariantCulture, $"A snapshot time of {snapshot.TimeNs} ns cannot be recorded; it must be 0 or more."));
        }

        long needed = (long)snapshot.NrRegions * MaxLine;
        if (needed > _buffer.Length)
        {
            _buffer = new byte[checked((int)Math.Max(needed, Math.Min(needed * 3 / 2, Array.MaxLength)))];
        }

        int length = 0;
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            length = AddTarget(length, snapshot.TimeNs, snapshot[i]);
            RememberSingle(snapshot, snapshot[i]);
        }

        if (length > 0)
        {
            _output.Append(_buffer.AsSpan(0, length));
        }

        Snapshots++;
    }

    /// <inheritdoc/>
    public void Complete()
    {
        foreach (((Int128 id, int kdamond), long? end) in _singles)
        {
            if (end is { } ns)
            {
                int at = Head(_buffer, ns, kdamond, id, 1);
                at += Text(_buffer.AsSpan(at), "0-0: -1 -1\n"u8);
                _output.Append(_buffer.AsSpan(0, at));
            }
        }
    }

    /// <inheritdoc/>
    public bool TruncateToWhole() => _output.TruncateToWhole();

    /// <summary>Disposes the stream, unless it was to be left open.</summary>
    public void Dispose() => _output.Dispose();

    int AddTarget(int length, long ns, SnapshotTarget target)
    {
        ReadOnlySpan<SnapshotRegion> regions = target.Regions;
        if (regions.IsEmpty)
        {
            return length;
        }

        // What comes before the region is the same in every line.
        Span<byte> head = stackalloc byte[MaxLine];
        head = head[..Head(head, ns, _guard.Kdamond, target.Id, regions.Length)];
        foreach (ref readonly SnapshotRegion region in regions)
        {
            Span<byte> line = _buffer.AsSpan(length, MaxLine);
            head.CopyTo(line);
            int at = head.Length;
            at += AsciiDigits.Decimal(line[at..], region.Start);
            line[at++] = (byte)'-';
            at += AsciiDigits.Decimal(line[at..], region.End);
            line[at++] = (byte)':';
            line[at++] = (byte)' ';
            at += AsciiDigits.Decimal(line[at..], (ulong)region.NrAccesses);
            line[at++] = (byte)' ';
            at += region.Age < 0 ? Text(line[at..], "None"u8) : AsciiDigits.Decimal(line[at..], (ulong)region.Age);
            line[at++] = (byte)'\n';
            length += at;
        }

        return length;
    }

    /// <summary>The time of the made-up snapshot, for as long as a target has only one; null when none is needed or possible.</summary>
    void RememberSingle(Snapshot snapshot, SnapshotTarget target)
    {
        if (_singles.TryGetValue((target.Id, _guard.Kdamond), out long? end))
        {
            if (end is not null)
            {
                _singles[(target.Id, _guard.Kdamond)] = null;
            }
        }
        else if (_singles.Count < RecordTimes.MaxSeries)
        {
            bool isUseful = !target.Regions.IsEmpty
                && snapshot.StartNs is { } start
                && start <= snapshot.TimeNs
                && snapshot.TimeNs - start <= long.MaxValue - snapshot.TimeNs;
            _singles.Add((target.Id, _guard.Kdamond), isUseful ? snapshot.TimeNs + (snapshot.TimeNs - snapshot.StartNs) : null);
        }
    }

    static int Head(Span<byte> to, long ns, int kdamond, Int128 id, int nrRegions)
    {
        int at = Text(to, "kdamond."u8);
        if (kdamond == 0)
        {
            to[at++] = (byte)'x';
        }
        else
        {
            at += AsciiDigits.Decimal(to[at..], (ulong)kdamond);
        }

        at += Text(to[at..], " xxxx xxxx "u8);
        at += FixedDecimal.Write(to[at..], ns / 1e9, 6);
        at += Text(to[at..], ": damon:damon_aggregated: target_id="u8);
        id.TryFormat(to[at..], out int written, default, CultureInfo.InvariantCulture);
        at += written;
        at += Text(to[at..], " nr_regions="u8);
        at += AsciiDigits.Decimal(to[at..], (ulong)nrRegions);
        to[at++] = (byte)' ';
        return at;
    }

    static int Text(Span<byte> to, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to);
        return text.Length;
    }
}
