using System.Text;
using Damo.CommandLine;
using Damo.Reporting;
using Damon.Monitoring;
using Damon.Records.Binary;

namespace Damo.Tests.Commands;

public sealed class ReportCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("damo-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Wss_nr_regions_and_heats_report_a_file()
    {
        string path = Record(22);
        Assert.Equal((0, "# <percentile> <wss>\n# pid\t42\n# avr:\t4096\n50\t4096\n", ""), Run("report", "wss", "-i", path, "--range", "50", "51", "1"));
        Assert.Equal(
            (0, "# <percentile> <# regions>\n# target_id\t42\n# avr:\t2\n0\t2\n", ""),
            Run("report", "nr_regions", "-i", path, "-r", "0", "1", "1", "--target-id"));
        Assert.Equal(
            (0, "pid:42\ntime: 1000-3100 (2100)\nregion\t 0: 00000000000000004096-00000000000000012288 (8192)\n", ""),
            Run("report", "heats", "-i", path, "--guide"));
        Assert.Equal(
            (0, "0\t0\t0.0\n0\t4096\t0.0\n1050\t0\t3.0\n1050\t4096\t0.0\n", ""),
            Run("report", "heats", "-i", path, "--tres", "2", "--ares", "2", "--amin", "0x1000", "--amax", "12288"));
    }

    [Fact]
    public void Raw_in_later_styles_and_for_programs()
    {
        string path = Record(22);
        (int code, string output, string errors) = Run("report", "raw", "-i", path, "--raw_number");
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith(
            "base_time_absolute: 900\n\nmonitoring_start:                   0\nmonitoring_end:                   100\nmonitoring_duration:              "
                + "100\ntarget_id: 42\nnr_regions: 2\n",
            output);
        Assert.Equal((0, output, ""), Run("report", "raw", "-i", path, "--raw_number", "--style", "v2.4"));
        Assert.Equal((0, output, ""), Run(File.ReadAllBytes(path), "report", "raw", "-i", "-", "--raw_number"));
        Assert.Equal(45, Run("report", "raw", "-i", path, "--csv").Output.Split('\n').Length - 1);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(Run("report", "raw", "-i", path, "--json").Output);
        Assert.Equal(22, json.RootElement.GetArrayLength());
    }

    [Fact]
    public void Raw_in_a_later_style_shows_one_target_after_the_other()
    {
        string path = Path.Combine(_folder, "two.data");
        using (BinaryRecordWriter writer = new(File.Create(path)))
        {
            Snapshot snapshot = new();
            for (int i = 0; i < 3; i++)
            {
                snapshot.Reset(1000 + (i * 100L));
                snapshot.AddTarget(7);
                snapshot.AddTarget(5);
                writer.Write(snapshot);
            }
        }

        string[] lines = Run("report", "raw", "-i", path, "--style", "v1.2.8").Output.Split('\n');
        Assert.Equal(["7", "7", "7", "5", "5", "5"], lines.Where(l => l.StartsWith("target_id: ", StringComparison.Ordinal)).Select(l => l[11..]));
        Assert.Equal(2, lines.Count(l => l == "base_time_absolute: 900 ns"));
    }

    [Fact]
    public void Standard_input_that_is_read_twice_gives_the_same()
    {
        string path = Record(30);
        (int code, string output, string errors) = Run("report", "heats", "-i", path);
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal((0, output, ""), Run(File.ReadAllBytes(path), "report", "heats", "-i", "-"));
        Assert.Equal(0, Run(File.ReadAllBytes(path), "report", "raw", "-i", "-").Code);
    }

    [Theory]
    [InlineData(1, "target 42 has 1 snapshot; 21 are needed, since the first 20 are dropped; --exclude_samples 0 counts all")]
    [InlineData(20, "target 42 has 20 snapshots; 21 are needed, since the first 20 are dropped; --exclude_samples 0 counts all")]
    public void Too_few_snapshots_are_reported_in_one_line(int snapshots, string message)
    {
        string path = Record(snapshots);
        Assert.Equal((1, "", $"damo: {path}: {message}\n"), Run("report", "wss", "-i", path));
    }

    [Fact]
    public void Damage_is_reported_once_and_intact_snapshots_are_still_shown()
    {
        string path = Record(30);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^3]);
        (int code, string output, string errors) = Run("report", "heats", "-i", path);
        Assert.Equal(0, code);
        Assert.Equal(250_000, output.Count(c => c == '\n'));
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("29 whole snapshots", errors);
    }

    [Theory]
    [InlineData("heatmap --output x.gif", 2, "Unsupported plot output type: 'x.gif' does not end in .png, .jpeg, .jpg, .svg or .pdf")]
    [InlineData("heatmap --resol 5 x", 2, "--resol")]
    [InlineData("heatmap --stdout_colorset pink", 2, "none of gray, flame, emotion")]
    [InlineData("heats --regions all", 2, "give --heatmap too")]
    [InlineData("heats --heatmap x.bmp", 2, "Unsupported plot output type: 'x.bmp' does not end in .png, .jpeg, .jpg, .svg or .pdf")]
    [InlineData("wss -p stdout", 2, "Unsupported plot output type: 'stdout' does not end in .png, .jpeg, .jpg, .svg or .pdf")]
    [InlineData("wss -i nowhere", 1, "there is no record 'nowhere' here; 'damo record' makes one")]
    [InlineData("heats -i nowhere", 1, "there is no record 'nowhere' here; 'damo record' makes one")]
    [InlineData("wss -s size,time", 2, "none of time, size")]
    [InlineData("wss -r 0 10 0", 2, "the step must not be 0")]
    [InlineData("wss -r 0 200 50", 2, "150 is no percentile")]
    [InlineData("raw --style v9", 2, "--style: 'v9' must be seed or a version from v0.0.1 to v2.4.9; something changed in seed, v0.0.1")]
    [InlineData("raw --style seed --raw_number", 2, "--raw_number belongs to later tools")]
    [InlineData("raw --json --csv", 2, "exclude each other")]
    [InlineData("wss -t x", 2, "--thres")]
    [InlineData("wss --json --csv", 2, "exclude each other")]
    [InlineData("heats --tres 0", 2, "--tres")]
    [InlineData("heats --amin 0xzz", 2, "--amin: '0xzz' must be a whole number")]
    [InlineData("heats --tmin 18446744073709551615", 2, "--tmin")]
    [InlineData("heats --tid me", 2, "'me' is no target id")]
    public void Wrong_arguments_are_reported_in_one_line(string line, int code, string message)
    {
        (int actual, string output, string errors) = Run(["report", .. line.Split(' ')]);
        Assert.Equal((code, ""), (actual, output));
        Assert.Contains(message, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData("0", "101", "25", "0 25 50 75 100")]
    [InlineData("0", "100", "50", "0 50")]
    [InlineData("100", "-1", "-50", "100 50 0")]
    [InlineData("5", "5", "1", "")]
    [InlineData("0", "2147483647", "2147483647", "0")]
    public void A_range_is_half_open(string start, string stop, string step, string percentiles) =>
        Assert.Equal(percentiles, string.Join(' ', PercentileOptions.Percentiles(start, stop, step)));

    string Record(int snapshots)
    {
        string path = Path.Combine(_folder, "damon.data");
        using BinaryRecordWriter writer = new(File.Create(path));
        Snapshot snapshot = new();
        for (int i = 0; i < snapshots; i++)
        {
            snapshot.Reset(1000 + (i * 100L));
            snapshot.AddTarget(42);
            snapshot.AddRegion(new SnapshotRegion(4096, 8192, 3, 0));
            snapshot.AddRegion(new SnapshotRegion(8192, 12288, 0, 0));
            writer.Write(snapshot);
        }

        return path;
    }

    static (int Code, string Output, string Errors) Run(params string[] arguments) => Run([], arguments);

    static (int Code, string Output, string Errors) Run(byte[] input, params string[] arguments)
    {
        MemoryStream output = new();
        StringWriter errors = new() { NewLine = "\n" };
        Terminal terminal = new(TextWriter.Null, errors, false) { OpenOutput = () => output, OpenInput = () => new PipeStream(input) };
        int code = Application.Run(arguments, terminal);
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}
