using System.Globalization;
using System.Text;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Series;
using Damon.Records.Streams;

namespace Damon.Records.Json;

/// <summary>Writes JSON records, to the byte as damo 3.3.0 lays them out.</summary>
/// <remarks>
/// The format holds series after series, while snapshots come as they were taken, and its first start time is known when the last
/// snapshot is. So all snapshots wait in a spool, 8 MiB of memory and beyond that a temporary file of 24 bytes per region, and everything is written by
/// <see cref="Complete"/>. A writer disposed before has written nothing.
/// </remarks>
sealed class JsonRecordWriter : IRecordWriter
{
    /// <summary>Most of what is written between two looks at the room left: a region.</summary>
    const int MaxPiece = 1024;

    readonly Stream _stream;
    readonly RecordIntervals? _intervals;
    readonly bool _leaveOpen;
    readonly string? _granularity;
    readonly Spool _spool = new();
    readonly List<SpooledSnapshots> _series = [];
    readonly Dictionary<SeriesKey, SpooledSnapshots> _known = [];
    readonly byte[] _buffer = new byte[64 * 1024];
    int _length;

    /// <summary>Writes nothing yet.</summary>
    /// <param name="stream">Where to write; disposed with the writer unless <paramref name="leaveOpen"/>.</param>
    /// <param name="intervals">The monitoring intervals of series that tell none themselves; null where unknown.</param>
    /// <param name="leaveOpen">Whether the stream outlives the writer.</param>
    /// <param name="granularity">What an access was known of where that is more than a page, such as <c>mapping</c>: a member of each series then, which the
    /// tools do not have. Null for none.</param>
    public JsonRecordWriter(Stream stream, RecordIntervals? intervals = null, bool leaveOpen = false, string? granularity = null)
    {
        _granularity = granularity;
        _stream = stream;
        _intervals = intervals;
        _leaveOpen = leaveOpen;
    }

