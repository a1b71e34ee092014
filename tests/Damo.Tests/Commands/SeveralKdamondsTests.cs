using Damon.Monitoring;
using Damon.Records.Binary;
using Damon.Records.Json;
using Damon.Records.Sidecar;
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
    [InlineData(
        "report record-info --json",
        "\"kdamond_idx\": 1,\n      \"thread\": \"kdamond.0-194\",\n",
        "\"kdamond_idx\": 0,\n      \"thread\": \"kdamond.1-196\",\n")]
    [InlineData("report heats --guide", "kdamond_idx: 1\npid:0\n", "kdamond_idx: 0\npid:0\n")]
    [InlineData("report heats --guide --json", "\"kdamond_idx\": 1,\n      \"target_id\": 0,\n", "\"kdamond_idx\": 0,\n      \"target_id\": 0,\n")]
    [InlineData(
        "report heatmap --guide --json",
        "\"kdamond_idx\": 1,\n      \"thread\": \"kdamond.0-194\",\n",
        "\"kdamond_idx\": 0,\n      \"thread\": \"kdamond.1-196\",\n")]
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
    [InlineData("report heats --tres 2 --ares 2")]
    [InlineData("report heats --style v1.6.7 --resol 2 2")]
    public void Without_a_choice_one_line_says_which_of_several_targets_is_shown(string command)
    {
        (int code, _, string errors) = RecordFolder.Run([.. command.Split(' '), s_genuine]);
        Assert.Equal(0, code);
        Assert.Equal(
            $"damo: {s_genuine}: there are 2 targets 0; the largest is shown, of kdamond 1 (kdamond.0-194); --kdamond_idx chooses, 'damo report record-info' "
                + "lists them\n",
            errors);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("--style v1.6.7 ", 1)]
    public void Heats_of_either_kdamond_are_of_its_own_snapshots_alone(string style, int kdamond)
    {
        // As in a record that holds nothing of the other.
        string own = kdamond == 0 ? "kdamond.1-196" : "kdamond.0-194";
        string[] thread = own.Split('-');
        string alone = _folder.Path("alone.txt");
        File.WriteAllLines(
            alone,
            File.ReadLines(s_genuine).Where(line => line.Contains(thread[0], StringComparison.Ordinal) && line.Contains(thread[1], StringComparison.Ordinal)));
        string[] command = ["report", "heats", .. style.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        string[] cells = style.Length == 0 ? ["--tres", "4", "--ares", "5"] : ["--resol", "4", "5"];
        string expected = RecordFolder.Run([.. command, .. cells, alone]).Output;
        Assert.NotEmpty(expected);
        Assert.Equal((0, expected, ""), RecordFolder.Run([.. command, .. cells, s_genuine, "--kdamond_idx", $"{kdamond}"]));
        Assert.NotEqual(expected, RecordFolder.Run([.. command, .. cells, s_genuine, "--kdamond_idx", $"{1 - kdamond}"]).Output);
        Assert.EndsWith(
            ": there is no target of --kdamond_idx 7; 'damo report record-info' lists what there is\n",
            RecordFolder.Run([.. command, s_genuine, "--kdamond_idx", "7"]).Errors,
            StringComparison.Ordinal);
    }

    /// <summary>A record of 24 snapshots whose only pid was of a small process first, of a larger one then.</summary>
    string OfOnePid()
    {
        string path = _folder.Path("again");
        using BinaryRecordWriter writer = new(File.Create(path));
        using SidecarWriter sidecar = new(
            File.Create(path + ".meta.json"),
            new RecordHeader { AccessCheck = new RecordAccessCheck { Granularity = "mapping" } });
        sidecar.WriteTarget(new RecordTarget { Id = 42, FromNs = 0 });
        sidecar.WriteTarget(new RecordTarget { Id = 42, FromNs = 1_250_000_000 });
        Snapshot snapshot = new();
        for (int i = 1; i <= 24; i++)
        {
            snapshot.Reset(i * 100_000_000L);
            snapshot.AddTarget(42);
            snapshot.AddRegion(new SnapshotRegion(4096, i > 12 ? 65536UL : 8192, i > 12 ? 9u : 5, 1));
            writer.Write(snapshot);
        }

        return path;
    }

    [Theory]
    [InlineData("report heatmap --json --resol 2 2")]
    [InlineData("report heats --json --tres 2 --ares 2")]
    [InlineData("report html -o -")]
    public void Each_process_that_had_a_pid_can_be_chosen(string command)
    {
        string path = OfOnePid();
        string[] words = [.. command.Split(' '), path];
        (int code, string largest, string errors) = RecordFolder.Run(words);
        Assert.Equal(0, code);
        Assert.Contains(
            "there are 2 targets 42; the largest is shown, of series 1; --series chooses, 'damo report record-info' lists them\n",
            errors,
            StringComparison.Ordinal);
        (code, string second, errors) = RecordFolder.Run([.. words, "--series", "1"]);
        Assert.Equal((0, false), (code, errors.Contains("series", StringComparison.Ordinal)));
        (code, string first, errors) = RecordFolder.Run([.. words, "--series", "0"]);
        Assert.Equal((0, false), (code, errors.Contains("series", StringComparison.Ordinal)));
        Assert.NotEqual(first, second);
        Assert.Equal(largest, second);
        Assert.EndsWith(
            ": there is no target of --series 2; 'damo report record-info' lists what there is\n",
            RecordFolder.Run([.. words, "--series", "2"]).Errors,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report record-info", "target_id: 42\nseries: 1\n", "target_id: 42\nseries: 0\n")]
    [InlineData("report record-info --json", "\"target_id\": 42,\n      \"series\": 1,\n", "\"target_id\": 42,\n      \"series\": 0,\n")]
    [InlineData("report record-info --csv", ",65536,1\n", ",8192,0\n")]
    [InlineData("report heatmap --guide", "target_id: 42\nseries: 1\n", "target_id: 42\nseries: 0\n")]
    [InlineData("report heatmap --guide --json", "\"target_id\": 42,\n      \"series\": 1,\n", "\"series\": 0,\n", "\"granularity\": \"mapping\",\n")]
    [InlineData("report heats --guide", "pid:42\nseries: 1\n", "pid:42\nseries: 0\n")]
    [InlineData("report heats --guide --json", "\"target_id\": 42,\n      \"series\": 1,\n", "\"series\": 0,\n", "\"granularity\": \"mapping\",\n")]
    [InlineData("report heats --guide --csv", ",65536,,,,1\n", ",8192,,,,0\n")]
    public void Processes_of_one_pid_are_listed_with_the_number_that_chooses(string command, params string[] expected)
    {
        (int code, string output, _) = RecordFolder.Run([.. command.Split(' '), OfOnePid()]);
        Assert.Equal(0, code);
        Assert.All(expected, text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_of_regions_of_two_kdamonds_are_not_mixed()
    {
        RecordSeries[] kdamonds = [new RecordSeries { KdamondIndex = 0, TargetId = 0 }, new RecordSeries { KdamondIndex = 1, TargetId = 0 }];
        string path = _folder.Path("two.json");
        using (JsonRecordWriter writer = new(File.Create(path)))
        {
            Snapshot snapshot = new();
            for (int i = 1; i <= 42; i++)
            {
                foreach (RecordSeries kdamond in kdamonds)
                {
                    snapshot.Reset(i * 100_000_000L);
                    snapshot.AddTarget(0);
                    for (ulong region = 0; region <= (ulong)kdamond.KdamondIndex!; region++)
                    {
                        snapshot.AddRegion(new SnapshotRegion((region + 1) * 4096, (region + 2) * 4096, 1, 0));
                    }

                    writer.Write(snapshot, kdamond);
                }
            }

            writer.Complete();
        }

        (int code, string output, _) = RecordFolder.Run("report", "nr_regions", path);
        Assert.Equal(0, code);
        Assert.Equal(2, output.Split("# pid\t0\n").Length - 1);
        Assert.Contains("# avr:\t1\n", output, StringComparison.Ordinal);
        Assert.Contains("# avr:\t2\n", output, StringComparison.Ordinal);
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
    public void The_regions_that_a_scheme_tried_are_chosen_by_its_number()
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
        Assert.Equal(
            (0, $"damo: {path}: there are 2 targets 7; the largest is shown, of scheme 1; --scheme_idx chooses, 'damo report record-info' lists them\n"),
            (code, errors));
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
