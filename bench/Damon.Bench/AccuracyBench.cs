using System.Globalization;
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

    public static int Run(string[] args)
    {
        Options options = new(args);
        int windows = options.Number("windows", 300);
        int intervalUs = options.Number("interval-us", 5000);
        string directory = options.Text("directory") ?? Environment.CurrentDirectory;
        string? only = options.Text("kind");
        Console.WriteLine($"Accuracy: 10 regions of 16 MiB, swept every 2, 4, 5, 8, 10, 20, 40, 100, 500 ms and never; {SamplesPerRegion} samples per region, {windows} windows.");
        Console.WriteLine(Machine.Line());
        Console.WriteLine();
        Console.WriteLine("| mapping, target | interval | precision | recall | FP | FN | samples judged | not judged | prepare us | check us | monitor CPU | hot regions P / R |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        StringBuilder rates = new();
        foreach (WorkloadKind kind in Enum.GetValues<WorkloadKind>())
        {
            foreach (bool spin in new[] { false, true })
            {
                if (only is null || only.Equals(kind.ToString(), StringComparison.OrdinalIgnoreCase))
                {
                    // Few answers come of pages that only clear_refs can clear: it takes more windows to get as many.
                    int nrWindows = kind == WorkloadKind.Shared2 ? windows * SharedFactor : windows;
                    Measure(kind, spin, nrWindows, intervalUs, directory, rates);
                }
            }
        }

        Console.WriteLine();
        Console.WriteLine("Share of samples found accessed, per region (expected of its period and the mean window):");
        Console.WriteLine();
        Console.Write(rates);
        return 0;
    }

    static void Measure(WorkloadKind kind, bool spin, int windows, int intervalUs, string directory, StringBuilder rates)
    {
        WorkloadOptions options = WorkloadOptions.For(WorkloadPattern.Heats) with { Kind = kind, Spin = spin, Directory = directory };
        using MonitoredWorkload monitored = new(WorkloadProcess.Start(options), SamplesPerRegion);
        string name = $"{kind.ToString().ToLowerInvariant()}, {(spin ? "spinning" : "sleeping")}";
        long intervalNs = intervalUs * 1000L;
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

        double elapsed = monitored.NowNs - start;
        SampleJudge judge = monitored.Judge;
        long judged = judge.TruePositives + judge.FalsePositives + judge.TrueNegatives + judge.FalseNegatives;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {intervalUs / 1000.0:0.#} ms | {judge.Precision:0.0000} | {judge.Recall:0.0000} | {judge.FalsePositives} | {judge.FalseNegatives} | {judged} | {judge.Uncounted} | {monitored.PrepareNs / 1e3 / monitored.NrTicks:0} | {monitored.CheckNs / 1e3 / monitored.NrTicks:0} | {100 * monitored.CpuNs / elapsed:0.0} % | {judge.HotPrecision:0.00} / {judge.HotRecall:0.00} |"));
        rates.Append("- ").Append(name).Append(':');
        for (int i = 0; i < monitored.Workload.Log.Regions.Length; i++)
        {
            rates.Append(CultureInfo.InvariantCulture, $" {judge.MeasuredRate(i):0.00} ({judge.ExpectedRate(i):0.00})");
        }

        rates.AppendLine();
    }
}
