using System.CommandLine;
using Damon.Records.Streams;

namespace Damon.Bench;

/// <summary>
/// Reports of the built tool: CPU time of whole processes, start-up included, beside a fixed calibration loop, and the most memory that one of them had.
/// </summary>
static class ToolBench
{
    const int Regions = 1000;
    const int Snapshots = 600;
    const int SnapshotsPerMegabyte = 50;

    static readonly Option<int> s_rounds = CountOption.Rounds(5);
    static readonly Option<int> s_megabytes = CountOption.Create("--megabytes", 1000, "Size of the largest record", most: 100_000);

    public static Command Create() =>
        Benchmark.Create("tool", "What do the reports of the built tool cost, records of up to 1 GB? (2 min)", Run, s_rounds, s_megabytes, ToolCall.Tool);

    static void Run(ParseResult parsed, Against? against)
    {
        string tool = ToolCall.PathOf(parsed, against);
        int rounds = parsed.GetValue(s_rounds);
        int megabytes = parsed.GetValue(s_megabytes);
        using SeededRecord usual = new(Regions, Snapshots);
        using SeededRecord wide = new(Regions * 10, Snapshots / 10);
        using SeededRecord large = new(Regions, Snapshots * 10);
        using SeededRecord huge = new(Regions, megabytes * SnapshotsPerMegabyte);
        List<ToolCall> calls = [new("`damo --help`", tool, "--help")];
        foreach ((string name, string path) in ((string, string)[])
        [
            ($"{usual.Name}, binary", usual.Write()),
            ($"{wide.Name}, binary", wide.Write()),
            ($"{usual.Name}, perf script text", usual.Write(RecordFormat.PerfScript)),
            ($"{usual.Name}, zlib JSON", usual.Write(RecordFormat.JsonCompressed)),
            ($"{large.Name}, binary", large.Write()),
            ($"{megabytes} MB, binary", huge.Write()),
        ])
        {
            calls.AddRange(
                ((string[])["wss", "raw", "heats", "heatmap"]).Select(report =>
                    new ToolCall($"`report {report}`, {name}", tool, "report", report, "-i", path)));
        }

        if (against is not null)
        {
            Comparison.OfCalls(calls, tool, against, rounds);
            return;
        }

        List<Func<ToolCost>> works = [static () => new ToolCost(Calibration.Work.CpuMs(), double.NaN, double.NaN)];
        works.AddRange(calls.Select<ToolCall, Func<ToolCost>>(static call => () => call.Run(watchesMemory: true)));
        ToolCost[][] results = Rounds.InTurn(rounds, 0, works);
        string[] names = [Calibration.Work.Name, .. calls.Select(static c => c.Name)];
        Rounds reference = new(results[0].Select(static r => r.CpuMs));
        Table.Begin($"call, {rounds} rounds", "CPU ms: median (least..most)", "as the first", "peak memory MiB");
        for (int i = 0; i < names.Length; i++)
        {
            Rounds cpu = new(results[i].Select(static r => r.CpuMs));
            Table.Row(
                names[i],
                cpu.Text("0.0"),
                cpu.Per(reference).RatioText(),
                i == 0 ? "" : $"{new Rounds(results[i].Select(static r => r.PeakMiB)).Most:0.0}");
        }
    }
}
