using System.Globalization;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Records.Binary;
using Damon.Reports;

namespace Damo.Tests.Commands;

/// <summary>
/// Reports as the tool's versions 0.0.1 to 2.4 printed them. The second of four regions of 4096 bytes has as many accesses as its snapshot's number modulo 20.
/// </summary>
public sealed class VersionedStyleTests : IDisposable
{
    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string Bar(int stars) => $" |{new string('*', stars)}{new string(' ', 59 - stars)}|";

    static string Line(int percentile, string size, int stars) => string.Create(CultureInfo.InvariantCulture, $"{percentile,3} {size,15}{Bar(stars)}\n");

    string Ok(string record, params string[] arguments)
    {
        (int code, string output, string errors) = RecordFolder.Run([.. arguments, "-i", _folder.Path(record)]);
        Assert.Equal((0, ""), (code, errors));
        return output;
    }

    [Fact]
    public void Wss_has_bars_and_the_head_moved()
    {
        _folder.Write("r", 24);
        string lines = string.Concat(new[] { 0, 25, 50, 75, 100 }.Select(p => Line(p, "4.000 KiB", 59)));
        Assert.Equal($"# <percentile> <wss>\n# target_id\t0\n# avr:\t4.000 KiB\n{lines}", Ok("r", "report", "wss", "--style", "v2.4.0"));
        Assert.Equal($"# target_id\t0\n# <percentile> <wss>\n# avr:\t4.000 KiB\n{lines}", Ok("r", "report", "wss", "--style", "v2.4.1"));
        Assert.Equal($"# <percentile> <wss>\n# target_id\t42\n# avr:\t4.000 KiB\n{lines}", Ok("r", "report", "wss", "--style", "v2.3.2"));
        Assert.Equal(
            "# target_id\t0\n# <percentile> <wss>\n# "
                + $"avr:\t2048\n{string.Concat(new[] { 0, 25 }.Select(p => Line(p, "0", 0)))}{string.Concat(new[] { 50, 75, 100 }.Select(p => Line(p, "4096", 59)))}",
            Ok("r", "report", "wss", "--acc_thres", "3", "--raw_number"));
        Assert.Equal(
            "# target_id\t0\n# <percentile> <wss>\n# avr:\t0 B\n  0             0 B\n",
            Ok("r", "report", "wss", "--sz_thres", "4097", "--range", "0", "1", "1", "--nr_cols_bar", "0"));
    }

    [Fact]
    public void Wss_adds_up_to_the_working_time()
    {
        _folder.Write("r", 24);

        // 21 and 22 have 3 accesses together, 23 and 24 have 7; what is not full does not count.
        Assert.Equal(
            "# target_id\t0\n# <percentile> <wss>\n# avr:\t2.000 KiB\n0 0 B\n1 4.000 KiB\n",
            Ok("r", "report", "wss", "--work_time", "200ms", "--acc_thres", "4", "--all_wss"));
        Assert.Equal("# target_id\t0\n# <percentile> <wss>\n# avr:\t4.000 KiB\n0 4.000 KiB\n", Ok("r", "report", "wss", "--work_time", "300ms", "--all_wss"));

        // Before, a number of snapshots: 21 to 23 have 6, and the rest has 4.
        Assert.Equal(
            "# <percentile> <wss>\n# target_id\t42\n# avr:\t2.000 KiB\n0 4.000 KiB\n1 0 B\n",
            Ok("r", "report", "wss", "--style", "v1.6.7", "--work_time", "300ms", "--acc_thres", "5", "--all_wss", "--sortby", "time"));

        // And without adding up nothing was left out.
        Assert.Equal(24 + 3, Ok("r", "report", "wss", "--style", "v1.6.7", "--all_wss").Split('\n').Length - 1);
        Assert.Equal(14 + 3, Ok("r", "report", "wss", "--style", "v1.6.8", "--all_wss", "--exclude_samples", "10").Split('\n').Length - 1);
    }

