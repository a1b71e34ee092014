namespace Damon.Monitoring;

/// <summary>Acts on the regions of a context while it is monitored. All members run on the thread that owns the context.</summary>
public interface IRegionPolicy
{
    /// <summary>How long to do nothing, not even monitoring, in nanoseconds from now; 0 to go on. Asked before each sample.</summary>
    long RestNs(MonitoringContext context, long nowNs);

    /// <summary>A sample is counted. When it ended an aggregation interval, regions are merged, but not reset yet.</summary>
    /// <param name="context">The context, whose regions may be split and whose ages may be reset.</param>
    /// <param name="nrSamples">Samples since the start.</param>
    /// <param name="nowNs">Now.</param>
    /// <param name="isAggregated">Whether an aggregation interval ended.</param>
    void AfterSample(MonitoringContext context, ulong nrSamples, long nowNs, bool isAggregated);

    /// <summary>The intervals restart here: the run begins, or the attributes have changed.</summary>
    void Reschedule(MonitoringContext context, ulong nrSamples);
}
