using System.Text.Json;
using System.Text.RegularExpressions;
using Damon.Monitoring;
using Damon.Records.Binary;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Tests.Commands;

/// <summary><c>report wss</c> for people on a terminal, and of a record whose access check knows whole mappings only.</summary>
public sealed class WorkingSetTests : IDisposable
{
    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void On_a_terminal_two_seconds_are_left_out_and_sizes_have_units_bars_and_a_name()
    {
        string path = Write(seconds: 2, snapshots: 10, counted: false, granularity: "page");
        Assert.Equal(
            (0,
            """
            Working set of redis-server (pid 42), over 9 snapshots of 2 s; the first (2 s) is left out (--exclude_samples)

                 percentile        size
                        0 %     8.0 KiB  ##########
                       25 %    16.0 KiB  ####################
                       50 %    24.0 KiB  ##############################
                       75 %    32.0 KiB  ########################################
                      100 %    40.0 KiB  ##################################################
                    average    24.0 KiB  ##############################


            """,
            ""),
            RecordFolder.RunOnTerminal(100, "report", "wss", "-i", path));

        // Nowhere a line longer than the terminal, and a form for programs is the same wherever it goes.
        Assert.All(RecordFolder.RunOnTerminal(40, "report", "wss", "-i", path).Output.Split('\n')[2..], line => Assert.InRange(line.Length, 0, 40));
        Assert.Equal(
            RecordFolder.Run("report", "wss", "-i", path, "--style", "v2.4"),
            RecordFolder.RunOnTerminal(80, "report", "wss", "-i", path, "--style", "v2.4"));
        Assert.Equal(
            RecordFolder.Run("report", "wss", "-i", path, "--style", "seed"),
            RecordFolder.RunOnTerminal(80, "report", "wss", "-i", path, "--style", "seed"));
    }

    [Fact]
    public void No_more_than_half_of_a_short_record_is_left_out() =>
        Assert.Contains(
            ", over 2 snapshots of 100 ms; the first 2 (200 ms) are left out",
            RecordFolder.RunOnTerminal(80, "report", "wss", "-i", _folder.Write("r", 4)).Output);

    [Fact]
    public void A_target_too_short_beside_a_longer_one_is_no_failure()
    {
        using (BinaryRecordWriter writer = new(File.Create(_folder.Path("r"))))
        {
            Snapshot snapshot = new();
            for (int i = 1; i <= 30; i++)
            {
                snapshot.Reset(i * 100_000_000L);
                snapshot.AddTarget(1);
                snapshot.AddRegion(new SnapshotRegion(4096, 8192, 1, 0));
                if (i <= 5)
                {
                    snapshot.AddTarget(2);
                }

                writer.Write(snapshot);
            }
        }

        (int code, string output, string errors) = RecordFolder.Run("report", "wss", "-i", _folder.Path("r"));
        Assert.Equal((0, 8, 1), (code, output.Count(c => c == '\n'), errors.Count(c => c == '\n')));
        Assert.StartsWith("# <percentile> <wss>\n# pid\t1\n# avr:\t4096\n", output);
    }

    [Theory]
    [InlineData("--style", "seed")]
    [InlineData("--style", "v2.4")]
    public void Bytes_that_the_check_counted_are_the_working_set_whatever_whole_mappings_say(params string[] style)
    {
        string path = Write(seconds: 1, snapshots: 30, counted: true, granularity: "mapping");
        (int code, string output, string errors) = RecordFolder.Run(["report", "wss", "-i", path, "--range", "0", "1", "1", .. style]);
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains(style[1] == "seed" ? "# avr:\t777\n0\t777\n" : "# avr:\t777 B\n", output);

        // More than one access is what the regions must tell, and then what they are worth belongs to it.
        (_, output, errors) = RecordFolder.Run(["report", "wss", "-i", path, "--range", "0", "1", "1", "-t", "2", .. style]);
        Assert.DoesNotContain("777", output);
        Assert.Contains("an upper bound", errors);
    }