    /// <inheritdoc/>
    public long Snapshots { get; private set; }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot, RecordSeries? series = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot.TimeNs < 0)
        {
            throw new RecordFormatException(
                string.Create(CultureInfo.InvariantCulture, $"A snapshot time of {snapshot.TimeNs} ns cannot be recorded; it must be 0 or more."));
        }

        series ??= RecordSeries.Unknown;
        int first = 0;
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            ReadOnlySpan<ulong> passed = snapshot.FilterPassed;
            SeriesOf(series, target).Add(snapshot, target, passed.IsEmpty ? passed : passed.Slice(first, target.Regions.Length));
            first += target.Regions.Length;
        }

        Snapshots++;
    }

    /// <inheritdoc/>
    public void Complete()
    {
        Snapshot snapshot = new();
        Put("["u8);
        for (int i = 0; i < _series.Count; i++)
        {
            PutSeries(_series[i], snapshot, isFirst: i == 0);
            _series[i].Close();
        }

        Put(_series.Count > 0 ? "\n]"u8 : "]"u8);
        Drain();
        _stream.Flush();
    }

    /// <inheritdoc/>
    public bool TruncateToWhole() => false;

    /// <summary>Disposes the temporary file, and the stream unless it was to be left open.</summary>
    public void Dispose()
    {
        _spool.Dispose();
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    SpooledSnapshots SeriesOf(RecordSeries series, SnapshotTarget target)
    {
        SeriesKey key = SeriesKey.Of(series, target);
        if (_known.TryGetValue(key, out SpooledSnapshots? known))
        {
            return known;
        }

        if (_known.Count == RecordTimes.MaxSeries)
        {
            throw new RecordFormatException($"More than {RecordTimes.MaxSeries} targets are not written as JSON, which needs room for each at a time.");
        }

        SpooledSnapshots added = new(series, target.Key, _spool.Add());
        _known.Add(key, added);
        _series.Add(added);
        return added;
    }

    void PutSeries(SpooledSnapshots all, Snapshot snapshot, bool isFirst)
    {
        RecordSeries series = all.Series;
        Put(isFirst ? "\n    {"u8 : ",\n    {"u8);
        Put("\n        \"kdamond_idx\": "u8);
        PutNumber(series.KdamondIndex);
        Put(",\n        \"context_idx\": "u8);
        PutNumber(series.ContextIndex);
        Put(",\n        \"intervals\": "u8);
        PutIntervals(series.Intervals ?? _intervals, series.IntervalsGoal);
        Put(",\n        \"scheme_idx\": "u8);
        PutNumber(series.SchemeIndex);
        Put(",\n        \"target_id\": "u8);
        PutNumber(series.IsTargetless ? null : all.Target.Id);
        Put(",\n        \"scheme_filters\": "u8);
        PutText(series.SchemeFilters ?? "[]");
        if (_granularity is not null)
        {
            Put(",\n        \"granularity\": \""u8);
            PutText(_granularity);
            Put("\""u8);
        }

        Put(",\n        \"snapshots\": ["u8);
        long? start = all.Span.FirstStartNs;
        for (bool isNext = false; all.Read(snapshot); isNext = true)
        {
            Put(isNext ? ",\n            {"u8 : "\n            {"u8);
            PutSnapshot(snapshot, start);
            start = snapshot.TimeNs;
        }

        Put("\n        ],\n        \"data_source\": \""u8);
        PutText(JsonEncodedText.Encode(series.DataSource ?? "unknown").Value);
        Put("\"\n    }"u8);
    }

    void PutIntervals(RecordIntervals? intervals, RecordIntervalsGoal? goal)
    {
        if (intervals is null)
        {
            Put("null"u8);
            return;
        }

        PutQuoted("{\n            \"sample_us\": \""u8, intervals.SampleUs ?? 0);
        PutQuoted("\",\n            \"aggr_us\": \""u8, intervals.AggrUs ?? 0);
        PutQuoted("\",\n            \"ops_update_us\": \""u8, intervals.UpdateUs ?? 0);
        Put("\",\n            \"intervals_goal\": {\n                \"access_bp\": \""u8);
        Took(FixedDecimal.Write(Room(), Math.Clamp(goal?.AccessBp ?? 0, 0, 1e12), 6));
        PutQuoted("\",\n                \"aggrs\": \""u8, goal?.Aggrs ?? 0);
        PutQuoted("\",\n                \"min_sample_us\": \""u8, goal?.MinSampleUs ?? 0);
        PutQuoted("\",\n                \"max_sample_us\": \""u8, goal?.MaxSampleUs ?? 0);
        Put("\"\n            }\n        }"u8);
    }

    void PutSnapshot(Snapshot snapshot, long? start)
    {
        Put("\n                \"start_time\": "u8);
        if ((snapshot.StartNs ?? start) is { } known)
        {
            Put("\""u8);
            Took(AsciiDigits.Decimal(Room(), known));
            Put("\""u8);
        }
        else
        {
            Put("null"u8);
        }

        Put(",\n                \"end_time\": \""u8);
        Took(AsciiDigits.Decimal(Room(), snapshot.TimeNs));
        Put("\",\n                \"regions\": ["u8);
        ReadOnlySpan<SnapshotRegion> regions = snapshot[0].Regions;
        UInt128 total = 0;
        for (int i = 0; i < regions.Length; i++)
        {
            total += regions[i].Size;
            PutRegion(regions[i], snapshot.FilterPassed.IsEmpty ? 0 : snapshot.FilterPassed[i], isFirst: i == 0);
        }

        Put(regions.IsEmpty ? "],\n                \"total_bytes\": \""u8 : "\n                ],\n                \"total_bytes\": \""u8);
        total.TryFormat(Room(), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
        Put("\",\n                \"damos_stats\": "u8);
        PutStatistics(snapshot.SchemeStatistics);
        Put(",\n                \"sample_interval_us\": "u8);
        if (snapshot.SampleUs is { } sample)
        {
            PutQuoted("\""u8, sample);
            Put("\""u8);
        }
        else
        {
            Put("null"u8);
        }

        Put("\n            }"u8);
    }

    void PutRegion(in SnapshotRegion region, ulong filterPassed, bool isFirst)
    {
        Span<byte> to = Room();
        int at = Copy(
            to,
            0,
            isFirst ? "\n                    {\n                        \"start\": \""u8 : ",\n                    {\n                        \"start\": \""u8);
        at += CountText.Write(to[at..], region.Start);
        at = Copy(to, at, "\",\n                        \"end\": \""u8);
        at += CountText.Write(to[at..], region.End);
        at = Copy(to, at, "\",\n                        \"nr_accesses\": {\n                            \"samples\": "u8);
        at += AsciiDigits.Decimal(to[at..], (ulong)region.NrAccesses);
        at = Copy(
            to,
            at,
            ",\n                            \"percent\": null\n                        },\n                        \"age\": {\n                            \"usec\": null,\n                            \"aggr_intervals\": "u8);
        if (region.Age < 0)
        {
            at = Copy(to, at, "null"u8);
        }
        else
        {
            to[at++] = (byte)'"';
            at += CountText.Write(to[at..], (ulong)region.Age);
            to[at++] = (byte)'"';
        }

        at = Copy(to, at, "\n                        },\n                        \"probe_hits\": [],\n                        \"sz_filter_passed\": \""u8);
        at += SizeText.Format(filterPassed, NumberStyle.Current, to[at..]);
        at = Copy(to, at, "\"\n                    }"u8);
        _length += at;
    }

    void PutStatistics(SnapshotSchemeStatistics? statistics)
    {
        if (statistics is not { } s)
        {
            Put("null"u8);
            return;
        }

        PutQuoted("{\n                    \"nr_tried\": \""u8, s.NrTried);
        PutQuoted("\",\n                    \"sz_tried\": \""u8, s.SizeTried);
        PutQuoted("\",\n                    \"nr_applied\": \""u8, s.NrApplied);
        PutQuoted("\",\n                    \"sz_applied\": \""u8, s.SizeApplied);
        PutQuoted("\",\n                    \"sz_ops_filter_passed\": \""u8, s.SizeOpsFilterPassed);
        PutQuoted("\",\n                    \"qt_exceeds\": \""u8, s.QuotaExceeds);
        PutQuoted("\",\n                    \"nr_snapshots\": \""u8, s.NrSnapshots);
        PutQuoted("\",\n                    \"max_nr_snapshots\": \""u8, s.MaxNrSnapshots);
        Put("\"\n                }"u8);
    }

    void PutQuoted(ReadOnlySpan<byte> before, double value) => PutQuoted(before, (ulong)Math.Clamp(value, 0, 1e18));

    void PutQuoted(ReadOnlySpan<byte> before, ulong value)
    {
        Put(before);
        Took(AsciiDigits.Decimal(Room(), value));
    }

    void PutNumber(Int128? value)
    {
        if (value is { } number)
        {
            number.TryFormat(Room(), out int written, default, CultureInfo.InvariantCulture);
            _length += written;
        }
        else
        {
            Put("null"u8);
        }
    }

    void PutText(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int at = 0; at < bytes.Length; at += MaxPiece)
        {
            Put(bytes.AsSpan(at, Math.Min(MaxPiece, bytes.Length - at)));
        }
    }

    void Put(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room());
        _length += text.Length;
    }

    static int Copy(Span<byte> to, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to[at..]);
        return at + text.Length;
    }

    Span<byte> Room()
    {
        if (_buffer.Length - _length < MaxPiece)
        {
            Drain();
        }

        return _buffer.AsSpan(_length);
    }

    /// <summary>A method, since <c>_length += F(Room())</c> would add to the length from before the room was made.</summary>
    void Took(int count) => _length += count;

    void Drain()
    {
        _stream.Write(_buffer, 0, _length);
        _length = 0;
    }
}
