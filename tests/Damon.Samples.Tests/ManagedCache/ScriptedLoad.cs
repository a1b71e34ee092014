using Damon.Monitoring;

namespace Damon.Samples.Tests.ManagedCache;

/// <summary>Does something in each sampling interval of a run on virtual time, and ends the run after some of them.</summary>
sealed class ScriptedLoad(int samples, Action<int> inSample) : IKdamondObserver
{
    int _sample;

    public bool AfterSampling(MonitoringContext context)
    {
        inSample(_sample++);
        return true;
    }

    public bool AfterCheck(MonitoringContext context, in SamplingWindow window) => _sample < samples;
}
