using Damon.Monitoring;
using Damon.Records.Binary;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Tests.Commands;

public sealed class ReportAccessCommandTests : IDisposable
{
    const long Ms = 1_000_000;

    readonly string _folder = Directory.CreateTempSubdirectory("damo-tests-").FullName;

    static string Genuine(string name) => Path.Combine(AppContext.BaseDirectory, "Data", name);

    static string Json => Genuine("v3.3.0-ongoing.json");

    static string Compressed => Genuine("v3.3.0-masim.json_compressed");

    static string Trace => Genuine("v3.3.0-masim.perf_script");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Json_is_the_genuine_record_again() =>
        Assert.Equal(File.ReadAllText(Json) + "\n", TestTerminal.Run("report", "access", "-i", Json, "--json").Output);

    [Fact]
    public void A_record_without_intervals_is_refused_except_for_forms_that_need_none()
    {
        TestTerminal.Run("report", "access", "-i", Trace).AssertOneLine(
            1,
            $"{Trace}: some records lack the intervals information; give it with --intervals SAMPLE AGGR (such as 5ms 100ms), or use --raw_form, --json or "
                + "--csv");
        TestTerminal.Run("report", "access", "-i", Trace, "--json", "--access_rate", "1", "100").AssertOneLine(
            1,
            $"{Trace}: some records lack the intervals information; give it with --intervals SAMPLE AGGR (such as 5ms 100ms), or use --raw_form, --json or "
                + "--csv");
        Assert.EndsWith(
            "record DAMON intervals: sample 5 ms, aggr 100 ms",
            TestTerminal.Run("report", "access", "-i", Trace, "--intervals", "5ms", "100ms").Output);
        Assert.StartsWith("base_time_absolute: ", TestTerminal.Run("report", "access", "-i", Trace, "--raw_form").Output);
        string[] csv = TestTerminal.Run("report", "access", "-i", Trace, "--csv").Output.Split('\n');
        Assert.EndsWith(",start,end,bytes,nr_accesses,age,access_percent,access_hz,age_us,idle_us,temperature,filter_passed_bytes", csv[0]);
        Assert.Matches("^,,,0,[0-9]+,[0-9]+,[0-9]+,[0-9]+,[0-9]+,0,[0-9]+,,,,,,0$", csv[1]);
        Assert.Equal(1, TestTerminal.Run("report", "access", "-i", Trace, "--csv", "--style", "recency-percentiles").ExitCode);
    }

    [Fact]
    public void The_raw_form_ends_as_that_of_the_current_tool()
    {
        string one = TestTerminal.Run("report", "access", "-i", Compressed, "--raw_form", "--snapshot_idx", "0", "1").Output;
        Assert.StartsWith(
            """
            base_time_absolute: 49.212 s
            data source: unknown

            monitoring_start:                0 ns
            monitoring_end:            146.999 ms
            monitoring_duration:       146.999 ms
            target_id: 0
            nr_regions: 14
            # start_addr     end_addr        length  nr_accesses   age
            000000400000-000006604000 (  98.016 MiB)           0    86

            """,
            one);
        Assert.EndsWith(" (   8.000 KiB)           3     1\n\n\n", one);
        string all = TestTerminal.Run("report", "access", "-i", Compressed, "--raw_form").Output;
        Assert.EndsWith("\n\n", all);
        Assert.False(all.EndsWith("\n\n\n", StringComparison.Ordinal));
    }

    [Fact]
    public void A_recording_of_our_own_has_its_intervals_and_ages_in_the_sidecar()
    {
        string path = WriteRecord();
        string text = TestTerminal.Run("report", "access", "-i", path, "--snapshot_idx", "1", "2").Output;
        Assert.Contains("0   addr 4.000 KiB    size 4.000 KiB   access 50 hz  age 300 ms       \n", text);
        Assert.EndsWith("record DAMON intervals: sample 10 ms, aggr 100 ms\n", text);
        string info = TestTerminal.Run("report", "record-info", "-i", path).Output;
        Assert.StartsWith("target_id: 5\ntime: [700 ms, 1.100 s) (400 ms)\nregion\t 0: [4.000000 KiB, 8.000000 KiB) (4.000 KiB)\n", info);
    }

    [Fact]
    public void Targets_of_the_same_snapshots_are_shown_one_after_the_other()
    {
        string path = WriteRecord(second: true);
        string text = TestTerminal.Run(
            "report",
            "access",
            "-i",
            path,
            "--format",
            "set",
            "region",
            "",
            "--format",
            "set",
            "snapshot_head",
            "<end time>",
            "--format",
            "set",
            "snapshot_tail",
            "",
            "--format",
            "set",
            "record_tail",
            "").Output;
        Assert.Equal(
            "kdamond None / context None / scheme None / target id 5 / recorded for 200 ms from 900 ms\n100 ms\n200 ms\n"
            + "kdamond None / context None / scheme None / target id 6 / recorded for 200 ms from 900 ms\n100 ms\n200 ms\n",
            text);
    }

    [Fact]
    public void Csv_has_a_line_per_region_or_what_the_style_makes_of_them()
    {
        string[] lines = TestTerminal.Run("report", "access", "-i", Compressed, "--csv", "--snapshot_idx", "0", "1").Output.Split('\n');
        Assert.Equal(16, lines.Length);
        Assert.Equal(",,,0,49211676043,49358675000,4194304,106971136,102776832,0,86,0,0,8600000,8700000,-860000000,0", lines[1]);
        Assert.Equal(
            "kdamond,context,scheme,target_id,start_ns,end_ns,percentile,idle_us\n,,,0,49211676043,49358675000,0,0\n,,,0,49211676043,49358675000,100,8700000\n",
            TestTerminal.Run(
                "report",
                "access",
                "-i",
                Compressed,
                "--csv",
                "--snapshot_idx",
                "0",
                "1",
                "--style",
                "recency-percentiles",
                "--percentiles_range",
                "0",
                "101",
                "100").Output);
    }