    [Theory]
    [InlineData("report wss", "these are the sizes of whole mappings, an upper bound")]
    [InlineData("report wss --style v2.4", "these are the sizes of whole mappings, an upper bound")]
    [InlineData("report nr_regions", "accesses are known per mapping, not per page")]
    [InlineData("report raw", "accesses are known per mapping, not per page")]
    [InlineData("report heats --resol 2 2", "accesses are known per mapping, not per page")]
    [InlineData("report heatmap --output raw --resol 2 2", "accesses are known per mapping, not per page")]
    [InlineData("report access", "accesses are known per mapping, not per page")]
    public void Every_report_says_that_the_record_holds_whole_mappings(string command, string expected)
    {
        string path = Write(seconds: 1, snapshots: 30, counted: false, granularity: "mapping");
        (int code, string output, string errors) = RecordFolder.Run([.. command.Split(' '), path]);
        Assert.Equal((0, 1), (code, errors.Count(c => c == '\n')));
        Assert.Contains(expected, errors);
        Assert.NotEmpty(output);
        path = Write(seconds: 1, snapshots: 30, counted: false, granularity: "page");
        (code, _, errors) = RecordFolder.Run([.. command.Split(' '), path]);
        Assert.Equal((0, ""), (code, errors));
    }

    [Fact]
    public void Advice_says_that_it_rests_on_whole_mappings()
    {
        const string Told = "accesses are known per mapping, not per page";
        string path = Write(seconds: 1, snapshots: 30, counted: false, granularity: "mapping");
        Assert.Contains(Told, RecordFolder.Run("advise", path).Errors, StringComparison.Ordinal);
        Write(seconds: 1, snapshots: 30, counted: false, granularity: "page");
        Assert.DoesNotContain(Told, RecordFolder.Run("advise", path).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report wss", 1)]
    [InlineData("report wss --style v2.4", 1)]
    [InlineData("report nr_regions", 1)]
    [InlineData("report raw", 30)]
    [InlineData("report heats --resol 2 2", 1)]
    [InlineData("report heats --style v2.4 --resol 2 2", 1)]
    [InlineData("report heatmap --resol 2 2", 1)]
    [InlineData("report access", 1)]
    [InlineData("advise", 1)]
    public void JSON_marks_whole_mappings_and_is_otherwise_identical(string command, int times)
    {
        string path = Write(seconds: 1, snapshots: 30, counted: false, granularity: "mapping");
        string[] words = [.. command.Split(' '), path, "--json"];
        (int code, string ofMappings, _) = RecordFolder.Run(words);
        Assert.Equal(0, code);
        Write(seconds: 1, snapshots: 30, counted: false, granularity: "page");
        (code, string ofPages, _) = RecordFolder.Run(words);
        Assert.Equal(0, code);
        Assert.DoesNotContain("granularity", ofPages);
        Regex member = new("""\s*"granularity": "mapping",(?=\s*")|,\s*"granularity": "mapping"(?=\s*[,}])""");
        Assert.Equal(times, member.Count(ofMappings));
        Assert.Equal(ofPages, member.Replace(ofMappings, ""));
        using JsonDocument json = JsonDocument.Parse(ofMappings);
        JsonElement frame = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement[0] : json.RootElement;
        Assert.Equal("mapping", frame.GetProperty("granularity").GetString());
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("v2.4")]
    public void JSON_of_bytes_that_the_check_counted_says_nothing_of_mappings(string style)
    {
        string path = Write(seconds: 1, snapshots: 30, counted: true, granularity: "mapping");
        Assert.DoesNotContain("granularity", RecordFolder.Run("report", "wss", path, "--json", "--style", style).Output);
        Assert.Contains("\"granularity\": \"mapping\"", RecordFolder.Run("report", "nr_regions", path, "--json").Output);
    }

    /// <summary>Snapshot i of n has i times 4096 bytes accessed, the first one all.</summary>
    string Write(int seconds, int snapshots, bool counted, string granularity)
    {
        string path = _folder.Path("r");
        using BinaryRecordWriter writer = new(File.Create(path));
        using SidecarWriter sidecar = new(
            File.Create(path + ".meta.json"),
            new RecordHeader
            {
                AccessCheck = new RecordAccessCheck { Name = "x", Granularity = granularity },
                Intervals = new RecordIntervals { SampleUs = seconds * 50_000, AggrUs = seconds * 1_000_000 },
            });
        sidecar.WriteTarget(new RecordTarget { Id = 42, Comm = "redis-server", FromNs = 0 });
        Snapshot snapshot = new();
        for (int i = 1; i <= snapshots; i++)
        {
            snapshot.Reset(i * seconds * 1_000_000_000L);
            snapshot.AddTarget(42);
            if (counted)
            {
                snapshot.SetAccessedBytes(777);
            }

            ulong end = 4096 * (ulong)(i == 1 ? snapshots + 1 : i + 1);
            snapshot.AddRegion(new SnapshotRegion(4096, end, 2, i));
            snapshot.AddRegion(new SnapshotRegion(end, 4096 * (ulong)(snapshots + 2), 0, i));
            writer.Write(snapshot);
            sidecar.WriteAges(i - 1, snapshot);
        }

        return path;
    }
}
