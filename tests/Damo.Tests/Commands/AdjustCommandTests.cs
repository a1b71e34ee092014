using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Tests.Commands;

public sealed class AdjustCommandTests : IDisposable
{
    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Snapshots_are_skipped_and_added_up_in_the_format_of_the_input()
    {
        // Snapshots 21 to 30 and 31 to 40 are added up, 41 to 45 are no whole interval.
        string input = _folder.Write("a", 45);
        string output = _folder.Path("b");
        Assert.Equal((0, "", ""), RecordFolder.Run("adjust", "1s", "-i", input, "-o", output));
        (_, string raw, _) = RecordFolder.Run("report", "raw", "-i", output);
        string[] lines = raw.Split('\n');
        Assert.Equal("start_time:  3000000000", lines[0]);
        Assert.Contains(lines, l => l.Contains("000000002000-", StringComparison.Ordinal) && l.EndsWith("\t55", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("000000002000-", StringComparison.Ordinal) && l.EndsWith("\t135", StringComparison.Ordinal));
        Assert.Equal(2, lines.Count(l => l.StartsWith("nr_regions:", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_sidecar_holds_the_adjusted_intervals_and_ages()
    {
        string input = _folder.Write("a", 45, sidecar: true);
        string output = _folder.Path("b");
        Assert.Equal((0, "", ""), RecordFolder.Run("adjust", "-i", input, "--aggregate_interval", "450ms", "--skip", "0", "--output", output));
        RecordMetadata metadata = SidecarReader.Load(File.OpenRead(output + ".meta.json"));
        Assert.Equal(new RecordIntervals { SampleUs = 5000, AggrUs = 500_000, UpdateUs = 1_000_000 }, metadata.Header!.Intervals);
        Assert.Equal("somewhere", metadata.Header.HostName);
        Assert.Equal((9L, 500_100.0, true), (metadata.Summary!.Snapshots!.Value, metadata.Summary.EffectiveIntervals!.AggrUs!.Value, metadata.IsComplete));
        using SidecarReader ages = new(File.OpenRead(output + ".meta.json"));
        Assert.True(ages.Read(SidecarEntryKinds.Ages));
        Assert.Equal([2, 2, 2, 2], ages.Ages.ToArray());

        // And as JSON, which holds them itself.
        Assert.Equal(
            (0, "", ""),
            RecordFolder.Run("adjust", "-i", input, "--aggregate_interval", "500000", "--skip", "0", "--output", output, "--output_type", "json"));
        string json = File.ReadAllText(output);
        Assert.Contains("\"aggr_us\": \"500000\"", json, StringComparison.Ordinal);
        Assert.Contains("\"start_time\": \"0\"", json, StringComparison.Ordinal);
        Assert.True(File.Exists(output + ".old"));
        Assert.True(File.Exists(output + ".meta.json.old"));
    }

    [Fact]
    public void The_mappings_of_all_targets_come_along()
    {
        string input = _folder.Write("a", 20, sidecar: true, 7, 8, 9);
        string output = _folder.Path("b");
        Assert.Equal((0, "", ""), RecordFolder.Run("adjust", "-i", input, "--aggregate_interval", "500ms", "--skip", "0", "--output", output));
        RecordMetadata metadata = SidecarReader.Load(File.OpenRead(output + ".meta.json"));
        Assert.Null(metadata.Problem);
        Assert.Equal([7, 8, 9], metadata.Mappings.Select(mappings => mappings.TargetId));
        Assert.All(metadata.Mappings, mappings => Assert.Equal(RecordFolder.Mappings((int)mappings.TargetId), mappings.Mappings));
        string[] lines = [.. File.ReadLines(output + ".meta.json").Where(line => line.Contains("mappings", StringComparison.Ordinal))];
        Assert.Equal([false, true, true], lines.Select(line => line.StartsWith("{\"copied_mappings\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_an_interval_snapshots_are_only_skipped()
    {
        string input = _folder.Write("a", 25);
        Assert.Equal((0, "", ""), RecordFolder.Run("adjust", "-i", input, "--skip", "5", "-o", _folder.Path("b")));
        (_, string raw, _) = RecordFolder.Run("report", "raw", "-i", _folder.Path("b"));
        Assert.Equal(20, raw.Split('\n').Count(l => l.StartsWith("nr_regions:", StringComparison.Ordinal)));
        Assert.Equal((0, "", ""), RecordFolder.Run("adjust", "-i", input, "--skip", "0", "-o", _folder.Path("c")));
        Assert.Equal(File.ReadAllBytes(input), File.ReadAllBytes(_folder.Path("c")));
    }

    [Fact]
    public void Targets_share_a_snapshot_and_standard_streams_work()
    {
        string input = _folder.Write("a", 40, false, 7, 8);
        (int code, string output, string errors) = RecordFolder.RunOn(
            File.ReadAllBytes(input),
            "adjust",
            "-i",
            "-",
            "-o",
            "-",
            "--output_type",
            "perf_script",
            "--aggregate_interval",
            "1s");
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(16, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_genuine_compressed_record_stays_compressed()
    {
        // The numbers were worked out by another program from the same rule.
        string input = RecordFolder.Genuine("v3.3.0-masim.json_compressed");
        string output = _folder.Path("b");
        Assert.Equal((0, "", ""), RecordFolder.Run("adjust", "1s", "-i", input, "--skip", "5", "-o", output));
        Assert.Equal(0x78, File.ReadAllBytes(output)[0]);
        using IRecordReader record = RecordReaders.Open(File.OpenRead(output));
        Damon.Monitoring.Snapshot snapshot = new();
        Assert.True(record.Read(snapshot));
        Assert.Equal((49_976_916_000, 51_077_061_000, 13), (snapshot.StartNs, snapshot.TimeNs, snapshot.NrRegions));
        Assert.Equal(1_000_000, record.Series.Intervals!.AggrUs);
        Assert.True(record.Read(snapshot));
        Assert.Equal((51_077_061_000, 52_110_863_000, 12), (snapshot.StartNs, snapshot.TimeNs, snapshot.NrRegions));
        Assert.False(record.Read(snapshot));
    }

    [Fact]
    public void Damage_is_reported_and_with_strict_nothing_is_written()
    {
        string input = _folder.Write("a", 45);
        File.WriteAllBytes(input, File.ReadAllBytes(input)[..^3]);
        (int code, _, string errors) = RecordFolder.Run("adjust", "1s", "-i", input, "-o", _folder.Path("b"), "--strict");
        Assert.Equal(1, code);
        Assert.Contains("44 whole snapshots", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.False(File.Exists(_folder.Path("b")));
        (code, _, errors) = RecordFolder.Run("adjust", "1s", "-i", input, "-o", _folder.Path("b"));
        Assert.Equal(0, code);
        Assert.Contains("44 whole snapshots", errors);
        Assert.True(File.Exists(_folder.Path("b")));
    }

    [Theory]
    [InlineData("1s -i nowhere", 1, "there is no record 'nowhere' here; 'damo record' makes one")]
    [InlineData("x", 2, "--aggregate_interval: 'x' is no time")]
    [InlineData("0", 2, "it must be above 0")]
    [InlineData("5 --aggregate_interval 6", 2, "given twice")]
    [InlineData("--skip -1", 2, "--skip: '-1'")]
    [InlineData("--output_type perf_data", 2, "--output_type: perf_data is written by perf only")]
    [InlineData("--output_type xml", 2, "--output_type: 'xml' is none of")]
    [InlineData("--output_permission 999", 2, "wrong --output permission (999)")]
    public void Wrong_arguments_are_reported_in_one_line(string line, int code, string message)
    {
        (int actual, string output, string errors) = RecordFolder.Run(["adjust", .. line.Split(' ')]);
        Assert.Equal((code, ""), (actual, output));
        Assert.Contains(message, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>The first word is the interval only where it is needed.</summary>
    [Theory]
    [InlineData("--aggregate_interval 1s a")]
    [InlineData("1s a")]
    [InlineData("a")]
    public void A_record_in_the_first_place_is_the_record(string words)
    {
        string input = _folder.Write("a", 45);
        Assert.Equal((0, "", ""), RecordFolder.Run(["adjust", "-o", _folder.Path("b"), .. words.Split(' ').Select(word => word == "a" ? input : word)]));
        Assert.True(File.Exists(_folder.Path("b")));
    }

    [Fact]
    public void Two_records_beside_an_interval_are_one_too_many() =>
        TestTerminal.Run("adjust", "--aggregate_interval", "1s", "a", "b")
            .AssertOneLine(2, "one record can be adjusted, but a and b are given beside --aggregate_interval 1s (see 'damo adjust --help')");

    [Fact]
    public void A_record_that_is_too_short_is_reported()
    {
        string input = _folder.Write("a", 25);
        Assert.Equal(
            (1, "", $"damo: {input}: nothing is left of 25 snapshots: the first 20 of each target are skipped, and the rest is shorter than 1 s; choose a "
                + "smaller --skip or --aggregate_interval\n"),
            RecordFolder.Run("adjust", "1s", "-i", input, "-o", _folder.Path("b")));
        Assert.False(File.Exists(_folder.Path("b")));
    }
}
