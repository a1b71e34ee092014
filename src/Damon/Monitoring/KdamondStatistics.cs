namespace Damon.Monitoring;

/// <summary>What a run has done and cost so far. Written by the kdamond's thread; others may read single values at any time.</summary>
public sealed class KdamondStatistics
{
    /// <summary>Start of the run, in nanoseconds of the kdamond's clock.</summary>
    public long StartNs { get; internal set; }

    /// <summary>End of the last sample, in nanoseconds of the kdamond's clock.</summary>
    public long LastNs { get; internal set; }

    /// <summary>Samples taken: ticks of the sampling interval.</summary>
    public long NrSamples { get; internal set; }

    /// <summary>Access checks made: regions summed over the samples.</summary>
    public long NrChecks { get; internal set; }

    /// <summary>Aggregation intervals that ended.</summary>
    public long NrAggregations { get; internal set; }

    /// <summary>Ticks of the sampling interval that could not be kept because the one before came too late.</summary>
    public long NrMissedTicks { get; internal set; }

    /// <summary>How late the ticks came.</summary>
    public LatenessHistogram Lateness { get; } = new();

    /// <summary>CPU time of the kdamond's thread, in nanoseconds; 0 where the clock cannot tell it.</summary>
    public long CpuNs { get; internal set; }

    /// <summary>Time spent in the operations' access checks, in nanoseconds.</summary>
    public long CheckNs { get; internal set; }

    /// <summary>Time from the start to the last sample, in nanoseconds.</summary>
    public long ElapsedNs => LastNs - StartNs;

    /// <summary>Mean time between two samples, in microseconds; 0 before the first.</summary>
    public double AchievedSampleUs => NrSamples == 0 ? 0 : ElapsedNs / 1e3 / NrSamples;

    /// <summary>Mean time between two ends of aggregation intervals, in microseconds; 0 before the first.</summary>
    public double AchievedAggregationUs => NrAggregations == 0 ? 0 : (LastAggregationNs - StartNs) / 1e3 / NrAggregations;

    /// <summary>CPU time of the kdamond's thread in percent of one CPU.</summary>
    public double CpuPercent => ElapsedNs <= 0 ? 0 : 100.0 * CpuNs / ElapsedNs;

    internal long LastAggregationNs { get; set; }
}
