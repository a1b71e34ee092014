using System.CommandLine;
using Damon.Linux.Engine;
using Damon.Monitoring;
using Damon.Simulation;

namespace Damon.Bench;

/// <summary>
/// What the engine itself costs, without access checks: in real time at 5/100 ms and 1000 regions, beside a loop that only sleeps, and in
/// virtual time per region and sample, beside a loop that only picks the sampling addresses.
/// </summary>
/// <remarks>
/// Two loads. Still: 1000 regions that never change. Churn: memory whose halves differ at every scale, so that all the time regions
/// are cut and merged between the limits of 10 and 1000.
/// </remarks>
static class EngineBench
{
    const ulong GiB = 1UL << 30;
    const int NrRegions = 1000;
    const int TicksPerSecond = 200;

    static readonly (string Name, ulong Size, bool Churn)[] s_loads =
    [
        ("still, 1 GiB", GiB, false), ("still, 64 TiB", 65_536 * GiB, false), ("churn, 1 GiB", GiB, true), ("churn, 64 TiB", 65_536 * GiB, true),
    ];

    static readonly Option<int> s_rounds = CountOption.Rounds(5);
    static readonly Option<int> s_seconds = CountOption.Create("--seconds", 4, "Length of each run in real time");
    static readonly Option<int> s_samples = CountOption.Create("--samples", 40_000, "Samples of each run in virtual time", least: 100);

    public static Command Create() =>
        Benchmark.Create("engine", "What does the engine itself cost, without looking at any page? (2 min)", Run, s_rounds, s_seconds, s_samples);

    static void Run(ParseResult parsed)
    {
        int rounds = parsed.GetValue(s_rounds);
        int ticks = parsed.GetValue(s_seconds) * TicksPerSecond;
        Console.WriteLine($"Real time, 5/100 ms: {rounds} rounds of {parsed.GetValue(s_seconds)} s each, in turn. Medians (least..most).");
        Console.WriteLine();
        RealTime(rounds, ticks);
        int samples = parsed.GetValue(s_samples);
        Console.WriteLine();
        Console.WriteLine($"Virtual time: {rounds} rounds of {samples} samples each, in turn. CPU time, medians (least..most).");
        Console.WriteLine();
        VirtualTime(rounds, samples);
    }

    static void RealTime(int rounds, int ticks)
    {
        List<Func<EngineRun>> works = [() => OnThread(() => Ticks(ticks))];
        works.AddRange(s_loads.Select<(string, ulong Size, bool Churn), Func<EngineRun>>(load => () => OnThread(() => Engine(load.Size, load.Churn, ticks))));
        EngineRun[][] results = Rounds.InTurn(rounds, 0, works);
        string[] names = ["only sleeping, the same ticks", .. s_loads.Select(static load => load.Name)];
        Rounds reference = new(results[0].Select(static r => r.ThreadMs));
        Table.Begin(
            "load",
            "mean regions",
            "CPU of the thread, ms per s",
            "as only sleeping",
            "CPU of the process, ms per s",
            "missed ticks",
            "lateness p50 us",
            "p99 us");
        for (int i = 0; i < names.Length; i++)
        {
            Rounds cpu = new(results[i].Select(static r => r.ThreadMs));
            Table.Row(
                names[i],
                $"{new Rounds(results[i].Select(static r => r.Regions)).Median:0}",
                cpu.Text("0.00"),
                cpu.Per(reference).RatioText(),
                new Rounds(results[i].Select(static r => r.ProcessMs)).Text("0.00"),
                new Rounds(results[i].Select(static r => r.Missed)).Text("0"),
                new Rounds(results[i].Select(static r => r.MedianUs)).Text("0"),
                new Rounds(results[i].Select(static r => r.WorstUs)).Text("0"));
        }
    }

    /// <summary>A thread of its own, so that the cost is that of the thread.</summary>
    static EngineRun OnThread(Func<EngineRun> run)
    {
        EngineRun result = default;
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = TimeProvider.System.GetTimestamp();
        Thread thread = new(() => result = run());
        thread.Start();
        thread.Join();
        return result with { ProcessMs = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / TimeProvider.System.GetElapsedTime(start).TotalSeconds };
    }

