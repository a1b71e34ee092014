using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>Is called for every region that a scheme was tried on. Runs on the thread that owns the context and holds it up.</summary>
public interface ISchemeObserver
{
    /// <summary>A scheme was tried on a region; its age is not reset yet.</summary>
    void OnTried(MonitoringContext context, int schemeIndex, Target target, in Region region, SchemeOutcome outcome);

    /// <summary>A scheme has gone over all regions once.</summary>
    void OnPassEnd(MonitoringContext context, int schemeIndex, long nowNs)
    {
    }
}
