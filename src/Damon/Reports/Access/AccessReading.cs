using System.Runtime.InteropServices;
using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Reports.Access;

/// <summary>Turns the snapshots of a record, in their order, into what reports of accesses show: filtered, one target at a time.</summary>
/// <param name="filter">What is looked at.</param>
/// <param name="fallback">The intervals of series that tell none; unknown ones where there are none.</param>
/// <param name="times">The times of the record, from an earlier pass; null where the first snapshots may begin where they end.</param>
sealed class AccessReading(AccessFilter filter, AccessIntervals fallback, RecordTimes? times = null)
{
    const double MinTuning = 0.1;
    const double NsPerUs = 1e3;

    readonly Dictionary<SeriesKey, (long Index, long EndNs)> _last = [];
    readonly AccessSnapshot _snapshot = new();

    /// <summary>The intervals of the record that a series is of.</summary>
    public AccessIntervals RecordIntervals(RecordSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        AccessIntervals own = new(series.Intervals?.SampleUs ?? 0, series.Intervals?.AggrUs ?? 0);
        return own.IsKnown ? own : fallback;
    }

    /// <summary>Hands out each target of a snapshot that the filter lets pass; valid until the next one.</summary>
    public void Add(Snapshot snapshot, RecordSeries series, Action<AccessSnapshot> add)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(add);
        int first = 0;
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            if (Fill(snapshot, series, target, first))
            {
                add(_snapshot);
            }

            first += target.Regions.Length;
        }
    }

    bool Fill(Snapshot snapshot, RecordSeries series, SnapshotTarget target, int first)
    {
        AccessIntervals record = RecordIntervals(series);
        ref (long Index, long EndNs) last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, SeriesKey.Of(series, target), out bool isKnown);
        long start = snapshot.StartNs ?? (isKnown ? last.EndNs : times?.FirstStartNs(series, target.Key)
            ?? snapshot.TimeNs - (record.IsKnown ? (long)(record.AggrUs * NsPerUs) : 0));
        long index = isKnown ? last.Index + 1 : 0;
        last = (index, snapshot.TimeNs);
        _snapshot.Clear();
        if (!filter.Takes(index, start, snapshot.TimeNs))
        {
            return false;
        }

        _snapshot.Series = series;
        _snapshot.Target = target.Key;
        _snapshot.StartNs = start;
        _snapshot.EndNs = snapshot.TimeNs;
        _snapshot.SampleUs = snapshot.SampleUs;
        _snapshot.Statistics = snapshot.SchemeStatistics;
        _snapshot.Intervals = Effective(record, series, snapshot.SampleUs, (snapshot.TimeNs - start) / NsPerUs);
        ReadOnlySpan<ulong> passed = snapshot.FilterPassed;
        for (int i = 0; i < target.Regions.Length; i++)
        {
            _snapshot.TotalBytes += target.Regions[i].Size;
            AddRegion(target.Regions[i], passed.IsEmpty ? 0 : passed[first + i], record);
        }

        return filter.SnapshotSize is not { } size || size.Contains((Int128)_snapshot.Bytes);
    }

    void AddRegion(in SnapshotRegion region, ulong passed, AccessIntervals record)
    {
        if (filter.Addresses.Count == 0)
        {
            Offer(region, passed, record);
            return;
        }

        foreach (AddressRange range in filter.Addresses)
        {
            ulong start = Math.Max(region.Start, range.Start);
            ulong end = Math.Min(region.End, range.End);
            if (start < end)
            {
                ulong part = (ulong)((UInt128)passed * (end - start) / region.Size);
                Offer(region with { Start = start, End = end }, part, record);
            }
        }
    }

    void Offer(in SnapshotRegion region, ulong passed, AccessIntervals record)
    {
        AccessRegion offered = new(region, passed, 0, 0, 0, 0);
        if (record.IsKnown)
        {
            long percent = record.Percent(region.NrAccesses);
            long age = region.Age < 0 ? 0 : record.AgeUs(region.Age);
            offered = offered with
            {
                Percent = percent,
                AgeUs = age,
                IdleUs = percent > 0 ? 0 : age + (long)_snapshot.Intervals.AggrUs,
                Temperature = filter.Weights.Temperature(region.Size, percent, age),
            };
        }

        if (filter.Takes(offered))
        {
            _snapshot.Add(offered);
        }
    }

    /// <summary>Where the intervals are tuned while recording, those of the snapshot.</summary>
    static AccessIntervals Effective(AccessIntervals record, RecordSeries series, ulong? sampleUs, double lengthUs)
    {
        if (!record.IsKnown || series.IntervalsGoal is not { Aggrs: > 0 })
        {
            return record;
        }

        if (sampleUs is > 0 and { } sample)
        {
            return new AccessIntervals(sample, sample * record.MaxSamples);
        }

        return lengthUs > 0 && Math.Abs(lengthUs - record.AggrUs) >= record.AggrUs * MinTuning
            ? new AccessIntervals(lengthUs / record.MaxSamples, lengthUs)
            : record;
    }
}
