namespace Damon.Schemes;

/// <summary>What an automatic tuning of the intervals is to aim at; all 0 where it is off.</summary>
public sealed record IntervalsGoal
{
    /// <summary>Observed access events wanted, in 1/10000 of the possible ones.</summary>
    public ulong AccessBp { get; init; }

    /// <summary>Number of aggregation intervals within which to reach it.</summary>
    public ulong Aggregations { get; init; }

    /// <summary>Shortest sampling interval allowed, in microseconds.</summary>
    public ulong MinSampleUs { get; init; }

    /// <summary>Longest sampling interval allowed, in microseconds.</summary>
    public ulong MaxSampleUs { get; init; }
}
