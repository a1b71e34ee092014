using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Records;

/// <summary>Makes the snapshots of a record fewer: without those at the beginning, and each covering a longer aggregation interval.</summary>
/// <remarks>
/// Each series is taken by itself. What does not fill an interval at the end is dropped. Memory is that of one snapshot of each target. The bytes that passed
/// the filters of a scheme cannot be added up and are left out.
/// </remarks>
sealed class RecordAdjustment
{
    readonly Dictionary<SeriesKey, Entry> _byKey = [];
    readonly List<(Entry Entry, TargetKey Target)> _complete = [];
    readonly Snapshot _output = new();
    readonly RecordIntervals? _intervals;

    /// <summary>Starts an adjustment.</summary>
    /// <param name="skip">So many snapshots at the beginning of each series are dropped.</param>
    /// <param name="aggregationUs">The new aggregation interval in microseconds, above 0; null to keep the snapshots as they are.</param>
    /// <param name="intervals">The intervals of series that tell none themselves; null where unknown.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RecordAdjustment(int skip, ulong? aggregationUs, RecordIntervals? intervals = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        if (aggregationUs is { } us)
        {
            ArgumentOutOfRangeException.ThrowIfZero(us, nameof(aggregationUs));
        }

        Skip = skip;
        AggregationUs = aggregationUs;
        _intervals = intervals;
    }

    /// <summary>So many snapshots at the beginning of each series are dropped.</summary>
    public int Skip { get; }

    /// <summary>The new aggregation interval in microseconds; null where the snapshots stay as they are.</summary>
    public ulong? AggregationUs { get; }

    /// <summary>The intervals of an adjusted record: the aggregation interval is the least multiple of the old one that is not below the new one.</summary>
    /// <param name="intervals">Those of the record; null where unknown.</param>
    public RecordIntervals? Lengthen(RecordIntervals? intervals) =>
        intervals is { AggrUs: { } aggregation } && Factor(intervals) is { } factor ? intervals with { AggrUs = aggregation * factor } : intervals;

    /// <summary>By how many times the aggregation interval becomes longer; null where it is not known.</summary>
    /// <param name="intervals">Those of the record; null where unknown.</param>
    public long? Factor(RecordIntervals? intervals)
    {
        if (AggregationUs is not { } wanted)
        {
            return 1;
        }

        const double Most = 1L << 40;
        return intervals?.AggrUs is > 0 and var aggregation ? (long)Math.Clamp(Math.Ceiling(wanted / aggregation), 1, Most) : null;
    }

    /// <summary>Takes the next snapshot of the record.</summary>
    /// <param name="series">Its series.</param>
    /// <param name="snapshot">The snapshot, with the time when it began as far as that is known.</param>
    /// <param name="write">Takes a complete snapshot, which is refilled afterwards.</param>
    /// <exception cref="RecordFormatException">There are too many targets, or too many regions of one.</exception>
    public void Add(RecordSeries series, Snapshot snapshot, Action<RecordSeries, Snapshot> write)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(write);
        _complete.Clear();
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            Entry entry = EntryOf(series, target);
            if (entry.Seen < Skip)
            {
                entry.Seen++;
            }
            else if (AggregationUs is null || entry.Add(snapshot, target, BeginningOf(snapshot, entry), AggregationUs.Value))
            {
                _complete.Add((entry, target.Key));
            }
        }

        if (AggregationUs is not null)
        {
            WriteComplete(snapshot, write);
        }
        else if (_complete.Count == snapshot.NrTargets && _complete.Count > 0)
        {
            write(series, snapshot);
        }
        else if (_complete.Count > 0)
        {
            WritePart(series, snapshot, write);
        }
    }

    /// <summary>
    /// Hands on what the record says of its series behind their last snapshot. To be called at the end of the record, before that of what is written.
    /// </summary>
    public void Complete()
    {
        foreach (Entry entry in _byKey.Values)
        {
            entry.Adjusted.DataSource = entry.Series.DataSource;
        }
    }

    /// <summary>Targets whose intervals began together share a snapshot.</summary>
    void WriteComplete(Snapshot last, Action<RecordSeries, Snapshot> write)
    {
        RecordSeries? current = null;
        foreach ((Entry entry, TargetKey target) in _complete)
        {
            if (current is not null && _output.StartNs != entry.StartNs)
            {
                write(current, _output);
                current = null;
            }

            if (current is null)
            {
                current = entry.Adjusted;
                _output.Reset(last.TimeNs);
                _output.StartNs = entry.StartNs;
                _output.SchemeStatistics = last.SchemeStatistics;
                _output.SampleUs = last.SampleUs is null ? null : TunedSampleUs(entry);
            }

            _output.AddTarget(target);
            entry.Take(_output);
        }

        if (current is not null)
        {
            write(current, _output);
        }
    }

    /// <summary>
    /// With intervals that are tuned, the proportion of both is that of the series: the sampling interval that makes the aggregation interval what it was.
    /// </summary>
    ulong? TunedSampleUs(Entry entry)
    {
        double ratio = entry.Adjusted.Intervals is { AggrUs: { } aggregation, SampleUs: > 0 and var sample } ? aggregation / sample : 0;
        return ratio > 0 ? (ulong)Math.Max(1, Math.Round((_output.TimeNs - _output.StartNs!.Value) / 1000.0 / ratio)) : null;
    }

    /// <summary>Some targets came later than others, and are still skipped.</summary>
    void WritePart(RecordSeries series, Snapshot snapshot, Action<RecordSeries, Snapshot> write)
    {
        _output.Reset(snapshot.TimeNs);
        _output.StartNs = snapshot.StartNs;
        _output.SampleUs = snapshot.SampleUs;
        _output.SchemeStatistics = snapshot.SchemeStatistics;
        int first = 0;
        int next = 0;
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            bool isWanted = next < _complete.Count && _complete[next].Target == target.Key;
            if (isWanted)
            {
                next++;
                _output.AddTarget(target.Key);
                for (int r = 0; r < target.Regions.Length; r++)
                {
                    _output.AddRegion(target.Regions[r]);
                    _output.SetFilterPassed(snapshot.FilterPassed.IsEmpty ? 0 : snapshot.FilterPassed[first + r]);
                }
            }

            first += target.Regions.Length;
        }

        write(series, _output);
    }

    /// <summary>If not even the whole record shows when it began, it counts as having taken as long as it should have.</summary>
    long BeginningOf(Snapshot snapshot, Entry entry) =>
        snapshot.StartNs ?? (long)Math.Max(long.MinValue, snapshot.TimeNs - (((entry.Series.Intervals ?? _intervals)?.AggrUs ?? 0) * 1000));

    Entry EntryOf(RecordSeries series, SnapshotTarget target)
    {
        SeriesKey key = SeriesKey.Of(series, target);
        if (_byKey.TryGetValue(key, out Entry? known))
        {
            return known;
        }

        if (_byKey.Count == RecordTimes.MaxSeries)
        {
            throw new RecordFormatException($"More than {RecordTimes.MaxSeries} targets cannot be adjusted, which needs room for each at a time.");
        }

        Entry added = new(series, series with { Intervals = Lengthen(series.Intervals) }, Factor(series.Intervals ?? _intervals));
        _byKey.Add(key, added);
        return added;
    }

    sealed class Entry(RecordSeries series, RecordSeries adjusted, long? factor)
    {
        readonly RegionAggregation _regions = new();
        int _snapshots;

        public RecordSeries Series { get; } = series;

        public RecordSeries Adjusted { get; } = adjusted;

        public int Seen { get; set; }

        public long StartNs { get; private set; }

        /// <returns>Whether the interval is full.</returns>
        public bool Add(Snapshot snapshot, SnapshotTarget target, long startNs, ulong aggregationUs)
        {
            if (_snapshots++ == 0)
            {
                StartNs = startNs;
            }

            _regions.Add(target.Regions);
            if (_regions.Count > RecordLimits.MaxRegions)
            {
                throw new RecordFormatException(
                    $"The regions of target {target.Id} differ so much that more than {RecordLimits.MaxRegions} come out; choose a shorter aggregation "
                        + "interval.");
            }

            return (Int128)snapshot.TimeNs - StartNs >= (Int128)aggregationUs * 1000;
        }

        /// <summary>Moves the sum to the last target of <paramref name="snapshot"/>.</summary>
        public void Take(Snapshot snapshot)
        {
            _regions.CopyTo(snapshot, factor ?? _snapshots);
            _regions.Clear();
            _snapshots = 0;
        }
    }
}
