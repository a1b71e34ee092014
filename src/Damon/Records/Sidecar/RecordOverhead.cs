namespace Damon.Records.Sidecar;

/// <summary>What the monitoring cost.</summary>
public sealed record RecordOverhead
{
    /// <summary>CPU time of the tool, in percent of one CPU.</summary>
    public double? OwnCpuPercent { get; init; }

    /// <summary>Time spent in access checks, in percent of the time elapsed.</summary>
    public double? CheckTimePercent { get; init; }

    /// <summary>Access checks per second.</summary>
    public double? ChecksPerSecond { get; init; }

    /// <summary>Sampling ticks that were run.</summary>
    public long? Samples { get; init; }

    /// <summary>Sampling ticks that were left out because the one before took too long.</summary>
    public long? MissedTicks { get; init; }

    /// <summary>How late 99 % of the ticks were at most, in microseconds.</summary>
    public double? LateP99Us { get; init; }

    /// <summary>By how much the intervals were stretched to bound the overhead; 1 for not at all.</summary>
    public double? StretchFactor { get; init; }

    /// <summary>The largest such factor so far: 1 where the intervals were always those asked for.</summary>
    public double? LargestStretchFactor { get; init; }
}