    [Fact]
    public void Wss_adds_up_targets_since_2_3_3()
    {
        _folder.Write("r", 24, ids: [7, 9]);
        Assert.StartsWith("# target_id\t0\n# <percentile> <wss>\n# avr:\t8.000 KiB\n", Ok("r", "report", "wss", "--style", "v2.4.9"));
        string apart = Ok("r", "report", "wss", "--per_target");
        Assert.Contains("# target_id\t7\n# <percentile> <wss>\n# avr:\t4.000 KiB\n", apart, StringComparison.Ordinal);
        Assert.Contains("# target_id\t9\n# <percentile> <wss>\n", apart, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(Ok("r", "report", "wss", "--per_target", "--all_wss", "--json"));
        Assert.Equal([4096, 4096, 4096, 4096], json.RootElement.GetProperty("targets")[1].GetProperty("values").EnumerateArray().Select(v => v.GetInt32()));
        Assert.Equal(
            "target_id,samples,average,percentile,wss\n0,4,8192,50,8192\n",
            Ok("r", "report", "wss", "--collapse_targets", "--range", "50", "51", "1", "--csv"));
    }

    [Fact]
    public void Wss_of_too_few_snapshots_says_so_below_its_head_and_names_the_way_out()
    {
        string path = _folder.Write("r", 20);
        string line = $"damo: {path}: target 42 has 20 snapshots, of which the first 20 do not count: --exclude_samples 0 counts all\n";
        Assert.Equal((0, "# <percentile> <wss>\n# target_id\t0\n# no snapshot\n", line), RecordFolder.Run("report", "wss", "-i", path, "--style", "v2.4"));
        Assert.Equal((0, "# target_id\t42\n# <percentile> <wss>\n# no snapshot\n", line), RecordFolder.Run("report", "wss", "-i", path, "--per_target"));
        Assert.Contains("\"average\": null", RecordFolder.Run("report", "wss", "-i", path, "--style", "v2.4", "--json").Output);
        Assert.Equal("target_id,samples,average,percentile,wss\n", RecordFolder.Run("report", "wss", "-i", path, "--style", "v2.4", "--csv").Output);
        Assert.Equal(1, RecordFolder.Run("report", "wss", "-i", path, "--style", "v2.4", "--plot", _folder.Path("x.svg")).Code);
        Assert.Equal(2, RecordFolder.Run("report", "wss", "-i", path, "--style", "seed", "--sz_thres", "1").Code);
    }

    [Fact]
    public void Heats_leave_out_the_first_snapshot_and_are_means()
    {
        _folder.Write("r", 3);
        Assert.Equal("0\t0\t1.0\n0\t8192\t0.0\n100000000\t0\t1.5\n100000000\t8192\t0.0\n", Ok("r", "report", "heats", "--resol", "2", "2"));
        Assert.Equal(
            "100000000\t4096\t1.25\n100000000\t12288\t0.0\n",
            Ok("r", "report", "heats", "--style", "v2.4", "--resol", "1", "2", "--abs_time", "--abs_addr"));

        // What lies before the grid goes to its last rows, counted from the end.
        Assert.Equal(
            "0\t0\t5.0\n",
            Ok("r", "report", "heats", "--resol", "1", "1", "--time_range", "200000000", "300000000", "--address_range", "8192", "12288"));
        Assert.Equal(
            "0\t0\t2.0\n25000000\t0\t5.0\n50000000\t0\t5.0\n75000000\t0\t5.0\n",
            Ok("r", "report", "heats", "--resol", "4", "1", "--time_range", "175000000", "275000000", "--address_range", "8192", "12288"));
        Assert.StartsWith("0\t0\t0.499908441677\n", Ok("r", "report", "heats", "--style", "v1.7.8", "--resol", "2", "3"));
        Assert.StartsWith("0\t0\t0.4999084416", Ok("r", "report", "heats", "--style", "v1.7.9", "--resol", "2", "3"));
        Assert.Equal(
            "time_ns,address,heat\n0,0,1.25\n",
            Ok("r", "report", "heats", "--style", "v2.4", "--tres", "1", "--ares", "1", "--csv", "--address_range", "4096", "12288"));
    }

    [Theory]
    [InlineData("v2.4.3", "100000000\t65536\t0.0\n")]
    [InlineData("v2.4.4", "100000000\t1048576\t5.0\n")]
    [InlineData("v2.4.9", "100000000\t1048576\t5.0\n")]
    public void Heats_take_the_hottest_area_since_2_4_4_and_the_largest_before(string style, string cells)
    {
        using (BinaryRecordWriter writer = new(File.Create(_folder.Path("r"))))
        {
            Snapshot snapshot = new();
            for (int i = 1; i <= 3; i++)
            {
                snapshot.Reset(i * 100_000_000L);
                snapshot.AddTarget(42);
                snapshot.AddRegion(new SnapshotRegion(65536, 262144, 0, 0));
                snapshot.AddRegion(new SnapshotRegion(1048576, 1052672, 5, 0));
                writer.Write(snapshot);
            }
        }

        Assert.Equal(cells, Ok("r", "report", "heats", "--style", style, "--resol", "1", "1", "--abs_time", "--abs_addr"));
    }

    [Fact]
    public void Heats_draws_a_map_with_colours()
    {
        _folder.Write("r", 3);
        string map = Ok("r", "report", "heats", "--heatmap", "stdout", "--resol", "1", "2");
        string[] lines = map.Split('\n');
        Assert.Equal("\u001b[48;5;232m\u001b[38;5;247m5\u001b[48;5;232m\u001b[38;5;237m0\u001b[0m", lines[0]);
        Assert.StartsWith("# access_frequency: \u001b[48;5;232m\u001b[38;5;237m 0 \u001b[48;5;232m\u001b[38;5;239m 1 ", lines[1]);
        Assert.Equal(
            [
                "# x-axis: space (4096-20480: 16.000 KiB)",
                "# y-axis: time (100000000-300000000: 200 ms)",
                "# resolution: 2x1 (8.000 KiB and 200 ms for each character)",
                "",
            ],
            lines[2..]);
        Assert.Equal(40 + 4, Ok("r", "report", "heats", "--heatmap", "stdout", "--stdout_heatmap_color", "flame").Split('\n').Length - 1);
        Assert.Equal(
            Ok("r", "report", "heats", "--heatmap", "stdout", "--stdout_heatmap_color", "flame"),
            Ok("r", "report", "heats", "--plot_ascii", "--ascii_color", "flame"));
        Assert.Equal(
            string.Join('\n', lines.Where(static l => !l.StartsWith("# access_frequency", StringComparison.Ordinal))),
            Ok("r", "report", "heats", "--plot_ascii", "--resol", "1", "2", "--stdout_heatmap_skip_color_example"));
        Assert.Equal(2, RecordFolder.Run("report", "heats", "--heatmap", "nothing", "-i", _folder.Path("r")).Code);
    }

    [Fact]
    public void Heats_guide_for_people_since_0_0_3()
    {
        _folder.Write("r", 3);
        const string Guide = "target_id:42\ntime: 100000000-300000000 ({0})\nregion\t 0: 00000000000000004096-00000000000000020480 ({1})\n";
        Assert.Equal(string.Format(CultureInfo.InvariantCulture, Guide, "200000000", "16384"), Ok("r", "report", "heats", "--guide", "--style", "v0.0.2"));
        Assert.Equal(
            string.Format(CultureInfo.InvariantCulture, Guide, "200.000 ms", "16.000 KiB"),
            Ok("r", "report", "heats", "--guide", "--style", "v0.0.3"));
        Assert.Equal(string.Format(CultureInfo.InvariantCulture, Guide, "200 ms", "16.000 KiB"), Ok("r", "report", "heats", "--guide", "--style", "v2.4"));
    }

    [Theory]
    [InlineData(0.30000000000000004, "0.3")]
    [InlineData(1.0 / 3, "0.333333333333")]
    [InlineData(2.5, "2.5")]
    [InlineData(0, "0.0")]
    [InlineData(123456789012, "123456789012.0")]
    [InlineData(1e12, "1e+12")]
    [InlineData(-1234567890123.4, "-1.23456789012e+12")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(1.25e-5, "1.25e-05")]
    [InlineData(100, "100.0")]
    public void Doubles_are_written_as_python_2_wrote_them(double value, string text) => Assert.Equal(text, PythonDouble.ToOldText(value));

    [Fact]
    public void The_guide_of_a_heatmap_has_csv()
    {
        _folder.Write("r", 3);
        Assert.Contains("4096,20480,", Ok("r", "report", "heatmap", "--guide", "--csv"), StringComparison.Ordinal);
    }
}
