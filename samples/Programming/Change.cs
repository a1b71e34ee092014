using Damon.Linux;
using Damon.Monitoring;

namespace Programming;

static class Change
{
    internal static void Run()
    {
        using ProcessMonitor monitor = ProcessMonitor.Start(static _ => { });
        RunAsync(monitor).GetAwaiter().GetResult();
    }

    static async Task RunAsync(ProcessMonitor monitor)
    {
        #region change
        // On the thread that monitors, between two samples; from any thread.
        await monitor.Kdamond.Invoke(static context => context.Attributes = context.Attributes with { SampleUs = 20_000, AggregationUs = 400_000 });
        Snapshot now = new();
        await monitor.Kdamond.Invoke(context => context.FillSnapshot(now, timeNs: 0));
        Console.WriteLine($"{now.NrRegions} regions at this moment");
        #endregion
    }
}
