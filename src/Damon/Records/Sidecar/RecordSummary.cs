using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Records.Sidecar;

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

    /// <summary>What the engine knows of a run: so far, or altogether when it has ended.</summary>
    /// <param name="kdamond">The run. Its CPU time is known at its end only.</param>
    public static RecordSummary Of(Kdamond kdamond)
    {
        ArgumentNullException.ThrowIfNull(kdamond);
        KdamondStatistics statistics = kdamond.Statistics;
        return new RecordSummary
        {
            TimeNs = statistics.LastNs,
            Snapshots = statistics.NrAggregations,
            EffectiveIntervals = new RecordIntervals
            {
                SampleUs = Math.Round(statistics.AchievedSampleUs, 1),
                AggrUs = Math.Round(statistics.AchievedAggregationUs, 1),
                UpdateUs = kdamond.Context.Attributes.UpdateUs,
            },
            Overhead = new RecordOverhead
            {
                OwnCpuPercent = statistics.CpuNs > 0 ? Math.Round(statistics.CpuPercent, 3) : null,
                CheckTimePercent = Math.Round(100.0 * statistics.CheckNs / Math.Max(statistics.ElapsedNs, 1), 3),
                ChecksPerSecond = Math.Round(statistics.NrChecks / Math.Max(statistics.ElapsedNs / 1e9, 1e-9), 1),
                Samples = statistics.NrSamples,
                MissedTicks = statistics.NrMissedTicks,
                LateP99Us = statistics.Lateness.Percentile(0.99) / 1e3,
                StretchFactor = Math.Round(kdamond.Governor?.Stretch ?? 1, 3),
                LargestStretchFactor = Math.Round(kdamond.Governor?.LargestStretch ?? 1, 3),
            },
        };
    }
}
