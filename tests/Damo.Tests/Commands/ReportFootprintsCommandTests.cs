using System.Text.Json;

namespace Damo.Tests.Commands;

public sealed class ReportFootprintsCommandTests : IDisposable
{
    const string Genuine = "v3.3.0-masim.json_compressed";
    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_genuine_footprints_are_shown_with_bars()
    {
        string stars = new('*', 59);
        string blanks = new(' ', 59);
        Assert.Equal(
            (0, $"# <percentile> <vsz>\n# avr:\t33.027 MiB\n  0             0 B |{blanks}|\n 25             0 B |{blanks}|\n 50      66.055 MiB |{stars}|\n "
                + $"75      66.055 MiB |{stars}|\n100      66.055 MiB |{stars}|\n", ""),
            RecordFolder.Run("report", "footprints", "vsz", "-i", RecordFolder.Genuine(Genuine)));
        Assert.Equal(
            (0, "# <percentile> <rss>\n# avr:\t34455552\n  0        68911104\n 50               0\n", ""),
            RecordFolder.Run(
                "report",
                "footprints",
                "rss",
                "-i",
                RecordFolder.Genuine(Genuine + ".mem_footprint"),
                "--range",
                "0",
                "100",
                "50",
                "--sortby",
                "time",
                "--raw_number",
                "--nr_cols_bar",
                "0"));
        Assert.Equal(
            (0, "# <percentile> <sys_used>\n# avr:\t165015552\n100       178520064 |*****|\n  0       151511040 |**** |\n", ""),
            RecordFolder.Run(
                "report",
                "footprints",
                "sys_used",
                "-i",
                RecordFolder.Genuine(Genuine),
                "--range",
                "100",
                "-1",
                "-100",
                "--raw_number",
                "--nr_cols_bar",
                "5"));
    }

    [Fact]
    public void All_metrics_and_all_values_come_one_after_the_other()
    {
        Assert.Equal(
            (0, "# <percentile> <vsz>\n# avr:\t34631680\n0 0\n1 69263360\n# <percentile> <rss>\n# avr:\t34455552\n0 0\n1 68911104\n# <percentile> "
                + "<sys_used>\n# avr:\t165015552\n0 151511040\n1 178520064\n", ""),
            RecordFolder.Run("report", "footprints", "-i", RecordFolder.Genuine(Genuine), "--all_footprint", "--raw_number"));
        Assert.Equal(
            (0, "metric,samples,average,percentile,bytes\nvsz,2,34631680,0,0\nrss,2,34455552,0,0\nsys_used,2,165015552,0,151511040\n", ""),
            RecordFolder.Run("report", "footprints", "-i", RecordFolder.Genuine(Genuine), "--range", "0", "1", "1", "--csv"));
        using JsonDocument json = JsonDocument.Parse(RecordFolder.Run("report", "footprints", "all", "-i", RecordFolder.Genuine(Genuine), "--json").Output);
        JsonElement metric = json.RootElement.GetProperty("metrics")[2];
        Assert.Equal(
            ("sys_used", 2, 165_015_552),
            (metric.GetProperty("metric").GetString(), metric.GetProperty("samples").GetInt32(), metric.GetProperty("average").GetInt32()));
        Assert.Equal(178_520_064, metric.GetProperty("percentiles")[4].GetProperty("value").GetInt32());
    }

    [Fact]
    public void The_footprints_file_may_be_a_word_after_the_metric_or_alone()
    {
        string file = RecordFolder.Genuine(Genuine);
        (int, string, string) named = RecordFolder.Run("report", "footprints", "-i", file);
        Assert.Equal(named, RecordFolder.Run("report", "footprints", file));
        Assert.Equal(named, RecordFolder.Run("report", "footprints", "all", file));
        Assert.Equal(named, RecordFolder.Run("report", "footprints", "--input_file", file));
        Assert.NotEqual(named, RecordFolder.Run("report", "footprints", "rss", file));
        Assert.Equal(
            RecordFolder.Run("report", "footprints", "rss", file, "--sortby", "time"),
            RecordFolder.Run("report", "footprints", "rss", file, "-s", "time"));
    }

    [Fact]
    public void A_picture_can_be_drawn()
    {
        Assert.Equal((0, "", ""), RecordFolder.Run("report", "footprints", "-i", RecordFolder.Genuine(Genuine), "-p", _folder.Path("a.svg")));
        string svg = File.ReadAllText(_folder.Path("a.svg"));
        Assert.Contains("<svg", svg, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "This is no record of footprints")]
    [InlineData("[", "This is no record of footprints")]
    [InlineData("{}", "This is no record of footprints")]
    [InlineData("[]", "no footprint was recorded")]
    [InlineData("[null]", "Footprint 0 is null")]
    [InlineData("[{\"time\": 1}]", "This is no record of footprints")]
    [InlineData("[{\"time\": 1, \"footprints\": [{\"pid\": 1, \"footprint\": {\"size\": 18446744073709551615}}]}]", "The numbers of footprint 0 are too large")]
    [InlineData("[{\"time\": 1, \"footprints\": [{\"pid\": null, \"footprint\": {\"total\": 1, \"free\": 2}}]}]", "The numbers of footprint 0 are too large")]
    [InlineData("[{\"time\": 1, \"footprints\": [{\"pid\": 1, \"footprint\": {\"size\": -1}}]}]", "(line 1, byte ")]
    public void A_broken_file_is_reported_in_one_line(string text, string message)
    {
        File.WriteAllText(_folder.Path("a.mem_footprint"), text);
        (int code, string output, string errors) = RecordFolder.Run("report", "footprints", "-i", _folder.Path("a"));
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(message, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void Footprints_that_were_not_measured_are_left_out()
    {
        File.WriteAllText(
            _folder.Path("a.mem_footprint"),
            "[{\"time\": 1, \"footprints\": [null, {\"pid\": 1, \"footprint\": {\"size\": 2, \"other\": \"x\"}}, {\"pid\": 2, \"footprint\": null}]}]");
        Assert.Equal(
            (0, "# <percentile> <vsz>\n# avr:\t8192\n0 8192\n# <percentile> <rss>\n# avr:\t0\n0 0\n", ""),
            RecordFolder.Run("report", "footprints", "-i", _folder.Path("a"), "--all_footprint", "--raw_number"));
        Assert.Equal(
            (1, "", $"damo: {_folder.Path("a.mem_footprint")}: no footprint of the machine was recorded\n"),
            RecordFolder.Run("report", "footprints", "sys_used", "-i", _folder.Path("a")));
    }

    [Theory]
    [InlineData("-i nowhere", 1, "there are no footprints: nowhere.mem_footprint does not exist")]
    [InlineData("pss", 2, "'pss' is neither a file nor a metric, which are vsz, rss, sys_used, all")]
    [InlineData("vsz --sortby x", 2, "--sortby: 'x' is none of time, size")]
    [InlineData("vsz --nr_cols_bar -1", 2, "--nr_cols_bar: '-1'")]
    [InlineData("vsz --range 0 200 101", 2, "101 is no percentile")]
    [InlineData("--plot x.gif", 2, "Unsupported plot output type: 'x.gif' does not end in .png, .jpeg, .jpg, .svg or .pdf")]
    [InlineData("--json --csv", 2, "exclude each other")]
    public void Wrong_arguments_are_reported_in_one_line(string line, int code, string message)
    {
        (int actual, string output, string errors) = RecordFolder.Run(["report", "footprints", .. line.Split(' ')]);
        Assert.Equal((code, ""), (actual, output));
        Assert.Contains(message, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }
}
