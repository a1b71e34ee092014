using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Reports.Heatmap;

/// <summary>Where and when a series of snapshots has data.</summary>
/// <param name="Series">The series.</param>
/// <param name="TargetId">The target within.</param>
/// <param name="StartNs">When the first snapshot began, less the greatest age in it where the aggregation interval is known: so long nothing changed.</param>
/// <param name="FirstNs">When the first snapshot began.</param>
/// <param name="EndNs">When the last snapshot ended.</param>
/// <param name="Regions">The areas between the gaps that all snapshots share, in address order, without empty ones.</param>
/// <param name="HasIntervals">Whether the aggregation interval is known.</param>
public sealed record HeatmapGuide(
    RecordSeries Series,
    Int128 TargetId,
    long StartNs,
    long FirstNs,
    long EndNs,
    IReadOnlyList<AddressRange> Regions,
    bool HasIntervals) : ITargetGuide
{
    /// <summary>Which of the targets with this id it is.</summary>
    internal int Instance { get; init; }

    /// <inheritdoc cref="ITargetGuide.Ordinal"/>
    internal int? Ordinal { get; init; }

    int ITargetGuide.Instance => Instance;

    int? ITargetGuide.Ordinal => Ordinal;

    /// <summary>What is worth drawing: the regions, those that are nearly empty in parts.</summary>
    public IReadOnlyList<AddressRange> Areas { get; init; } = Regions;

    /// <summary>Sum of the sizes of the regions.</summary>
    public UInt128 Size => Regions.Aggregate(UInt128.Zero, (sum, region) => sum + region.Size);

    /// <summary>Whether it is the target of a snapshot of a series.</summary>
    internal bool IsOf(RecordSeries series, SnapshotTarget target) => target.Key == new TargetKey(TargetId, Instance) && IsOf(series);

    /// <summary>Whether snapshots of a series belong to this guide.</summary>
    public bool IsOf(RecordSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return Series.IsSame(series);
    }
}