    static EngineRun Engine(ulong size, bool churn, int ticks)
    {
        using LinuxClock clock = new();
        Kdamond kdamond = Start(size, churn, clock, ticks, out _);
        kdamond.Run();
        KdamondStatistics statistics = kdamond.Statistics;
        return new EngineRun(
            (double)statistics.NrChecks / statistics.NrSamples,
            statistics.CpuPercent * 10,
            0,
            statistics.NrMissedTicks,
            statistics.Lateness.Percentile(0.5) / 1e3,
            statistics.Lateness.Percentile(0.99) / 1e3);
    }

    static EngineRun Ticks(int ticks)
    {
        const long IntervalNs = 1_000_000_000 / TicksPerSecond;
        using LinuxClock clock = new();
        double[] late = new double[ticks];
        int missed = 0;
        long start = clock.NowNs;
        long cpu = clock.ThreadCpuNs;
        long deadline = start;
        for (int i = 0; i < ticks; i++)
        {
            deadline += IntervalNs;
            clock.SleepUntil(deadline);
            long now = clock.NowNs;
            late[i] = (now - deadline) / 1e3;
            while (now > deadline + IntervalNs)
            {
                deadline += IntervalNs;
                missed++;
            }
        }

        double ms = (clock.ThreadCpuNs - cpu) * 1e3 / (clock.NowNs - start);
        Array.Sort(late);
        return new EngineRun(0, ms, 0, missed, late[ticks / 2], late[ticks * 99 / 100]);
    }

    static void VirtualTime(int rounds, int samples)
    {
        double[] regions = new double[s_loads.Length];
        double[] allocated = new double[s_loads.Length];
        List<Func<double>> works = [() => PlainLoop(samples)];
        for (int i = 0; i < s_loads.Length; i++)
        {
            int load = i;
            works.Add(() =>
            {
                Kdamond kdamond = Start(s_loads[load].Size, s_loads[load].Churn, new SimulatedClock(), samples, out EndAfter end);
                double us = ThreadCpu.MicrosecondsOf(() => kdamond.Run());
                regions[load] = (double)kdamond.Statistics.NrChecks / kdamond.Statistics.NrSamples;
                allocated[load] = (double)end.AllocatedBytes / samples;
                return us * 1e3 / kdamond.Statistics.NrChecks;
            });
        }

        Rounds[] results = [.. Rounds.InTurn(rounds, 1, works).Select(static ns => new Rounds(ns))];
        Table.Begin("load", "mean regions", "ns per region and sample", "as only picking", "allocated per sample, bytes");
        Table.Row("only picking the addresses", $"{NrRegions}", results[0].Text("0.00"), "1.00", "");
        for (int i = 0; i < s_loads.Length; i++)
        {
            Table.Row(s_loads[i].Name, $"{regions[i]:0}", results[i + 1].Text("0.00"), results[i + 1].Per(results[0]).RatioText(), $"{allocated[i]:0.000}");
        }
    }

    static double PlainLoop(int samples)
    {
        const ulong Size = GiB / NrRegions;
        Region[] regions = [.. Enumerable.Range(0, NrRegions).Select(static i => new Region(GiB + (Size * (ulong)i), GiB + (Size * (ulong)(i + 1))))];
        RandomSource random = new(1);
        double us = ThreadCpu.MicrosecondsOf(() =>
        {
            for (int i = 0; i < samples; i++)
            {
                foreach (ref Region region in regions.AsSpan())
                {
                    region.SamplingAddress = random.Next(region.Start, region.End);
                }
            }
        });
        return us * 1e3 / samples / NrRegions;
    }

    static Kdamond Start(ulong size, bool churn, IKdamondClock clock, int samples, out EndAfter end)
    {
        MonitoringContext context = new(new PickingOperations(GiB, size, churn), seed: 1)
        {
            // Both limits at 1000 keep the still regions from merging.
            Attributes = new() { MinNrRegions = churn ? 10 : NrRegions },
        };
        context.AddTarget(new Target(1));
        end = new EndAfter(samples);
        context.Observers.Add(end);
        return new Kdamond(context, clock);
    }
}
