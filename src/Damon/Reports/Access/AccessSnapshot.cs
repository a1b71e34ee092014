using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Reports.Access;

/// <summary>One target of a snapshot, after the filters. Filled again and again.</summary>
sealed class AccessSnapshot
{
    readonly List<AccessRegion> _regions = [];

    /// <summary>Its series.</summary>
    public RecordSeries Series { get; internal set; } = RecordSeries.Unknown;

    /// <summary>Its target.</summary>
    public Int128 TargetId => Target.Id;

    /// <summary>The target, told from others with its id.</summary>
    public TargetKey Target { get; internal set; }

    /// <summary>Beginning in nanoseconds; the end where that is unknown.</summary>
    public long StartNs { get; internal set; }

    /// <summary>End in nanoseconds.</summary>
    public long EndNs { get; internal set; }

    /// <summary>The intervals that held for it: those of the record unless they are tuned.</summary>
    public AccessIntervals Intervals { get; internal set; }

    /// <summary>Sampling interval told by the snapshot itself, in microseconds.</summary>
    public ulong? SampleUs { get; internal set; }

    /// <summary>Counters of the scheme.</summary>
    public SnapshotSchemeStatistics? Statistics { get; internal set; }

    /// <summary>Its regions.</summary>
    public IReadOnlyList<AccessRegion> Regions => _regions;

    /// <summary>Bytes of all its regions in the record, also of those that the filters left out.</summary>
    public UInt128 TotalBytes { get; internal set; }

    /// <summary>Sum of the sizes of its regions, in bytes.</summary>
    public UInt128 Bytes { get; private set; }

    /// <summary>Bytes that passed the filters of the scheme.</summary>
    public UInt128 FilterPassed { get; private set; }

    /// <summary>Bytes touched per second, if each access found meant its whole region.</summary>
    public double BytesPerSecond { get; private set; }

    /// <summary>Bytes that passed the filters of the scheme and were touched per second, by the same estimate.</summary>
    public double FilterPassedPerSecond { get; private set; }

    /// <summary>Makes a snapshot of a record of it again, with this target only.</summary>
    public void CopyTo(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        snapshot.Reset(EndNs);
        snapshot.StartNs = StartNs < EndNs ? StartNs : null;
        snapshot.SampleUs = SampleUs;
        snapshot.SchemeStatistics = Statistics;
        snapshot.AddTarget(TargetId);
        foreach (AccessRegion region in _regions)
        {
            snapshot.AddRegion(region.Region);
            snapshot.SetFilterPassed(region.FilterPassed);
        }
    }

    internal void Clear()
    {
        _regions.Clear();
        TotalBytes = 0;
        Bytes = 0;
        FilterPassed = 0;
        BytesPerSecond = 0;
        FilterPassedPerSecond = 0;
    }

    internal void Add(in AccessRegion region)
    {
        _regions.Add(region);
        Bytes += region.Region.Size;
        FilterPassed += region.FilterPassed;
        if (Intervals.IsKnown)
        {
            BytesPerSecond += Intervals.Hz((double)region.Region.Size * region.Region.NrAccesses);
            FilterPassedPerSecond += Intervals.Hz((double)region.FilterPassed * region.Region.NrAccesses);
        }
    }

    internal void Sort(Comparison<AccessRegion> order)
    {
        // Stable: the order of addresses decides between equals.
        AccessRegion[] sorted = [.. _regions.Order(Comparer<AccessRegion>.Create(order))];
        _regions.Clear();
        _regions.AddRange(sorted);
    }
}
