using System.Globalization;
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

    public static int Run(string[] args)
    {
        Options options = new(args);
        int pairs = options.Number("pairs", 60);
        const long MiB = 1L << 20;
        (string Name, WorkloadPattern Pattern, WorkloadKind Kind, long Active, int[] Samples)[] cases =
        [
            ("random over all of 1 GiB, 4K", WorkloadPattern.Random, WorkloadKind.Anon, 1024 * MiB, [1000, 300, 100, 10]),
            ("sequential in the first 64 MiB, 4K", WorkloadPattern.Sequential, WorkloadKind.Anon, 64 * MiB, [1000]),
            ("random in 16 MiB of 1 GiB, 4K", WorkloadPattern.Random, WorkloadKind.Anon, 16 * MiB, [1000]),
            ("random over all of 1 GiB, THP", WorkloadPattern.Random, WorkloadKind.Thp, 1024 * MiB, [1000]),
            ("sequential in the first 64 MiB, THP", WorkloadPattern.Sequential, WorkloadKind.Thp, 64 * MiB, [1000]),
        ];
        Console.WriteLine($"Overhead: 5 ms, {PhaseNs / 1_000_000} ms with and without monitoring in turn, {pairs} pairs, target of 1 GiB, one thread.");
        Console.WriteLine(Machine.Line());
        Console.WriteLine();
        Console.WriteLine("| target | sampled pages | slowdown, aggregate | slowdown, median of pairs | monitor CPU | prepare + check us | ticks | M ops per CPU s, off |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach ((string name, WorkloadPattern pattern, WorkloadKind kind, long active, int[] samples) in cases)
        {
            if (options.Text("case") is { } only && !name.Contains(only, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            using MonitoredWorkload monitored = new(WorkloadProcess.Start(WorkloadOptions.For(pattern) with { Kind = kind, ActiveBytes = active }), 1);
            foreach (int count in samples)
            {
                monitored.SetSamples(count);
                Measure(monitored, name, count, pairs);
            }
        }

        return 0;
    }

    static void Measure(MonitoredWorkload monitored, string name, int samples, int pairs)
    {
        // Every page is young until it is sampled once; the first phase gets most of that over with.
        _ = Phase(monitored, isMonitored: true);
        monitored.Reset();
        double[] ratios = new double[pairs];
        int nrRatios = 0;
        (long Operations, long CpuNs) off = default;
        (long Operations, long CpuNs) on = default;
        for (int i = 0; i < pairs; i++)
        {
            (long Operations, long CpuNs) without = Phase(monitored, isMonitored: false);
            (long Operations, long CpuNs) with = Phase(monitored, isMonitored: true);
            off = (off.Operations + without.Operations, off.CpuNs + without.CpuNs);
            on = (on.Operations + with.Operations, on.CpuNs + with.CpuNs);
            if (without.CpuNs > LeastCpuNs && with.CpuNs > LeastCpuNs)
            {
                ratios[nrRatios++] = Speed(with) / Speed(without);
            }
        }

        Array.Sort(ratios, 0, nrRatios);
        double median = nrRatios == 0 ? double.NaN : ratios[nrRatios / 2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {samples} | {100 * (1 - (Speed(on) / Speed(off))):0.0} % | {100 * (1 - median):0.0} % | {100.0 * monitored.CpuNs / (pairs * PhaseNs):0.0} % | {(monitored.PrepareNs + monitored.CheckNs) / 1e3 / Math.Max(monitored.NrTicks, 1):0} | {monitored.NrTicks} of {pairs * PhaseNs / IntervalNs} | {Speed(off) * 1e3:0.0} |"));
    }

    static double Speed((long Operations, long CpuNs) work) => (double)work.Operations / work.CpuNs;

    static (long Operations, long CpuNs) Phase(MonitoredWorkload monitored, bool isMonitored)
    {
        AccessLog log = monitored.Workload.Log;
        (long Operations, long CpuNs) before = (log.Operations, log.CpuNs);
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

        return (log.Operations - before.Operations, log.CpuNs - before.CpuNs);
    }
}
