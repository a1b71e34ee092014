using System.CommandLine;
using Damon.Schemes;

namespace Damon.Bench;

/// <summary>What one pass of schemes over all regions costs without the actions.</summary>
static class SchemesBench
{
    const ulong MiB = 1 << 20;
    const int WarmUps = 1;

    static readonly Option<int> s_rounds = CountOption.Rounds(5);
    static readonly Option<int> s_schemes = CountOption.Create("--schemes", 100, "How many schemes");
    static readonly Option<int> s_regions = CountOption.Create("--regions", 1000, "Regions that they go over");
    static readonly Option<int> s_passes = CountOption.Create("--passes", 300, "Passes of each round");

    public static Command Create() =>
        Benchmark.Create(
            "schemes",
            "What does a pass of schemes over all regions cost, without the actions? (10 s)",
            Run,
            s_rounds,
            s_schemes,
            s_regions,
            s_passes);

    static void Run(ParseResult parsed)
    {
        int rounds = parsed.GetValue(s_rounds);
        int schemes = parsed.GetValue(s_schemes);
        int regions = parsed.GetValue(s_regions);
        int passes = parsed.GetValue(s_passes);
        SchemesCase Case(string name, Func<int, Scheme> create) => new(name, schemes, regions, create);
        SchemesCase[] cases =
        [
            Case("nothing matches", static _ => new Scheme { Pattern = new AccessPattern { MinSize = 1024 * MiB } }),
            Case(
                "a twentieth matches",
                static i =>
                    new Scheme { Pattern = new AccessPattern { MinNrAccesses = PatternBound.OfCount(i % 20), MaxNrAccesses = PatternBound.OfCount(i % 20) } }),
            Case("all match, and are counted", static _ => new Scheme()),
            Case("all match, an action each", static _ => new Scheme { Action = SchemeAction.Cold }),
            Case("a quota each, by priority", static _ => new Scheme
            {
                Action = SchemeAction.PageOut,
                Pattern = new AccessPattern { MaxNrAccesses = PatternBound.OfCount(10) },
                Quota = new SchemeQuota { SizeBytes = 16 * MiB, ResetIntervalMs = 1, NrAccessesWeight = 1, AgeWeight = 1 },
            }),
        ];
        Console.WriteLine(
            $"{schemes} schemes, {regions} regions; {rounds} rounds of {passes} passes each, in turn; CPU time of the thread, medians (least..most).");
        Console.WriteLine();
        Rounds[] results = [.. Rounds.InTurn(rounds, WarmUps, [.. cases.Select<SchemesCase, Func<double>>(c => () => c.Run(passes) / 1e3 / passes)])
            .Select(static ms => new Rounds(ms))];
        Table.Begin("schemes", "CPU ms per pass", "as the first", "regions tried per pass", "allocated per pass");
        for (int i = 0; i < cases.Length; i++)
        {
            Table.Row(
                cases[i].Name,
                results[i].Text("0.000"),
                results[i].Per(results[0]).RatioText(),
                $"{cases[i].NrTried / (ulong)((rounds + WarmUps) * passes)}",
                $"{cases[i].AllocatedBytes / passes} B");
        }
    }
}
