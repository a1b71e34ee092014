using Damon.Monitoring;
using Damon.Simulation;
using Damon.Tests.Shared;

namespace Damon.Tests.Monitoring;

public sealed class EngineAllocationTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(3, null)]
    [InlineData(1, 5.0)] // a governor may allocate when it changes the intervals, not otherwise
    public void The_steady_state_allocates_nothing(int nrTargets, double? overheadLimit)
    {
        Assert.Equal(0, Allocation.Least(() =>
        {
            SimulatedClock clock = new();
            SimulatedPattern pattern = SimulatedPattern.Parse("""
                map 1G 1G
                map 4G 64M until 35s
                phase 300ms
                  access 1G 16M always
                  access 1200M 32M every 20ms
                phase 200ms
                  access 1500M 16M always
                repeat
                """);
            MonitoringContext context = new(new SimulatedOperations(pattern, clock) { CheckCostNs = 100 }, seed: 1);
            for (int i = 1; i <= nrTargets; i++)
            {
                context.AddTarget(new Target(i));
            }

            AllocationObserver observer = new();
            context.Observers.Add(observer);
            Kdamond kdamond = new(context, clock);
            if (overheadLimit is { } limit)
            {
                kdamond.Governor = new OverheadGovernor(context.Attributes, limit);
            }

            Assert.Equal(KdamondEnd.ObserverEnded, kdamond.Run());
            Assert.Equal(6_000, observer.MeasuredSamples);
            Assert.InRange(observer.MeasuredSnapshots, 290, 310);
            return observer.AllocatedBytes;
        }));
    }

    /// <summary>Measures from sample 4000 to sample 10000: 6000 samples, 300 aggregations and 30 updates, one of which unmaps something.</summary>
    sealed class AllocationObserver : IKdamondObserver
    {
        long _samples;
        long _startBytes;

        public long MeasuredSamples { get; private set; }

        public long MeasuredSnapshots { get; private set; }

        public long AllocatedBytes { get; private set; }

        public bool AfterCheck(MonitoringContext context, in SamplingWindow window)
        {
            _samples++;
            if (_samples == 4_000)
            {
                _startBytes = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_samples == 10_000)
            {
                AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - _startBytes;
                MeasuredSamples = _samples - 4_000;
                return false;
            }

            return true;
        }

        public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
        {
            MeasuredSnapshots += _samples > 4_000 && snapshot.NrRegions > 0 ? 1 : 0;
            return true;
        }
    }
}
