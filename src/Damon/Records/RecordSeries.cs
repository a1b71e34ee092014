namespace Damon.Records;

/// <summary>A series of snapshots in a record: one target, seen by one scheme of one context, with what the record says of all of them.</summary>
/// <remarks>
/// The binary format and trace text of regions know nothing but the target, which the snapshots name themselves: their series is
/// <see cref="Unknown"/>. JSON holds its records series after series.
/// </remarks>
public sealed record RecordSeries
{
    /// <summary>The series of snapshots whose source says nothing of series.</summary>
    public static RecordSeries Unknown { get; } = new();

    /// <summary>Index of the kdamond; null where unknown, as in everything made of trace events.</summary>
    public int? KdamondIndex { get; init; }

    /// <summary>Index of the context in its kdamond.</summary>
    public int? ContextIndex { get; init; }

    /// <summary>Index of the scheme that took the snapshots; null where no scheme did.</summary>
    public int? SchemeIndex { get; init; }

    /// <summary>The target, as <see cref="Monitoring.SnapshotTarget.Id"/> of every snapshot; null where a series has none.</summary>
    public Int128? TargetId { get; init; }

    /// <summary>The monitoring intervals.</summary>
    public RecordIntervals? Intervals { get; init; }

    /// <summary>What the automatic tuning of the intervals aimed at.</summary>
    public RecordIntervalsGoal? IntervalsGoal { get; init; }

    /// <summary>The filters of the scheme as JSON text, an array, as the record has it; null where there is none.</summary>
    public string? SchemeFilters { get; init; }

    /// <summary>
    /// Where the snapshots came from: <c>unknown</c> or <c>damon_stat</c>; null where not said. JSON says it behind the last snapshot, so while
    /// reading it is not known before.
    /// </summary>
    public string? DataSource { get; set; }

    /// <summary>Whether both name the same kdamond, context, scheme and target.</summary>
    internal bool IsSame(RecordSeries other) =>
        KdamondIndex == other.KdamondIndex && ContextIndex == other.ContextIndex && SchemeIndex == other.SchemeIndex && TargetId == other.TargetId;
}
