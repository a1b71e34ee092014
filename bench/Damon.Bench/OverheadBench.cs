using System.CommandLine;
using Damo.Workloads;

namespace Damon.Bench;

/// <summary>
/// What monitoring costs the target and the monitor: phases with and without it in turn, operations of the target per second of its
/// own CPU time.
/// </summary>
static class OverheadBench
{
    const long IntervalNs = 5_000_000;
    const long PhaseNs = 100_000_000;

    // A target that hardly ran in a phase tells nothing of its speed.
    const long LeastCpuNs = 5_000_000;

    const long MiB = 1L << 20;

    static readonly (string Name, WorkloadPattern Pattern, WorkloadKind Kind, long Active, int[] Samples)[] s_cases =
    [
        ("random over all of 1 GiB, 4K", WorkloadPattern.Random, WorkloadKind.Anon, 1024 * MiB, [1000, 300, 100, 10]),
        ("sequential in the first 64 MiB, 4K", WorkloadPattern.Sequential, WorkloadKind.Anon, 64 * MiB, [1000]),
        ("random in 16 MiB of 1 GiB, 4K", WorkloadPattern.Random, WorkloadKind.Anon, 16 * MiB, [1000]),
        ("random over all of 1 GiB, THP", WorkloadPattern.Random, WorkloadKind.Thp, 1024 * MiB, [1000]),
        ("sequential in the first 64 MiB, THP", WorkloadPattern.Sequential, WorkloadKind.Thp, 64 * MiB, [1000]),
    ];

    static readonly Option<int> s_pairs = CountOption.Create("--pairs", 60, "Pairs of a phase without and one with monitoring", Rounds.Least);
    static readonly Option<string> s_case = FilterOption.Create("--case", "Only targets with this in their names", [.. s_cases.Select(static c => c.Name)]);

    public static Command Create() => Benchmark.Create("overhead", "How much does monitoring slow down a program? (2 min)", Run, s_pairs, s_case);

    static void Run(ParseResult parsed)
    {
        int pairs = parsed.GetValue(s_pairs);
        string only = parsed.GetValue(s_case)!;
        Console.WriteLine(
            $"Samples of {IntervalNs / 1_000_000} ms; {PhaseNs / 1_000_000} ms without and with monitoring in turn, {pairs} pairs; target of 1 GiB, one "
                + "thread. "
                +
            "Medians of the phases or pairs (least..most); the speed is that per CPU second of the target.");
        Console.WriteLine();
        Table.Begin(
            "target",
            "sampled pages",
            "target CPU ns per operation, without",
            "with",
            "slowdown, %",
            "of all pairs together, %",
            "monitor CPU ms per s",
            "sample us",
            "ticks");
        foreach ((string name, WorkloadPattern pattern, WorkloadKind kind, long active, int[] samples) in s_cases.Where(c =>
            FilterOption.Matches(c.Name, only)))
        {
            using MonitoredWorkload monitored = new(WorkloadProcess.Start(WorkloadOptions.For(pattern) with { Kind = kind, ActiveBytes = active }), 1);
            foreach (int count in samples)
            {
                monitored.SetSamples(count);
                Measure(monitored, name, count, pairs);
            }
        }
    }

    static void Measure(MonitoredWorkload monitored, string name, int samples, int pairs)
    {
        // Every page is young until it is sampled once; the first phase gets most of that over with.
        _ = Phase(monitored, isMonitored: true);
        monitored.Reset();
        OverheadPhase[][] phases = Rounds.InTurn(pairs, 0, () => Phase(monitored, isMonitored: false), () => Phase(monitored, isMonitored: true));
        Rounds without = Costs(phases[0]);
        Rounds with = Costs(phases[1]);
        double together = 1 - (phases[1].Sum(static p =>
            p.Operations) * phases[0].Sum(static p => p.CpuNs) / (phases[0].Sum(static p => p.Operations) * phases[1].Sum(static p => p.CpuNs)));
        Rounds slowdown = without.Per(with).Select(static speed => 1 - speed);
        Table.Row(
            name,
            $"{samples}",
            without.Text("0.0"),
            with.Text("0.0"),
            slowdown.Text("0.0", 100),
            $"{100 * together:0.0}",
            new Rounds(phases[1].Select(static p => p.MonitorCpuNs / PhaseNs)).Text("0.0", 1000),
            $"{(monitored.PrepareNs + monitored.CheckNs) / 1e3 / Math.Max(monitored.NrTicks, 1):0}",
            $"{monitored.NrTicks} of {pairs * PhaseNs / IntervalNs}");
    }

    static Rounds Costs(OverheadPhase[] phases) => new(phases.Select(static p => p.CpuNs < LeastCpuNs ? double.NaN : p.CpuNs / p.Operations));

    static OverheadPhase Phase(MonitoredWorkload monitored, bool isMonitored)
    {
        AccessLog log = monitored.Workload.Log;
        (long operations, long cpuNs, long monitorNs) = (log.Operations, log.CpuNs, monitored.CpuNs);
        long end = monitored.NowNs + PhaseNs;
        if (isMonitored)
        {
            long deadline = monitored.NowNs + IntervalNs;
            while (monitored.NowNs < end)
            {
                monitored.Tick(ref deadline, IntervalNs, judged: false);
            }
        }
        else
        {
            Thread.Sleep((int)(PhaseNs / 1_000_000));
        }

        return new OverheadPhase(log.Operations - operations, log.CpuNs - cpuNs, monitored.CpuNs - monitorNs);
    }
}
