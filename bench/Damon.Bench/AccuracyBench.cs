using System.CommandLine;
using System.Text;
using Damo.Workloads;

namespace Damon.Bench;

/// <summary>
/// Sample by sample, what monitoring finds beside what ten regions of known heats really did: precision, recall, and what it cost.
/// </summary>
static class AccuracyBench
{
    const int SamplesPerRegion = 100;
    const int WindowsPerAggregation = 20;
    const int WarmUpWindows = 20;
    const int SharedFactor = 4;

    static readonly Option<int> s_rounds = CountOption.Rounds(5);
    static readonly Option<int> s_windows = CountOption.Create(
        "--windows",
        100,
        "Windows of each round; four times as many for shared2",
        least: WindowsPerAggregation);
    static readonly Option<int> s_intervalUs = CountOption.Create("--interval-us", 5000, "Length of a window");
    static readonly Option<string> s_directory = new("--directory")
    {
        Description = "Where the files of the targets are",
        DefaultValueFactory = static _ => Environment.CurrentDirectory,
    };
    static readonly Option<string> s_kind = FilterOption.Create(
        "--kind",
        "Only memory with this in its name",
        [.. Enum.GetNames<WorkloadKind>().Select(static n => n.ToLowerInvariant())]);

    public static Command Create() => Benchmark.Create(
        "accuracy",
        "Does monitoring see what programs really access, and at what cost? (1 min)",
        Run,
        s_rounds,
        s_windows,
        s_intervalUs,
        s_directory,
        s_kind);

    static void Run(ParseResult parsed)
    {
        int rounds = parsed.GetValue(s_rounds);
        int windows = parsed.GetValue(s_windows);
        int intervalUs = parsed.GetValue(s_intervalUs);
        string directory = parsed.GetValue(s_directory)!;
        string only = parsed.GetValue(s_kind)!;
        List<WorkloadOptions> targets = [];
        foreach (WorkloadKind kind in Enum.GetValues<WorkloadKind>().Where(k => FilterOption.Matches(k.ToString(), only)))
        {
            foreach (bool spin in new[] { false, true })
            {
                targets.Add(WorkloadOptions.For(WorkloadPattern.Heats) with { Kind = kind, Spin = spin, Directory = directory });
            }
        }

        Console.WriteLine(
            $"Ten regions of 16 MiB, swept every 2, 4, 5, 8, 10, 20, 40, 100, 500 ms and never; {SamplesPerRegion} samples per region and window, windows of "
                + $"{intervalUs / 1000.0:0.#} ms, "
                +
            $"{rounds} rounds of {windows} windows each ({windows * SharedFactor} for shared2), all targets in turn. Medians of the rounds (least..most); FP, "
                + "FN and samples are sums.");
        Console.WriteLine();

        // Few answers come of pages that only clear_refs can clear: it takes more windows to get as many.
        AccuracyRound[][] results = Rounds.InTurn(
            rounds,
            0,
            [.. targets.Select<WorkloadOptions, Func<AccuracyRound>>(t =>
                () => Measure(t, t.Kind == WorkloadKind.Shared2 ? windows * SharedFactor : windows, intervalUs * 1000L))]);
        Table.Begin(
            "mapping, target",
            "precision",
            "recall",
            "FP",
            "FN",
            "samples judged",
            "not judged",
            "prepare us",
            "check us",
            "monitor CPU s",
            "of one CPU",
            "hot regions P / R");
        StringBuilder rates = new();
        for (int i = 0; i < targets.Count; i++)
        {
            string name = $"{targets[i].Kind.ToString().ToLowerInvariant()}, {(targets[i].Spin ? "spinning" : "sleeping")}";
            AccuracyRound[] all = results[i];
            string Text(Func<AccuracyRound, double> value, string format, double factor = 1) => new Rounds(all.Select(value)).Text(format, factor);
            Table.Row(
                name,
                Text(static r => r.Precision, "0.0000"),
                Text(static r => r.Recall, "0.0000"),
                $"{all.Sum(static r => r.FalsePositives)}",
                $"{all.Sum(static r => r.FalseNegatives)}",
                $"{all.Sum(static r => r.Judged)}",
                $"{all.Sum(static r => r.NotJudged)}",
                Text(static r => r.PrepareUs, "0"),
                Text(static r => r.CheckUs, "0"),
                Text(static r => r.CpuSeconds, "0.000"),
                Text(static r => r.CpuShare, "0.0", 100) + " %",
                $"{Median(all, static r => r.HotPrecision)} / {Median(all, static r => r.HotRecall)}");
            rates.Append($"- {name}:");
            for (int region = 0; region < all[0].Rates.Count; region++)
            {
                int number = region;
                rates.Append($" {Median(all, r => r.Rates[number].Measured)} ({Median(all, r => r.Rates[number].Expected)})");
            }

            rates.AppendLine();
        }

        Console.WriteLine();
        Console.WriteLine("Share of samples found accessed, per region (expected of its period and the mean window), medians:");
        Console.WriteLine();
        Console.Write(rates);
    }

    static string Median(AccuracyRound[] rounds, Func<AccuracyRound, double> value) => $"{new Rounds(rounds.Select(value)).Median:0.00}";

    static AccuracyRound Measure(WorkloadOptions target, int windows, long intervalNs)
    {
        using MonitoredWorkload monitored = new(WorkloadProcess.Start(target), SamplesPerRegion);
        long deadline = monitored.NowNs + intervalNs;
        for (int i = 0; i < WarmUpWindows; i++)
        {
            monitored.Tick(ref deadline, intervalNs, judged: false);
        }

        monitored.Reset();
        long start = monitored.NowNs;
        for (int i = 0; i < windows; i++)
        {
            monitored.Tick(ref deadline, intervalNs, judged: true);
            if ((i + 1) % WindowsPerAggregation == 0)
            {
                monitored.Aggregate();
            }
        }

        return new AccuracyRound(monitored, monitored.NowNs - start);
    }
}
