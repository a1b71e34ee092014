using Damon.Monitoring;
using Damon.Records.Json;
using Damon.Records.Streams;

namespace Damo.Tests.Commands;

/// <summary>Reports of a record in which several kdamonds, or schemes, have a target of the same id.</summary>
public sealed class SeveralKdamondsTests : IDisposable
{
    static readonly string s_genuine = RecordFolder.Genuine("trace-text/perf-script-two-kdamonds.txt");

    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("report record-info", "kdamond_idx: 1\nthread: kdamond.0-194\ntarget_id: 0\n", "kdamond_idx: 0\nthread: kdamond.1-196\ntarget_id: 0\n")]
    [InlineData("report record-info --json", "\"kdamond_idx\": 1,\n      \"thread\": \"kdamond.0-194\",\n", "\"kdamond_idx\": 0,\n      \"thread\": \"kdamond.1-196\",\n")]
    [InlineData("report heatmap --guide --json", "\"kdamond_idx\": 1,\n      \"thread\": \"kdamond.0-194\",\n", "\"kdamond_idx\": 0,\n      \"thread\": \"kdamond.1-196\",\n")]
    public void Each_target_is_listed_with_its_thread_and_the_number_that_chooses_it(string command, params string[] expected)
    {
        (int code, string output, string errors) = RecordFolder.Run([.. command.Split(' '), s_genuine]);
        Assert.Equal((0, ""), (code, errors));
        Assert.All(expected, text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Fact]
    public void A_single_kdamond_needs_no_name()
    {
        string path = RecordFolder.Genuine("v3.3.0-masim.perf_script");
        Assert.DoesNotContain("thread", RecordFolder.Run("report", "record-info", path, "--json").Output, StringComparison.Ordinal);
        Assert.StartsWith("# target 0\n", RecordFolder.RunOnTerminal(80, "report", "heatmap", path).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "kdamond.1-196", "127.142700 TiB")]
    [InlineData("1", "kdamond.0-194", "127.120398 TiB")]
    public void The_target_of_either_kdamond_can_be_shown_and_the_heading_says_whose_it_is(string index, string thread, string start)
    {
        (int code, string output, string errors) = RecordFolder.RunOnTerminal(80, "report", "heatmap", s_genuine, "--kdamond_idx", index);
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith($"# target 0 of {thread}\n", output, StringComparison.Ordinal);
        Assert.Contains($"[{start}, ", output, StringComparison.Ordinal);
        (code, output, errors) = RecordFolder.Run("report", "html", s_genuine, "-o", "-", "--kdamond_idx", index);
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains($"<title>Memory accesses of target 0 of {thread}</title>", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report heatmap")]
    [InlineData("report heatmap --tid 0 --json")]
    [InlineData("report html -o -")]
    public void Which_one_is_shown_is_told_where_none_was_chosen(string command)
    {
        (int code, _, string errors) = RecordFolder.Run([.. command.Split(' '), s_genuine]);
        Assert.Equal(0, code);
        Assert.Equal(
            $"damo: {s_genuine}: there are 2 targets 0; the largest is shown, of kdamond 1 (kdamond.0-194); --kdamond_idx chooses, 'damo report record-info' lists them\n",
            errors);
    }

    [Fact]
    public void A_kdamond_that_is_not_there_is_named()
    {
        (int code, string output, string errors) = RecordFolder.Run("report", "heatmap", s_genuine, "--tid", "0", "--kdamond_idx", "7");
        Assert.Equal((1, ""), (code, output));
        Assert.EndsWith(": there is no target 0 of --kdamond_idx 7; 'damo report record-info' lists what there is\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_working_set_of_each_kdamond_has_its_name_and_its_own_snapshots()
    {
        (int code, string output, _) = RecordFolder.RunOnTerminal(80, "report", "wss", s_genuine, "--exclude_samples", "0");
        Assert.Equal(0, code);
        Assert.Contains("Working set of target 0 of kdamond.1-196, over 2 snapshots of 156 ms;", output, StringComparison.Ordinal);
        Assert.Contains("Working set of target 0 of kdamond.0-194, over 2 snapshots of 145 ms;", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_schemes_were_tried_on_is_chosen_by_their_numbers()
    {
        string path = _folder.Path("schemes.json");
        RecordIntervals intervals = new() { SampleUs = 5000, AggrUs = 100_000 };
        using (JsonRecordWriter writer = new(File.Create(path)))
        {
            Snapshot snapshot = new();
            for (int i = 0; i < 6; i++)
            {
                snapshot.Reset((i + 1) * 1_000_000_000L);
                snapshot.AddTarget(7);
                snapshot.AddRegion(new SnapshotRegion(4096, i % 2 == 0 ? 40960u : 409600u, 1, 0));
                writer.Write(snapshot, new RecordSeries { KdamondIndex = 0, ContextIndex = 3, SchemeIndex = i % 2, TargetId = 7, Intervals = intervals });
            }

            writer.Complete();
        }

        (int code, string output, string errors) = RecordFolder.Run("report", "heatmap", path);
        Assert.Equal((0, $"damo: {path}: there are 2 targets 7; the largest is shown, of scheme 1; --scheme_idx chooses, 'damo report record-info' lists them\n"), (code, errors));
        Assert.Contains("(396.000 KiB)", output, StringComparison.Ordinal);
        (code, output, errors) = RecordFolder.Run("report", "heatmap", path, "--context_idx", "3", "--scheme_idx", "0");
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("(36.000 KiB)", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_a_thread_does_not_steer_the_terminal()
    {
        string path = _folder.Path("hostile.txt");
        File.WriteAllText(path, File.ReadAllText(s_genuine).Replace("kdamond.0", "k\u001bcx", StringComparison.Ordinal));
        (int code, string output, string errors) = RecordFolder.RunOnTerminal(80, "report", "heatmap", path);
        Assert.Equal(0, code);
        Assert.Equal("# target 0 of k\\u{1b}cx-194", output.Split('\n')[0]);
        Assert.DoesNotContain('\u001b', output + errors);
        Assert.DoesNotContain('\u001b', RecordFolder.Run("report", "record-info", path).Output);
        Assert.DoesNotContain('\u001b', RecordFolder.RunOnTerminal(80, "report", "wss", path, "--exclude_samples", "0").Output);
    }
}
