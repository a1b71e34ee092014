namespace Damo.Tests.Commands;

/// <summary>What shells are told about a line that is being typed.</summary>
public sealed class CompleteCommandTests
{
    // The last word is the one at the cursor.
    [Theory]
    [InlineData("record --backend ", "words", "auto", "engine", "sysfs", "debugfs")]
    [InlineData("record --backend e", "words", "engine")]
    [InlineData("record --backend=", "words", "--backend=auto", "--backend=engine", "--backend=sysfs", "--backend=debugfs")]
    [InlineData("record --backend=sys", "words", "--backend=sysfs")]
    [InlineData("record --back e", "words", "engine")]
    [InlineData("record --backend nothing", "words")]
    [InlineData("record --access-check ", "words", "auto", "page-table", "idle-page", "clear-refs")]
    [InlineData("debugfs mount --access-check p", "words", "page-table")]
    [InlineData("record --ops ", "words", "vaddr", "fvaddr", "paddr")]
    [InlineData("record --format j", "words", "json", "json_compressed")]
    [InlineData("record --sample 5ms --ops f", "words", "fvaddr")]
    [InlineData("report access --style h", "words", "hot")]
    [InlineData("report access --sort_regions_by age a", "words", "address", "access_rate", "age")]
    [InlineData("report wss --style v2", "words", "v2.3.3", "v2.4.1", "v2.4.4")]
    [InlineData("report heatmap --output ", "files", "stdout", "raw")]
    [InlineData("report footprints ", "files", "vsz", "rss", "sys_used", "all")]
    [InlineData("convert --version ", "words", "0", "1", "2")]
    [InlineData("schemes --damos_action page", "words", "pageout")]
    [InlineData("schemes --damos_action migrate_hot ", "words")]
    [InlineData("schemes --damos_filter allow an", "words", "anon")]
    [InlineData("schemes --damos_quota_goal_tuner ", "words", "consist", "temporal")]
    [InlineData("completion ", "words", "bash", "zsh", "fish")]
    [InlineData("module lru_sort ", "words", "status", "enable", "disable", "commit")]
    [InlineData("report r", "words", "raw", "record-info")]
    [InlineData("com", "words", "completion")]
    [InlineData("wo", "words")]
    public void Values_and_commands_are_completed(string line, params string[] expected) => Assert.Equal(expected, Words(line));

    [Theory]
    [InlineData("convert ", "files")]
    [InlineData("convert a.data x", "files")]
    [InlineData("record -o ", "files")]
    [InlineData("record --out=", "files")]
    [InlineData("report raw --input ", "files")]
    [InlineData("report raw -i x", "files")]
    [InlineData("report raw ", "files")]
    [InlineData("report wss -p ", "files")]
    [InlineData("schemes -c ", "files")]
    [InlineData("advise ", "files")]
    [InlineData("debugfs mount ", "folders")]
    [InlineData("record --debugfs ", "folders")]
    public void Files_are_completed_by_the_shell(string line, string expected) => Assert.Equal(expected, Assert.Single(Words(line)));

    [Theory]
    [InlineData("record -- ", "command 2")]
    [InlineData("record -- ls -", "command 2")]
    [InlineData("record -o x -- ls --backend ", "command 4")]
    [InlineData("debugfs run -- ", "command 3")]
    [InlineData("debugfs run --era seed -- sh -c --access-check ", "command 5")]
    [InlineData("record sleep ", "command 1")]
    [InlineData("record sle", "command 1")]
    public void Words_after_the_dashes_are_completed_by_the_shell(string line, string expected) => Assert.Equal(expected, Assert.Single(Words(line)));

    [Theory]
    [InlineData("record ")]
    [InlineData("record --target_pid ")]
    [InlineData("record 1 ")]
    [InlineData("schemes --damos_action pageout ")]
    public void Processes_are_completed_with_their_names(string line)
    {
        string own = File.ReadLines("/proc/self/status").First()["Name:".Length..].Trim();
        string parent = File.ReadLines("/proc/self/status").First(l => l.StartsWith("PPid:", StringComparison.Ordinal))["PPid:".Length..].Trim();

        // The program that is asked leaves itself out, and here that is the test.
        Assert.DoesNotContain($"{Environment.ProcessId}\t{own}", Lines(line));
        Assert.Contains(Lines(line), l => l.StartsWith(parent + "\t", StringComparison.Ordinal));
    }

    [Fact]
    public void Physical_memory_is_a_target_when_there_is_none_yet()
    {
        Assert.Contains("paddr\tphysical memory", Lines("record "));
        Assert.DoesNotContain("paddr", Words("record 1 "));
        Assert.Equal(["words"], Words("record paddr "));
    }

    [Fact]
    public void Options_that_can_still_be_given_with_what_they_mean()
    {
        Assert.Equal(["words", "--monitoring_intervals", "--monitoring_nr_regions_range"], Words("record --mon"));
        Assert.Contains("--strict\tFail when a part of the record cannot be used", Lines("report raw -"));
        Assert.DoesNotContain("--strict", Words("report raw --strict -"));
        Assert.Contains("--json", Words("doctor "));
    }

    [Theory]
    [InlineData("-")]
    [InlineData("record -")]
    [InlineData("report raw -")]
    [InlineData("doctor ")]
    [InlineData("")]
    public void No_help_of_other_systems_and_nothing_hidden(string line)
    {
        string[] words = Words(line);
        Assert.DoesNotContain(words, w => w is "-?" or "/?" or "/h" or "--sysfs-root" or "workload" or "manual" or "complete");
        Assert.True(words.Length > 1);
    }

    [Theory]
    [InlineData("report wss --sortby x", "--sortby: 'x' is none of time, size (see 'damo report wss --help')")]
    [InlineData("report footprints x", "'x' is neither a file nor a metric, which are vsz, rss, sys_used, all (see 'damo report footprints --help')")]
    [InlineData("report heats --regions x", "--regions: 'x' is none of largest, all (see 'damo report heats --help')")]
    [InlineData("report heatmap --draw_range x", "--draw_range: 'x' is none of hottest, all (see 'damo report heatmap --help')")]
    [InlineData("completion x", "shell: 'x' is none of bash, zsh, fish (see 'damo completion --help')")]
    [InlineData("features x", "which: 'x' is none of supported, unsupported, all, json (see 'damo features --help')")]
    [InlineData("debugfs mount --access-check x", "--access-check: 'x' is none of auto, page-table, idle-page, clear-refs (see 'damo debugfs mount --help')")]
    public void Other_words_are_refused_in_one_line(string line, string message) => TestTerminal.Run(line.Split(' ')).AssertOneLine(2, message);

    static string[] Words(string line) => [.. Lines(line).Select(l => l.Split('\t')[0])];

    static string[] Lines(string line)
    {
        TestTerminal run = TestTerminal.Run(["complete", "--", .. line.Split(' ')]);
        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
