using Damon.Monitoring;
using Damon.Simulation;

namespace Programming;

static class Contexts
{
    internal static void Run()
    {
        #region contexts
        SimulatedPattern hot = SimulatedPattern.Parse("map 1G 64M\nphase 10s\n  access 1G 8M always\n");
        SimulatedPattern warm = SimulatedPattern.Parse("map 1G 64M\nphase 10s\n  access 1G 8M every 80ms\n");
        List<KdamondThread> threads = [];
        using TimeProviderClock clockOfHot = new(TimeProvider.System);
        using TimeProviderClock clockOfWarm = new(TimeProvider.System);
        foreach ((SimulatedPattern pattern, TimeProviderClock clock) in new[] { (hot, clockOfHot), (warm, clockOfWarm) })
        {
            MonitoringContext context = new(new SimulatedOperations(pattern, clock));
            context.AddTarget(new Target(threads.Count + 1));
            threads.Add(KdamondThread.Start(new Kdamond(context, clock)));
        }

        Thread.Sleep(TimeSpan.FromSeconds(2));
        foreach (KdamondThread thread in threads)
        {
            KdamondEnd end = thread.Stop();
            Console.WriteLine($"context {thread.Kdamond.Context.Targets[0].Id}: {end}, {thread.Kdamond.Statistics.NrAggregations} aggregations");
        }

        #endregion
    }
}
