using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Reports.Heatmap;

/// <summary>Tells what a count of accesses is per second: by the intervals of the record, or else of its sidecar.</summary>
/// <param name="metadata">The sidecar; null where there is none.</param>
public sealed class AccessRates(RecordMetadata? metadata)
{
    /// <summary>The aggregation interval that held for a snapshot in microseconds; null where it is not known.</summary>
    /// <param name="series">The series of the snapshot.</param>
    /// <param name="snapshot">The snapshot, whose sampling interval may have been tuned; null for what holds in general.</param>
    public double? AggregationUs(RecordSeries series, Snapshot? snapshot = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        RecordIntervals? intervals = series.Intervals ?? metadata?.Summary?.EffectiveIntervals ?? metadata?.Header?.Intervals;
        if (snapshot?.SampleUs is > 0 and var sample && intervals is { SampleUs: > 0, AggrUs: > 0 })
        {
            return sample * intervals.AggrUs / intervals.SampleUs;
        }

        return intervals?.AggrUs is > 0 and var known ? known : null;
    }

    /// <summary>What one of <see cref="SnapshotRegion.NrAccesses"/> counts: accesses per second, or 1 where the interval is not known.</summary>
    public double Scale(RecordSeries series, Snapshot snapshot) => AggregationUs(series, snapshot) is { } us && double.IsFinite(1e6 / us) ? 1e6 / us : 1;
}
