using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Records.TraceText;

/// <summary>What a reader of trace text remembers of a series, and the snapshot of it that is still open.</summary>
sealed class TraceSeries(TraceThread thread, RecordSeries series, TargetKey target)
{
    public TraceThread Thread { get; } = thread;

    public RecordSeries Series { get; } = series;

    public TargetKey Target { get; } = target;

    /// <summary>Whether its lines are those that a scheme is tried on, of which nothing tells the number.</summary>
    public bool IsTried => Series.SchemeIndex is not null;

    /// <summary>End of the snapshot read last; null before the first.</summary>
    public long? LastNs { get; set; }

    /// <summary>The snapshot that lacks lines; null where none is open.</summary>
    public Snapshot? Open { get; set; }

    /// <summary>Number of regions that the open snapshot is to have.</summary>
    public ulong Expected { get; set; }

    /// <summary>The region added last.</summary>
    public ulong LastStart { get; set; }

    /// <inheritdoc cref="LastStart"/>
    public ulong LastEnd { get; set; }

    /// <summary>Where the open snapshot begins in the text.</summary>
    public long Offset { get; set; }

    /// <summary>Whether lines are of this series.</summary>
    public bool IsOf(in TraceLine line) =>
        Target.Id == line.TargetId && Series.SchemeIndex == line.SchemeIndex && Series.ContextIndex == line.ContextIndex;
}
