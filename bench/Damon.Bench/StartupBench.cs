using System.CommandLine;

namespace Damon.Bench;

/// <summary>What the start of the built tool costs, beside programs that do nothing.</summary>
static class StartupBench
{
    static readonly Option<int> s_rounds = CountOption.Rounds(15);

    public static Command Create() =>
        Benchmark.Create("startup", "What does it cost to start the tool, beside programs that do nothing? (10 s)", Run, s_rounds, ToolCall.Tool);

    static void Run(ParseResult parsed, Against? against)
    {
        string tool = ToolCall.PathOf(parsed, against);
        int rounds = parsed.GetValue(s_rounds);
        using SeededRecord small = new(regions: 10, snapshots: 30);
        string record = small.Write();
        List<ToolCall> calls =
        [
            new("`true`", "/bin/true"),
            new("`damo --version`", tool, "--version"),
            new("`damo --help`", tool, "--help"),
            new("`damo report wss`, 30 snapshots", tool, "report", "wss", "-i", record),
            new("`damo report raw`, 30 snapshots", tool, "report", "raw", "-i", record),
        ];
        if (File.Exists("/usr/bin/python3"))
        {
            calls.Add(new("`python3 -c pass`", "/usr/bin/python3", "-c", "pass"));
        }

        if (against is not null)
        {
            Comparison.OfCalls(calls, tool, against, rounds);
            return;
        }

        ToolCost[][] results = Rounds.InTurn(rounds, 1, [.. calls.Select<ToolCall, Func<ToolCost>>(static call => () => call.Run(watchesMemory: false))]);
        Rounds reference = new(results[0].Select(static r => r.CpuMs));
        Table.Begin($"call, {rounds} rounds", "CPU ms: median (least..most)", "as `true`", "elapsed ms: median (least..most)");
        for (int i = 0; i < calls.Count; i++)
        {
            Rounds cpu = new(results[i].Select(static r => r.CpuMs));
            Table.Row(calls[i].Name, cpu.Text("0.0"), cpu.Per(reference).RatioText(), new Rounds(results[i].Select(static r => r.ElapsedMs)).Text("0.0"));
        }
    }
}
