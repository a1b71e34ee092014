using Damon.Records.Binary;

namespace Damo.Tests.Commands;

/// <summary>What docs/reports.md lists as different from damo 3.3.0 is so, as far as it can be seen from here.</summary>
public sealed class ReportDifferencesTests : IDisposable
{
    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("report access --exec x")]
    [InlineData("report access --repeat 1 1")]
    [InlineData("report access --region_box")]
    [InlineData("report access --snapshot_damos_filter allow anon")]
    [InlineData("report heatmap --df_passed")]
    [InlineData("report heatmap --sort_temperature")]
    [InlineData("report heatmap --interactive_edit")]
    public void Options_that_are_not_there_are_refused_by_name(string command)
    {
        (int code, string output, string errors) = RecordFolder.Run([.. command.Split(' '), "-i", _folder.Write("r", 3)]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(command.Split(' ').First(w => w.StartsWith("--", StringComparison.Ordinal)), errors);
    }

    [Theory]
    [InlineData("report wss")]
    [InlineData("report nr_regions")]
    [InlineData("report heatmap --resol 1 2")]
    [InlineData("report access")]
    [InlineData("report record-info")]
    public void Every_report_has_json_and_csv(string command)
    {
        string path = _folder.Write("r", 30, sidecar: true);
        (int code, string json, _) = RecordFolder.Run([.. command.Split(' '), "-i", path, "--json"]);
        Assert.Equal(0, code);
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(json);
        (code, string csv, _) = RecordFolder.Run([.. command.Split(' '), "-i", path, "--csv"]);
        Assert.Equal(0, code);
        Assert.Contains(',', csv);
    }

    [Fact]
    public void The_current_style_exists_for_wss_and_is_refused_for_reports_that_are_gone()
    {
        string path = _folder.Write("r", 30);
        Assert.StartsWith("# target_id\t0\n# <percentile> <wss>\n# avr:\t", RecordFolder.Run("report", "wss", "-i", path, "--style", "v3.3.0").Output);
        Assert.StartsWith("# <percentile> <wss>\n# pid\t42\n", RecordFolder.Run("report", "wss", "-i", path).Output);
        Assert.Contains("use 'damo report access --raw_form'", RecordFolder.Run("report", "raw", "-i", path, "--style", "v3.0.0").Errors);
        Assert.Contains("use 'damo report heatmap'", RecordFolder.Run("report", "heats", "-i", path, "--style", "v2.5.0").Errors);
    }

    [Fact]
    public void Rates_below_one_are_told_apart_by_digits()
    {
        // 0 to 19 accesses of snapshots of 100 s: 0 to 0.19 per second.
        using (BinaryRecordWriter writer = new(File.Create(_folder.Path("r"))))
        {
            Damon.Monitoring.Snapshot snapshot = new();
            for (int i = 1; i <= 4; i++)
            {
                snapshot.Reset(i * 100_000_000_000L);
                snapshot.AddTarget(42);
                snapshot.AddRegion(new Damon.Monitoring.SnapshotRegion(4096, 8192, (uint)i, 0));
                snapshot.AddRegion(new Damon.Monitoring.SnapshotRegion(8192, 12288, 0, 0));
                writer.Write(snapshot);
            }
        }

        Assert.StartsWith("20\n40\n60\n90\n", RecordFolder.Run("report", "heatmap", "-i", _folder.Path("r"), "--resol", "4", "2").Output);
    }

    [Fact]
    public void Colours_are_for_terminals_or_by_option()
    {
        string path = _folder.Write("r", 3, sidecar: true);
        Assert.DoesNotContain('\u001b', RecordFolder.Run("report", "access", "-i", path).Output);
        Assert.Contains('\u001b', RecordFolder.Run("report", "access", "-i", path, "--color", "always").Output);
        Assert.DoesNotContain('\u001b', RecordFolder.Run("report", "heatmap", "-i", path).Output);
    }

    [Fact]
    public void The_total_of_json_is_that_of_the_regions_written()
    {
        string json = RecordFolder.Run(
            "report",
            "access",
            "-i",
            _folder.Write("r", 3, sidecar: true),
            "--json",
            "--access_rate",
            "1",
            "100",
            "--snapshot_idx",
            "0",
            "1").Output;
        Assert.Contains("\"total_bytes\": \"4096\"", json);
        Assert.Contains(
            "total size: 16.000 KiB",
            RecordFolder.Run("report", "access", "-i", _folder.Path("r"), "--access_rate", "1", "100", "--snapshot_idx", "0", "1").Output);
    }

    [Fact]
    public void Ages_that_no_file_holds_are_unknown() =>
        Assert.Contains(" age unknown", RecordFolder.Run("report", "access", "-i", _folder.Write("r", 3), "--intervals", "5ms", "100ms").Output);
}
