using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;

namespace Damon.Reports.Validation;

/// <summary>Compares every snapshot of a record with limits: whether monitoring worked as it should.</summary>
/// <remarks>Keeps a few numbers for each series. The length of a snapshot whose beginning is not known is not compared.</remarks>
sealed class ValidationReport
{
    readonly ValidationOptions _options;
    readonly AddressRange[] _boundaries;
    readonly Dictionary<SeriesKey, Entry> _byKey = [];
    readonly List<Entry> _inOrder = [];

    /// <summary>Starts a report.</summary>
    public ValidationReport(ValidationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _boundaries = Merge(options.Boundaries);
    }

    /// <summary>Compares one snapshot. <see cref="RecordReaders.WithStartTimes"/> tells when it began.</summary>
    public void Add(RecordSeries series, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SeriesKey key = SeriesKey.Of(series, snapshot[i]);
            if (!_byKey.TryGetValue(key, out Entry? entry))
            {
                entry = new Entry(series, key.Target.Id);
                _byKey.Add(key, entry);
                _inOrder.Add(entry);
            }

            entry.Snapshots++;
            Compare(entry, snapshot, snapshot[i].Regions);
        }
    }

    /// <summary>What came out, in the order in which the series first appeared.</summary>
    public IReadOnlyList<SeriesValidation> Finish() => [.. _inOrder.Select(Finish)];

    SeriesValidation Finish(Entry entry)
    {
        ValidationFault[] faults = [.. entry.Faults.OfType<ValidationFault>()];
        return new SeriesValidation(
            entry.Series, entry.TargetId, entry.Snapshots, faults, [.. faults.Where(f =>
                f.Snapshots * 100.0 > _options.AllowedErrorPercent * entry.Snapshots)]);
    }

    void Compare(Entry entry, Snapshot snapshot, ReadOnlySpan<SnapshotRegion> regions)
    {
        if (snapshot.StartNs is { } start)
        {
            // Time that goes backwards is no length at all.
            ulong us = (ulong)Int128.Max((Int128)snapshot.TimeNs - start, 0) / 1000;
            if (!_options.AggregationUs.Allow(us))
            {
                entry.Break(ValidationCheck.AggregationInterval, _options.AggregationUs, snapshot.TimeNs, us);
            }
        }

        if (!_options.NrRegions.Allow((ulong)regions.Length))
        {
            entry.Break(ValidationCheck.NrRegions, _options.NrRegions, snapshot.TimeNs, (ulong)regions.Length);
        }

        foreach (ref readonly SnapshotRegion region in regions)
        {
            if (!_options.NrAccesses.Allow(region.NrAccesses))
            {
                entry.Break(ValidationCheck.NrAccesses, _options.NrAccesses, snapshot.TimeNs, region.NrAccesses, new AddressRange(region.Start, region.End));
                break;
            }
        }

        for (int i = 0; i < regions.Length && _boundaries.Length > 0; i++)
        {
            AddressRange range = new(regions[i].Start, regions[i].End);
            if (!IsWithin(range))
            {
                entry.Break(ValidationCheck.Boundary, new ValidationLimits(_boundaries[0].Start, _boundaries[^1].End), snapshot.TimeNs, 0, range);
                break;
            }
        }
    }

    bool IsWithin(AddressRange region)
    {
        int low = 0;
        for (int high = _boundaries.Length; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = _boundaries[middle].Start <= region.Start ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && region.Start <= region.End && region.End <= _boundaries[low - 1].End;
    }

    /// <summary>In address order, those that touch made one: a region may span both.</summary>
    static AddressRange[] Merge(IReadOnlyList<AddressRange> ranges)
    {
        List<AddressRange> merged = [];
        foreach (AddressRange range in ranges.OrderBy(r => r.Start))
        {
            if (merged.Count > 0 && range.Start <= merged[^1].End)
            {
                merged[^1] = new AddressRange(merged[^1].Start, Math.Max(merged[^1].End, range.End));
            }
            else
            {
                merged.Add(range);
            }
        }

        return [.. merged];
    }

    sealed class Entry(RecordSeries series, Int128 targetId)
    {
        public RecordSeries Series { get; } = series;

        public Int128 TargetId { get; } = targetId;

        public long Snapshots { get; set; }

        public ValidationFault?[] Faults { get; } = new ValidationFault?[4];

        public void Break(ValidationCheck check, ValidationLimits limits, long timeNs, ulong value, AddressRange? region = null)
        {
            ref ValidationFault? fault = ref Faults[(int)check];
            fault = fault is null ? new ValidationFault(check, limits, 1, timeNs, value, region) : fault with { Snapshots = fault.Snapshots + 1 };
        }
    }
}