    [Fact]
    public void Ranges_of_a_histogram_take_units_of_time()
    {
        string[] options = ["report", "access", "-i", Compressed, "--snapshot_idx", "0", "1", "--style", "recency-sz-hist", "--hist_ranges"];
        string text = TestTerminal.Run([.. options, "0", "1s", "1,000,000", "2h"]).Output;
        Assert.StartsWith("<idle time (us)> <total size>\n[0 ns, 1 s) ", text);
        Assert.Contains("\n[1 s, 2 h) ", text);
        TestTerminal.Run([.. options, "0", "1x"])
            .AssertOneLine(2, "--hist_ranges: '1x' is no time; write microseconds, or a unit like 5ms, 0.1s, 2m (see 'damo report access --help')");
    }

    [Fact]
    public void Filters_that_leave_no_snapshot_are_one_line() =>
        TestTerminal.Run("report", "access", "-i", Compressed, "--snapshot_idx", "100", "200")
            .AssertOneLine(1, $"{Compressed}: no snapshot passes the filters");

    [Theory]
    [InlineData("--address: start > end (8192 > 4096)", "--address", "8192", "4096")]
    [InlineData("--address: overlapping range (1000-3000 and 2000-4000)", "--address", "0x1000", "0x3000", "--address", "0x2000", "0x4000")]
    [InlineData("--address: conversion to bytes failed (x)", "--address", "x", "1")]
    [InlineData("--sz_region: conversion to bytes failed (1Q)", "--sz_region", "1Q", "max")]
    [InlineData("--age: start > end (3 > 2)", "--age", "3", "2")]
    [InlineData("--percentiles_range: 101 is no percentile, which are 0 to 100", "--percentiles_range", "0", "200", "101")]
    [InlineData("--percentiles_range: the step must not be 0", "--percentiles_range", "0", "100", "0")]
    [InlineData("--hist_ranges: start > end (2 > 1)", "--hist_ranges", "2", "1")]
    [InlineData("--sort_regions_by: 'heat' is none of address, access_rate, age, size, temperature", "--sort_regions_by", "heat")]
    [InlineData("--sort_regions_dsc needs --sort_regions_by", "--sort_regions_dsc", "age")]
    [InlineData("--json, --csv and --raw_form exclude each other", "--json", "--csv")]
    [InlineData("--format: 'put' is neither set nor append", "--format", "put", "region", "x")]
    [InlineData("--format: 'regions' is none of record_head, snapshot_head, region, snapshot_tail, record_tail", "--format", "set", "regions", "x")]
    [InlineData("--min_chars_for: 'sz' is no keyword", "--min_chars_for", "sz", "3")]
    [InlineData("--snapshot_heatmap_colorset: 'red' is none of gray, flame, emotion", "--snapshot_heatmap_colorset", "red")]
    [InlineData("--intervals: the sampling interval must be above 0, and the aggregation interval not below it (10ms 5ms)", "--intervals", "10ms", "5ms")]
    public void Wrong_options_of_access_are_one_line_that_says_why(string message, params string[] options) =>
        TestTerminal.Run([.. (string[])["report", "access", "-i", Compressed], .. options]).AssertOneLine(2, $"{message} (see 'damo report access --help')");

    [Fact]
    public void Adjust_writes_the_same_format_and_keeps_what_was_there()
    {
        string output = Path.Combine(_folder, "adjusted");
        File.WriteAllText(output, "before");
        TestTerminal run = TestTerminal.Run("adjust", "-i", Compressed, "-o", output, "--skip", "2", "--aggregate_interval", "500ms");
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Errors));
        Assert.Equal("before", File.ReadAllText(output + ".old"));
        Assert.Equal(0x78, File.ReadAllBytes(output)[0]);
        Assert.EndsWith("record DAMON intervals: sample 5 ms, aggr 500 ms\n", TestTerminal.Run("report", "access", "-i", output, "--total_sz_only").Output);
    }

    [Fact]
    public void Adjust_writes_a_sidecar_with_the_longer_interval_beside_a_binary_record()
    {
        string path = WriteRecord();
        string output = Path.Combine(_folder, "adjusted");
        Assert.Equal(0, TestTerminal.Run("adjust", "-i", path, "-o", output, "--skip", "0", "--aggregate_interval", "200ms").ExitCode);
        string text = TestTerminal.Run("report", "access", "-i", output).Output;
        Assert.Contains("access 50 hz  age 200 ms", text);
        Assert.EndsWith("record DAMON intervals: sample 10 ms, aggr 200 ms\n", text);
    }

    /// <summary>A binary record of two snapshots of 100 ms, and its sidecar.</summary>
    string WriteRecord(bool second = false)
    {
        string path = Path.Combine(_folder, "record");
        using BinaryRecordWriter writer = new(File.Create(path));
        using SidecarWriter sidecar = new(
            File.Create(path + ".meta.json"),
            new RecordHeader { HostName = "box", Intervals = new RecordIntervals { SampleUs = 10_000, AggrUs = 100_000 } });
        for (int i = 0; i < 2; i++)
        {
            Snapshot snapshot = new();
            snapshot.Reset((1000 + (i * 100)) * Ms);
            snapshot.AddTarget(5);
            snapshot.AddRegion(new SnapshotRegion(4096, 8192, 5, 2 + i));
            if (second)
            {
                snapshot.AddTarget(6);
                snapshot.AddRegion(new SnapshotRegion(4096, 8192, 0, 2 + i));
            }

            writer.Write(snapshot);
            sidecar.WriteAges(i, snapshot);
        }

        return path;
    }
}
