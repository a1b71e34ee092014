using Damon.Linux;
using Damon.Monitoring;

namespace Programming;

static class OtherProcess
{
    internal static void Run(int pid)
    {
        #region other-process
        ProcessMonitorOptions options = new()
        {
            ProcessIds = [pid],
            FollowsChildren = true,
            Attributes = new() { SampleUs = 5_000, AggregationUs = 100_000, UpdateUs = 1_000_000, MinNrRegions = 10, MaxNrRegions = 500 },
            OverheadPercent = 3,
            OnSnapshot = static snapshot =>
            {
                for (int i = 0; i < snapshot.NrTargets; i++)
                {
                    Console.WriteLine($"process {snapshot[i].Id}: {snapshot[i].Regions.Length} regions");
                }
            },
        };
        using ProcessMonitor monitor = ProcessMonitor.Start(options);
        Console.WriteLine($"access check {monitor.AccessCheck}, per page: {monitor.IsPerPage}");
        if (monitor.Completion.Wait(TimeSpan.FromMinutes(1)))
        {
            Console.WriteLine("the process has ended");
        }

        KdamondEnd end = monitor.Stop();
        KdamondStatistics cost = monitor.Kdamond.Statistics;
        Console.WriteLine($"{end}: {cost.NrAggregations} snapshots for {cost.CpuPercent:0.0} % of a CPU");
        #endregion
    }
}
