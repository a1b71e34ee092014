namespace Damon.Records;

/// <summary>How a recording went: so far in a <c>status</c> line of the sidecar, altogether in its <c>end</c> line.</summary>
public sealed record RecordSummary
{
    /// <summary>Time in nanoseconds of the record's clock.</summary>
    public long? TimeNs { get; init; }

    /// <summary>Number of snapshots written.</summary>
    public long? Snapshots { get; init; }

    /// <summary>The intervals achieved, on average.</summary>
    public RecordIntervals? EffectiveIntervals { get; init; }

    /// <summary>What it cost.</summary>
    public RecordOverhead? Overhead { get; init; }

    /// <summary>What turned out while recording and a reader of the figures should know, one sentence each.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>Why the recording ended, such as <c>targets gone</c> or <c>interrupted</c>; null while it runs.</summary>
    public string? EndReason { get; init; }
}
