using System.Diagnostics;
using System.Globalization;
using Damon.Linux;
using Damon.Monitoring;
using Damon.Simulation;

namespace Damon.Bench;

/// <summary>
/// What the engine itself costs, without access checks: in real time at 5/100 ms and 1000 regions, and in virtual time per region
/// and sample, beside a plain loop that only picks the sampling addresses.
/// </summary>
/// <remarks>
/// Two loads. Still: 1000 regions that never change. Churn: memory whose halves differ at every scale, so that all the time regions
/// are cut and merged between the limits of 10 and 1000. Options: <c>--seconds</c> of each real-time run, <c>--samples</c> of each virtual one.
/// </remarks>
static class EngineBench
{
    const ulong GiB = 1UL << 30;

    static readonly (string Name, ulong Size)[] s_spaces = [("1 GiB", GiB), ("64 TiB", 65_536 * GiB)];

    public static int Run(string[] args)
    {
        Options options = new(args);
        int seconds = options.Number("seconds", 10);
        int samples = options.Number("samples", 40_000);
        Console.WriteLine(Machine.Line());
        Console.WriteLine();
        Console.WriteLine("| real time, 5/100 ms | space | mean regions | CPU of the thread | CPU of the process | missed ticks | lateness p50 | p99 |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (bool churn in new[] { false, true })
        {
            foreach ((string name, ulong size) in s_spaces)
            {
                RealTime(name, size, churn, seconds);
            }
        }

        Console.WriteLine();
        Console.WriteLine("| virtual time | space | mean regions | ns per region and sample | plain loop, ns | allocated per sample |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (bool churn in new[] { false, true })
        {
            foreach ((string name, ulong size) in s_spaces)
            {
                VirtualTime(name, size, churn, samples);
            }
        }

        return 0;
    }

    static void RealTime(string name, ulong size, bool churn, int seconds)
    {
        using LinuxClock clock = new();
        Kdamond kdamond = Start(size, churn, clock, seconds * 200, out _);
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        Thread thread = new(() => kdamond.Run());
        thread.Start();
        thread.Join();
        process.Refresh();
        KdamondStatistics statistics = kdamond.Statistics;
        double processPercent = (process.TotalProcessorTime - before).TotalMilliseconds * 1e8 / statistics.ElapsedNs;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {(churn ? "churn" : "still")} | {name} | {(double)statistics.NrChecks / statistics.NrSamples:F0} | {statistics.CpuPercent:F3} % | {processPercent:F3} % | {statistics.NrMissedTicks} | {statistics.Lateness.Percentile(0.5) / 1000} us | {statistics.Lateness.Percentile(0.99) / 1000} us |"));
    }

    static void VirtualTime(string name, ulong size, bool churn, int samples)
    {
        long best = long.MaxValue;
        KdamondStatistics statistics = new();
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            Kdamond kdamond = Start(size, churn, new SimulatedClock(), samples, out EndAfter end);
            using LinuxClock cpu = new();
            long start = cpu.ThreadCpuNs;
            kdamond.Run();
            best = Math.Min(best, cpu.ThreadCpuNs - start);
            statistics = kdamond.Statistics;
            allocated = end.AllocatedBytes;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {(churn ? "churn" : "still")} | {name} | {(double)statistics.NrChecks / statistics.NrSamples:F0} | {(double)best / statistics.NrChecks:F2} | {PlainLoop(size, samples):F2} | {(double)allocated / samples:F3} bytes |"));
    }

    static double PlainLoop(ulong size, int samples)
    {
        Region[] regions = [.. Enumerable.Range(0, 1000).Select(i => new Region(GiB + (size / 1000 * (ulong)i), GiB + (size / 1000 * (ulong)(i + 1))))];
        RandomSource random = new(1);
        using LinuxClock cpu = new();
        long best = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long start = cpu.ThreadCpuNs;
            for (int i = 0; i < samples; i++)
            {
                foreach (ref Region region in regions.AsSpan())
                {
                    region.SamplingAddress = random.Next(region.Start, region.End);
                }
            }

            best = Math.Min(best, cpu.ThreadCpuNs - start);
        }

        return (double)best / samples / 1000;
    }

    static Kdamond Start(ulong size, bool churn, IKdamondClock clock, int samples, out EndAfter end)
    {
        MonitoringContext context = new(new PickingOperations(GiB, size, churn), seed: 1)
        {
            // Both limits at 1000 keep the still regions from merging.
            Attributes = new() { MinNrRegions = churn ? 10 : 1000 },
        };
        context.AddTarget(new Target(1));
        end = new EndAfter(samples);
        context.Observers.Add(end);
        return new Kdamond(context, clock);
    }
}
