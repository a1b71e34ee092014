using System.Globalization;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;

namespace Damon.Samples.ManagedCache;

/// <summary>Runs a cache under load, with its monitor on a thread of its own, and records what that sees.</summary>
static class CacheDemo
{
    const int Capacity = 8_192;
    const int Keys = 100_000;
    const int Window = 4_000;

    /// <summary>After so many seconds the load has other favourites.</summary>
    const int SecondsPerWindow = 3;

    /// <summary>Runs for some seconds and prints a line for each.</summary>
    /// <exception cref="IOException">The record cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Run(string path, int seconds, TextWriter output)
    {
        SlotCache<int, string> cache = new(Capacity);
        MovingLoad load = new(cache, Keys, Window, seed: 1);
        MonitoringAttributes attributes = new() { SampleUs = 5_000, AggregationUs = 100_000, MinNrRegions = 20, MaxNrRegions = 400 };
        using TimeProviderClock clock = new(TimeProvider.System);
        CacheMonitor monitor = new(cache, clock, attributes, idle: TimeSpan.FromMilliseconds(500));

        // A record that is there is left alone.
        using RecordFile record = RecordFile.Create(path, RecordHeader.Of(attributes, clock.NowNs) with
        {
            Tool = "managedcache (sample of DAMON for .NET)",
            AccessCheck = new RecordAccessCheck { Name = "slot marks" },
        });
        RecordMapping slots = new() { Start = monitor.Operations.AddressOf(0), End = monitor.Operations.AddressOf(Capacity), Name = "[slots]" };
        record.WriteMappings(clock.NowNs, monitor.Context.Targets[0].Id, [slots]);
        monitor.Context.Observers.Add(record);

        KdamondEnd end = default;
        Thread kdamond = new(() => end = monitor.Kdamond.Run()) { Name = "kdamond", IsBackground = true };
        kdamond.Start();

        output.WriteLine("second  entries  hits %  evicted");
        for (int second = 1; second <= seconds; second++)
        {
            (long hits, long lookups) = (load.NrHits, load.NrLookups);
            long until = clock.NowNs + 1_000_000_000;
            while (clock.NowNs < until)
            {
                load.Run(500, first: (second - 1) / SecondsPerWindow * Window);
                Thread.Sleep(1);
            }

            double rate = 100.0 * (load.NrHits - hits) / (load.NrLookups - lookups);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{second,6}  {cache.Count,7}  {rate,6:F1}  {monitor.Operations.NrEvicted,7}"));
        }

        monitor.Kdamond.Stop();
        kdamond.Join();
        record.Complete(RecordSummary.Of(monitor.Kdamond) with { EndReason = end.ToString() });
    }
}
