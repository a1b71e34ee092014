using System.Text.Json;

namespace Damo.Tests.Commands;

public class AdviseCommandTests
{
    static readonly string s_record = Path.Combine(AppContext.BaseDirectory, "Data", "v3.3.0-masim.json_compressed");

    [Fact]
    public void A_record_that_is_too_short_gives_a_file_without_schemes_that_says_so()
    {
        TestTerminal run = TestTerminal.Run("advise", s_record);
        Assert.Equal(
            (0, "damo: the mappings are not known, for the record has no sidecar: holes of the address space count as memory\n"),
            (run.ExitCode, run.Errors));
        string[] lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.StartsWith($"# {s_record}: 24 snapshots in ", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("# not proposed: pageout: the record is too short", StringComparison.Ordinal));
    }

    [Fact]
    public void Json_holds_snapshots_and_rejected_schemes()
    {
        TestTerminal run = TestTerminal.Run("advise", s_record, "--json");
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal(24, json.RootElement.GetProperty("snapshots").GetInt32());
        Assert.NotEmpty(json.RootElement.GetProperty("rejected").EnumerateArray());
    }

    [Theory]
    [InlineData(1, "missing.data")]
    [InlineData(2, "x", "--max-regret", "101")]
    public void A_wrong_advise_command_is_one_line(int exitCode, params string[] words)
    {
        TestTerminal run = TestTerminal.Run(["advise", .. words]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Equal(1, run.Errors.Count(c => c == '\n'));
    }
}
