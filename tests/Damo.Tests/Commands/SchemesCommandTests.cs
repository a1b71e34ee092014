using System.Text.Json;

namespace Damo.Tests.Commands;

public class SchemesCommandTests
{
    static readonly string s_record = Path.Combine(AppContext.BaseDirectory, "Data", "v3.3.0-masim.json_compressed");

    [Fact]
    public void Without_schemes_nothing_begins() => TestTerminal.Run("schemes", "1").AssertOneLine(
        2, "no schemes: give a file or their text with --schemes, or options like --damos_action; there is no 'damon.schemes' here (see 'damo schemes --help')");

    [Fact]
    public void Two_ways_at_once_are_refused() => TestTerminal.Run("schemes", "-c", "min max min max min max stat", "--damos_action", "stat", "--", "1").AssertOneLine(
        2, "--schemes and --damos_action exclude each other (see 'damo schemes --help')");

    [Fact]
    public void A_wrong_line_is_told_with_its_place()
    {
        TestTerminal run = TestTerminal.Run("schemes", "-c", "min max min max min max stat\nmin max min max 5 max pageout", "1");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Matches(@"^damo: --schemes: line 2, column 17: [^\n]*'5'[^\n]*\n$", run.Errors);
    }

    [Fact]
    public void What_is_no_file_and_no_scheme_is_told()
    {
        TestTerminal run = TestTerminal.Run("schemes", "-c", "missing.schemes", "1");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("damo: 'missing.schemes' is neither a file nor a scheme", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_counts_what_the_record_holds()
    {
        TestTerminal run = TestTerminal.Run("schemes", "--replay", s_record, "-c", "min max min max min max stat", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement scheme = json.RootElement.GetProperty("schemes")[0];

        // The record itself, by its other report: every region of every snapshot.
        string[] regions = [.. TestTerminal.Run("report", "access", "-i", s_record, "--csv").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)];
        Assert.Equal(regions.Length, scheme.GetProperty("nr_tried").GetInt32());
        Assert.Equal(0, scheme.GetProperty("nr_applied").GetInt32());
        Assert.Equal(24, scheme.GetProperty("nr_snapshots").GetInt32());
        Assert.True(json.RootElement.GetProperty("dry_run").GetBoolean());
    }

    [Fact]
    public void A_replay_for_people_is_a_table_with_the_regret()
    {
        TestTerminal run = TestTerminal.Run("schemes", "--replay", s_record, "-c", "4K max min min 1s max pageout");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        string[] lines = run.Output.Split('\n');
        Assert.StartsWith("scheme  action   tried", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("     0  pageout ", lines[1], StringComparison.Ordinal);
        Assert.Equal("scheme 0: accessed again within 10 s: not known, the record is too short, within 1 m: not known, the record is too short, within 5 m: not known, the record is too short", lines[2]);
        Assert.EndsWith("; nothing was touched", lines[3], StringComparison.Ordinal);
    }
}
