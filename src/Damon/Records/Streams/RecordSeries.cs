namespace Damon.Records.Streams;

/// <summary>A series of snapshots in a record: one target, seen by one scheme of one context, with what the record says of all of them.</summary>
/// <remarks>
/// The binary format knows nothing but the target, which the snapshots name themselves: its series is <see cref="Unknown"/>. Trace text knows the thread and
/// the target. JSON holds its records series after series.
/// </remarks>
public sealed record RecordSeries
{
    /// <summary>The series of snapshots whose source says nothing of series.</summary>
    public static RecordSeries Unknown { get; } = new();

    /// <summary>
    /// Index of the kdamond; null where unknown. Trace text has no index: where several threads wrote it, they are counted in the order in which they appear,
    /// so the first is 0 from the moment on in which the second is seen.
    /// </summary>
    public int? KdamondIndex { get; set; }

    /// <summary>The thread that took the snapshots, as trace text names it, such as <c>kdamond.0-760</c>; null where the record names none.</summary>
    public string? Thread { get; init; }

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

    /// <summary>Whether the record says that the series has no target: the ids in its snapshots only fill the place.</summary>
    internal bool IsTargetless { get; init; }

    /// <summary>Whether the same kdamond took the snapshots of both.</summary>
    internal bool IsSameKdamond(RecordSeries other) => Thread == other.Thread && (Thread is not null || KdamondIndex == other.KdamondIndex);

    /// <summary>Whether both name the same kdamond, context, scheme and target.</summary>
    internal bool IsSame(RecordSeries other) =>
        IsSameKdamond(other) && ContextIndex == other.ContextIndex && SchemeIndex == other.SchemeIndex && TargetId == other.TargetId;
}
