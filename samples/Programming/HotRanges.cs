using Damon.Linux;
using Damon.Monitoring;

namespace Programming;

static class HotRanges
{
    internal static void Run()
    {
        using Workload workload = new();
        #region hot-ranges
        HotWatch watch = new(minutesIdle: 10);
        using ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions { Observers = [watch] });
        Thread.Sleep(TimeSpan.FromSeconds(3));
        foreach (AddressRange range in watch.Hot)
        {
            Console.WriteLine($"hot: {range}, {range.Size >> 10} KiB, {monitor.NameOf(Environment.ProcessId, range.Start)}");
        }

        #endregion
        Console.WriteLine($"workload: {workload.HotStart:x}");
    }

    #region hot-watch
    sealed class HotWatch(int minutesIdle) : IKdamondObserver
    {
        volatile AddressRange[] _hot = [];

        public IReadOnlyList<AddressRange> Hot => _hot;

        public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
        {
            uint half = context.Attributes.MaxNrAccesses / 2;
            double minutesPerInterval = context.Attributes.AggregationUs / 60e6;
            bool allIdle = true;
            List<AddressRange> hot = [];
            foreach (SnapshotRegion region in snapshot[0].Regions)
            {
                allIdle &= region.NrAccesses == 0 && region.Age * minutesPerInterval > minutesIdle;
                if (region.NrAccesses >= half)
                {
                    hot.Add(new AddressRange(region.Start, region.End));
                }
            }

            _hot = [.. hot];
            return !allIdle; // false ends the run
        }
    }

    #endregion
}
