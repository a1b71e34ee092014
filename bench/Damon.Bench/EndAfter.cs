using Damon.Monitoring;

namespace Damon.Bench;

/// <summary>Ends a run after so many samples; counts what the second half allocated.</summary>
sealed class EndAfter(int samples) : IKdamondObserver
{
    int _seen;
    long _startBytes;

    public long AllocatedBytes { get; private set; }

    public bool AfterCheck(MonitoringContext context, in SamplingWindow window)
    {
        _seen++;
        if (_seen == samples / 2)
        {
            _startBytes = GC.GetAllocatedBytesForCurrentThread();
        }

        AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - _startBytes;
        return _seen < samples;
    }
}
