using System.CommandLine;
using System.Diagnostics;
using Damo.CommandLine;

namespace Damon.Bench;

/// <summary>Measures this commit and another one in turn, and prints a table of both with the ratio.</summary>
static class Comparison
{
    /// <summary>How often each program is run, in turn with the other, when nothing is said.</summary>
    const int UsualRounds = 9;

    /// <summary>Calls of the tool: each once by this commit and once by the other in each round.</summary>
    /// <param name="calls">Those that begin with <paramref name="tool"/> are compared; the rest tells how steady the machine is.</param>
    /// <param name="tool">This commit's.</param>
    /// <param name="against">The other commit.</param>
    /// <param name="rounds">That count; one more goes before them.</param>
    public static void OfCalls(IReadOnlyList<ToolCall> calls, string tool, Against against, int rounds)
    {
        string other = against.Tool();
        ToolCall[] theirs = [.. calls.Select(call => call.Line[0] == tool ? call with { Line = [other, .. call.Line[1..]] } : call)];
        List<Func<double>> works = [];
        for (int i = 0; i < calls.Count; i++)
        {
            ToolCall mine = calls[i];
            ToolCall its = theirs[i];
            works.Add(() => mine.Run(watchesMemory: false).CpuMs);
            works.Add(() => its.Run(watchesMemory: false).CpuMs);
        }

        double[][] results = Rounds.InTurn(rounds, 1, works);
        Begin($"call, {rounds} rounds", "CPU ms", against);
        for (int i = 0; i < calls.Count; i++)
        {
            Row(calls[i].Name, new Rounds(results[i * 2]), new Rounds(results[(i * 2) + 1]));
        }
    }

    /// <summary>
    /// A benchmark that measures within its process: the whole bench of either commit, in turn, and the first figure of each line of its tables.
    /// </summary>
    /// <param name="parsed">The command line, whose options both get.</param>
    /// <param name="against">The other commit.</param>
    /// <param name="roundsOption">The rounds within a run; null where the benchmark has none.</param>
    public static void OfBenches(ParseResult parsed, Against against, Option<int>? roundsOption)
    {
        int rounds = roundsOption is not null && parsed.GetResult(roundsOption) is { Implicit: false } ? parsed.GetValue(roundsOption) : UsualRounds;
        string[] arguments =
        [
            parsed.CommandResult.Command.Name,
            .. OptionsOf(parsed, roundsOption),
            .. roundsOption is null ? (string[])[] : [roundsOption.Name, $"{Rounds.Least}"],
        ];
        string mine = Environment.ProcessPath!;
        string its = against.Bench();
        List<BenchFigure>[][] results = Rounds.InTurn(rounds, 0, () => Figures(mine, arguments), () => Figures(its, arguments));
        string? unit = null;
        foreach (BenchFigure figure in results[0][0])
        {
            if (figure.Unit != unit)
            {
                Begin($"{parsed.CommandResult.Command.Name}, {rounds} runs of each", unit = figure.Unit, against);
            }

            Rounds Of(List<BenchFigure>[] runs) => new(runs.Select(run => run.Find(f => f.IsSame(figure))?.Value ?? double.NaN));
            Row(figure.Name, Of(results[0]), Of(results[1]));
        }
    }

    static void Begin(string what, string unit, Against against) => Table.Begin(
        what, $"this: {unit}, median (least..most)", $"{against.Name}: the same", $"this / {against.Name}: median (95 % interval)", "this takes");

    static void Row(string name, Rounds mine, Rounds its)
    {
        Rounds ratio = mine.Per(its);
        (double low, double high) = ratio.Interval;
        string verdict = double.IsNaN(ratio.Median) ? "" : high < 1 ? "less" : low > 1 ? "more" : "as much, as far as can be seen";
        Table.Row(name, mine.Text("0.00"), its.Text("0.00"), ratio.RatioText(), verdict);
    }

    /// <summary>What was typed, but for the rounds and the commit.</summary>
    static IEnumerable<string> OptionsOf(ParseResult parsed, Option<int>? roundsOption) =>
        from option in parsed.CommandResult.Command.Options
        where option != Against.Commit && option != roundsOption && parsed.GetResult(option) is { Implicit: false }
        from word in parsed.GetResult(option)!.Tokens.Select(static t => t.Value).Prepend(option.Name)
        select word;

    static List<BenchFigure> Figures(string bench, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(bench, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new UserErrorException($"{bench} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}");
        }

        List<BenchFigure> figures = BenchFigure.Of(text.Split('\n'));
        return figures.Count > 0 ? figures : throw new UserErrorException($"{bench} {string.Join(' ', arguments)} prints no table with figures");
    }
}
