namespace Damon.Monitoring;

/// <summary>
/// Watches a context while it is monitored; the counterpart of the kernel's damon_callback. All members run on the thread
/// that owns the context and hold it up, so they must be quick. All observers hear of an event, also when one of them ends the run.
/// </summary>
/// <remarks>What one throws ends the run, too, and those behind it do not hear of that event.</remarks>
public interface IKdamondObserver
{
    /// <summary>The operations are initialised; the first sample follows.</summary>
    /// <returns>Whether to go on; false ends the run.</returns>
    bool BeforeStart(MonitoringContext context) => true;

    /// <summary>The sampling addresses are chosen and cleared; the sleep of the sampling interval follows.</summary>
    /// <inheritdoc cref="BeforeStart" path="/returns"/>
    bool AfterSampling(MonitoringContext context) => true;

    /// <summary>The sample is checked and counted.</summary>
    /// <param name="context">The context; each region tells its answer in <see cref="Region.Accessed"/>.</param>
    /// <param name="window">When the sample began and ended.</param>
    /// <inheritdoc cref="BeforeStart" path="/returns"/>
    bool AfterCheck(MonitoringContext context, in SamplingWindow window) => true;

    /// <summary>An aggregation interval has ended and regions are merged; counts are not reset yet.</summary>
    /// <inheritdoc cref="BeforeStart" path="/returns"/>
    bool AfterAggregation(MonitoringContext context) => true;

    /// <summary>The result of the aggregation interval. The snapshot is refilled the next time: clone what you want to keep.</summary>
    /// <inheritdoc cref="BeforeStart" path="/returns"/>
    bool OnSnapshot(MonitoringContext context, Snapshot snapshot) => true;

    /// <summary>The last call of a run, whatever ended it; regions are still there.</summary>
    void BeforeTerminate(MonitoringContext context)
    {
    }
}
