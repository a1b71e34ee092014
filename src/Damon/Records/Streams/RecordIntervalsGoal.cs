namespace Damon.Records.Streams;

/// <summary>What the automatic tuning of the intervals aims at; all 0 where it is off.</summary>
public sealed record RecordIntervalsGoal
{
    /// <summary>Observed access events wanted, in 1/10000 of the possible ones.</summary>
    public double AccessBp { get; init; }

    /// <summary>Number of aggregation intervals within which to reach it.</summary>
    public ulong Aggrs { get; init; }

    /// <summary>Shortest sampling interval allowed, in microseconds.</summary>
    public ulong MinSampleUs { get; init; }

    /// <summary>Longest sampling interval allowed, in microseconds.</summary>
    public ulong MaxSampleUs { get; init; }
}
