using System.Text.Json;

namespace Damo.Tests.Commands;

public class SchemesCommandTests
{
    static readonly string s_record = Path.Combine(AppContext.BaseDirectory, "Data", "v3.3.0-masim.json_compressed");

    [Fact]
    public void Without_schemes_nothing_begins() => TestTerminal.Run("schemes", "1").AssertOneLine(
        2, "no schemes: type one in quotes in front of the target, give a file with --schemes, or use options like --damos_action; there is no 'damon.schemes' "
            + "here (see 'damo schemes --help')");

    [Theory]
    [InlineData(
        "--damos_action belongs to schemes made by options, and -c gives others: ",
        "-c",
        "min max min max min max stat",
        "--damos_action",
        "stat",
        "--",
        "1")]
    [InlineData(
        "--damos_age belongs to schemes made by options, and --schemes gives others: ",
        "--schemes",
        "x",
        "--damos_age",
        "1s",
        "max",
        "--damos_quota_space",
        "1M",
        "--",
        "1")]
    [InlineData(
        "--damos_quota_space belongs to schemes made by options, and a scheme is typed in front of the target: ",
        "4K max min min 5s max pageout",
        "--damos_quota_space",
        "1M",
        "1")]
    [InlineData("--damos_quota_space is about a scheme, and none is made: that takes --damos_action ACTION (", "--damos_quota_space", "1M", "1")]
    [InlineData("-c is given, and a scheme in front of the target too", "min max min max min max stat", "-c", "min max min max min max stat", "1")]
    public void Of_two_ways_at_once_what_was_typed_is_named(string message, params string[] words)
    {
        TestTerminal run = TestTerminal.Run(["schemes", .. words]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("damo: " + message, run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, run.Errors.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("--damos_action pageout", 1)]
    [InlineData("--damos_action migrate_cold 0", 1)]
    [InlineData("--damos_action pageout --damos_access_rate 0 max --damos_action stat --damos_action lru_deprio", 1)]
    [InlineData("--damos_action pageout --damos_access_rate 0 0 --damos_action cold --damos_access_rate min max", 0)]
    [InlineData("--damos_action willneed --damos_action migrate_hot 0", 0)]
    public void Taking_memory_without_an_access_limit_gets_a_warning(string options, int lines)
    {
        TestTerminal run = TestTerminal.Run(["schemes", "--replay", s_record, .. options.Split(' ')]);
        Assert.Equal((0, lines), (run.ExitCode, run.Errors.Count(c => c == '\n')));
        Assert.Equal(
            lines > 0,
            run.Errors.Contains(
                " takes memory in use too, for it has no --damos_access_rate; '--damos_access_rate 0 0' is idle memory only",
                StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--damos_quota_goal node_mem_used_bp 99% 77", "node_mem_used_bp", "there is no NUMA node 77")]
    [InlineData("--damos_quota_goal node_memcg_used_bp 1% 0 /no/such/group", "node_memcg_used_bp", "there is no ")]
    public void A_goal_of_what_does_not_exist_is_refused(string options, string metric, string fault)
    {
        foreach (string[] rehearsal in (string[][])[[], ["--dry-run"]])
        {
            TestTerminal run = TestTerminal.Run([
                "schemes",
                .. rehearsal,
                "--backend",
                "engine",
                "--damos_action",
                "stat",
                .. options.Split(' '),
                "--",
                "sleep 1",
            ]);
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            Assert.StartsWith($"damo: the quota goal '{metric}' cannot be looked at: {fault}", run.Errors, StringComparison.Ordinal);
            Assert.Equal(1, run.Errors.Count(c => c == '\n'));
        }
    }

    [Fact]
    public void A_scheme_can_be_typed_without_an_option()
    {
        TestTerminal typed = TestTerminal.Run("schemes", "min max 1 max min max stat", "4K max min 0 1s max stat", "--replay", s_record, "--json");
        TestTerminal named = TestTerminal.Run("schemes", "-c", "min max 1 max min max stat\n4K max min 0 1s max stat", "--replay", s_record, "--json");
        Assert.Equal((0, ""), (typed.ExitCode, typed.Errors));
        Assert.Equal(named.Output, typed.Output);
    }

    [Theory]
    [InlineData(1, "the scheme: line 1, column 17: ", "min max min max 5 max pageout", "1")]
    [InlineData(1, "the scheme: line 1, column 23: ", "4K max min min 5s max pageut", "1")]
    [InlineData(1, "the scheme: line 1, column 1: '4096' is no size; write min, max, or a number with a unit", "4096 max 0 0 60s max stat", "1")]
    [InlineData(1, "the scheme: line 1, column 1: expected [7, 9, 12, 17, 18] fields, but there are 6: ", "4K max min min 5s pageout", "1")]
    [InlineData(2, "no schemes: ", "4096 8192", "1")]
    [InlineData(2, "no target: give a command line in quotes", "min max min max min max stat")]
    [InlineData(2, "--replay has no target, but '1' is given", "min max min max min max stat", "1", "--replay", "x")]
    public void A_wrong_scheme_on_the_command_line_is_one_line_that_says_why(int exitCode, string message, params string[] words)
    {
        TestTerminal run = TestTerminal.Run(["schemes", .. words]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("damo: " + message, run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, run.Errors.Count(c => c == '\n'));
    }

    [Fact]
    public void A_wrong_line_is_reported_with_its_place()
    {
        TestTerminal run = TestTerminal.Run("schemes", "-c", "min max min max min max stat\nmin max min max 5 max pageout", "1");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Matches(@"^damo: -c: line 2, column 17: [^\n]*'5'[^\n]*\n$", run.Errors);
    }

    [Fact]
    public void A_schemes_argument_that_is_neither_file_nor_scheme_is_refused()
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
        Assert.Equal(regions.Length, scheme.GetProperty("seconds").EnumerateArray().Sum(second => second.GetProperty("nr_tried").GetInt32()));
        Assert.True(json.RootElement.GetProperty("dry_run").GetBoolean());
    }

    [Fact]
    public void A_replay_of_targets_one_after_the_other_is_that_of_targets_side_by_side()
    {
        using RecordFolder folder = new();
        string binary = folder.Write("a.data", 50, sidecar: true, 42, 43);
        Assert.Equal(0, RecordFolder.Run("convert", binary, folder.Path("a.json"), "--format", "json").Code);
        string[] schemes = ["4K max min 0 1s max pageout", "--json"];
        (int code, string sideBySide, _) = RecordFolder.Run(["schemes", "--replay", binary, "-c", .. schemes]);
        (int other, string afterEachOther, _) = RecordFolder.Run(["schemes", "--replay", folder.Path("a.json"), "-c", .. schemes]);
        Assert.Equal((0, 0), (code, other));
        Assert.Contains("\"regretted_bytes\"", sideBySide, StringComparison.Ordinal);
        Assert.Equal(sideBySide, afterEachOther);
    }

    [Fact]
    public void A_replay_for_people_is_a_table_with_the_regret()
    {
        TestTerminal run = TestTerminal.Run("schemes", "--replay", s_record, "-c", "4K max min min 1s max pageout");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        string[] lines = run.Output.Split('\n');
        Assert.StartsWith("scheme  action   tried", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("     0  pageout ", lines[1], StringComparison.Ordinal);
        Assert.Matches(@"^scheme 0: per second \d+\.\d regions with [\d.]+ .iB on average, at most \d+ with [\d.]+ .iB \(second \d\)$", lines[2]);
        Assert.Equal(
            "scheme 0: accessed again within 10 s: not known, the record is too short, within 1 m: not known, the record is too short, within 5 m: not known, "
                + "the record is too short",
            lines[3]);
        Assert.EndsWith("; nothing was touched", lines[4], StringComparison.Ordinal);
    }
}
