using System.Globalization;
using Damon.Linux;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Simulation;

namespace Damon.Bench;

/// <summary>What one pass of schemes over all regions costs without the actions. Options: <c>--schemes</c>, <c>--regions</c>, <c>--passes</c>.</summary>
static class SchemesBench
{
    const ulong MiB = 1 << 20;

    public static int Run(string[] args)
    {
        Options options = new(args);
        int schemes = options.Number("schemes", 100);
        int regions = options.Number("regions", 1000);
        int passes = options.Number("passes", 300);
        Console.WriteLine(Machine.Line());
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{schemes} schemes, {regions} regions; CPU time of the thread, best of 5 times {passes} passes"));
        Console.WriteLine();
        Console.WriteLine("| | ms per pass | regions tried per pass | allocated per pass |");
        Console.WriteLine("|---|---|---|---|");
        Measure("nothing matches", schemes, regions, passes, static i => new Scheme { Pattern = new AccessPattern { MinSize = 1024 * MiB } });
        Measure("a twentieth matches", schemes, regions, passes, static i => new Scheme { Pattern = new AccessPattern { MinNrAccesses = PatternBound.OfCount(i % 20), MaxNrAccesses = PatternBound.OfCount(i % 20) } });
        Measure("all match", schemes, regions, passes, static i => new Scheme());
        Measure("all match, an action each", schemes, regions, passes, static i => new Scheme { Action = SchemeAction.Cold });
        Measure("a quota each, by priority", schemes, regions, passes, static i => new Scheme
        {
            Action = SchemeAction.PageOut,
            Pattern = new AccessPattern { MaxNrAccesses = PatternBound.OfCount(10) },
            Quota = new SchemeQuota { SizeBytes = 16 * MiB, ResetIntervalMs = 1, NrAccessesWeight = 1, AgeWeight = 1 },
        });
        return 0;
    }

    static void Measure(string name, int schemes, int regions, int passes, Func<int, Scheme> create)
    {
        SimulatedClock clock = new();
        SimulatedOperations operations = new(SimulatedPattern.Parse("map 1G 1G"), clock);
        SchemeEngine engine = new(operations, clock);
        MonitoringContext context = new(operations) { Policy = engine };
        Target target = new(1);
        for (int i = 0; i < regions; i++)
        {
            target.Regions.Add(new Region((ulong)i * MiB, (ulong)(i + 1) * MiB) { Age = (uint)(i * 7 % 200), NrAccessesBp = (ulong)(i * 13 % 21) * 10_000 });
        }

        context.AddTarget(target);
        for (int i = 0; i < schemes; i++)
        {
            engine.Add(create(i));
        }

        using LinuxClock cpu = new();
        long best = long.MaxValue;
        long allocated = 0;
        ulong samples = 0;
        ulong tried = 0;
        for (int round = 0; round < 5; round++)
        {
            ulong before = engine.Schemes.Aggregate(0UL, static (sum, scheme) => sum + scheme.Statistics.NrTried);
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            long start = cpu.ThreadCpuNs;
            for (int pass = 0; pass < passes; pass++)
            {
                samples += 20;
                engine.AfterSample(context, samples, (long)samples * 5_000_000, isAggregated: true);
            }

            best = Math.Min(best, cpu.ThreadCpuNs - start);
            allocated = GC.GetAllocatedBytesForCurrentThread() - bytes;
            tried = engine.Schemes.Aggregate(0UL, static (sum, scheme) => sum + scheme.Statistics.NrTried) - before;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {best / 1e6 / passes:F3} | {tried / (ulong)passes} | {allocated / passes} B |"));
    }
}
