using System.Globalization;
using Damon.Monitoring;
using Damon.Records.Binary;

namespace Damo.Tests;

public sealed class ReportPictureTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("damo-picture-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>30 snapshots of 1 s each but for the first; accesses in the first of two regions.</summary>
    string Record()
    {
        string path = Path.Combine(_folder, "damon.data");
        using BinaryRecordWriter writer = new(File.Create(path));
        Snapshot snapshot = new();
        for (int i = 1; i <= 30; i++)
        {
            snapshot.Reset(i * 1_000_000_000L);
            snapshot.AddTarget(42);
            snapshot.AddRegion(new SnapshotRegion(0x10000, 0x30000, (uint)i, 0));
            snapshot.AddRegion(new SnapshotRegion(0x30000, 0x40000, 0, 0));
            writer.Write(snapshot);
        }

        return path;
    }

    [Theory]
    [InlineData("heats --heatmap", "png", new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' })]
    [InlineData("heats --regions all --heatmap", "svg", new byte[] { (byte)'<', (byte)'?', (byte)'x', (byte)'m', (byte)'l' })]
    [InlineData("wss --plot", "pdf", new byte[] { (byte)'%', (byte)'P', (byte)'D', (byte)'F' })]
    [InlineData("nr_regions --plot", "jpeg", new byte[] { 0xff, 0xd8, 0xff })]
    [InlineData("heatmap --draw_range all --output", "png", new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' })]
    public void A_picture_is_the_only_result(string report, string type, byte[] magic)
    {
        string picture = Path.Combine(_folder, "picture." + type);
        TestTerminal run = TestTerminal.Run(["report", .. report.Split(' '), picture, "-i", Record()]);
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Errors));
        Assert.Equal(magic, File.ReadAllBytes(picture)[..magic.Length]);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_run_that_fails_leaves_nothing()
    {
        string picture = Path.Combine(_folder, "none", "picture.png");
        TestTerminal run = TestTerminal.Run("report", "heatmap", "-i", Record(), "--output", picture);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"damo: '{picture}' cannot be written: ", run.Errors);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 13)]
    [InlineData(100, 64)]
    public void Raw_numbers_add_up_to_the_regions(int timeCells, int addressCells)
    {
        TestTerminal run = TestTerminal.Run(
            "report", "heatmap", "-i", Record(), "--output", "raw", "--resol", $"{timeCells}", $"{addressCells}", "--abs_time", "--abs_addr",
            "--time_range", "0", "30000000000", "--address_range", "0x10000", "0x40000");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        (long Time, ulong Address, double Heat)[] cells = [.. run.Output.TrimEnd('\n').Split('\n').Select(line => line.Split('\t'))
            .Select(f => (long.Parse(f[0]), ulong.Parse(f[1]), double.Parse(f[2], CultureInfo.InvariantCulture)))];
        Assert.Equal(timeCells * addressCells, cells.Length);
        double sum = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            long end = i + addressCells < cells.Length ? cells[i + addressCells].Time : 30_000_000_000;
            ulong behind = (i + 1) % addressCells > 0 ? cells[i + 1].Address : 0x40000;
            sum += cells[i].Heat * (end - cells[i].Time) * (behind - cells[i].Address);
        }

        double expected = 30 * 31 / 2 * (double)0x20000 * 1_000_000_000;
        Assert.InRange(sum / expected, 1 - 1e-9, 1 + 1e-9);
    }

    [Fact]
    public void The_map_of_characters_has_the_known_comment_lines()
    {
        TestTerminal run = TestTerminal.Run("report", "heatmap", "-i", Record(), "--resol", "3", "6");
        Assert.Equal(
            "111100\n555500\n999900\n"
            + "# access_frequency: 0123456789 (0.000-25.500 samples)\n"
            + "# x-axis: space [64.000000 KiB, 256.000000 KiB) (192.000 KiB)\n"
            + "# y-axis: time [0 ns, 30 s) (30 s)\n"
            + "# resolution: 6x3 (32.000 KiB and 10 s for each character)\n",
            run.Output);
    }

    [Fact]
    public void Guides_are_those_of_the_tools()
    {
        string path = Record();
        Assert.Equal(
            "target_id: 42\ntime: [0, 30000000000) (30000000000)\nregion\t 0: [65536, 262144) (196608)\n",
            TestTerminal.Run("report", "heatmap", "-i", path, "--guide").Output);
        Assert.Equal(
            "target_id: 42\ntime: [0 ns, 30 s) (30 s)\nregion\t 0: [64.000000 KiB, 256.000000 KiB) (192.000 KiB)\n",
            TestTerminal.Run("report", "heatmap", "-i", path, "--guide_human").Output);
    }

    [Theory]
    [InlineData("--address_range 5 4", "5 to 4 is no range of addresses")]
    [InlineData("--address_range 0 4096 guided --address_range 5 6", "the same number of them each time")]
    [InlineData("--time_range 7 7 guided", "7 to 7 ns is no range of times")]
    public void A_wrong_range_is_reported_in_one_line(string range, string message)
    {
        TestTerminal run = TestTerminal.Run(["report", "heatmap", "-i", Record(), .. range.Split(' ')]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void A_base_is_added_to_a_range() =>
        Assert.Equal(
            "29000000000\t196608\t0.0\n",
            TestTerminal.Run(
                "report", "heatmap", "-i", Record(), "--output", "raw", "--resol", "1", "1", "--abs_time", "--abs_addr",
                "--time_range", "29000000000", "30000000000", "guided", "--address_range", "0x20000", "0x30000", "guided").Output);

    [Fact]
    public void Json_and_csv_show_what_is_unknown()
    {
        string[] common =
        [
            "report",
            "heatmap",
            "-i",
            Record(),
            "--resol",
            "1",
            "2",
            "--time_range",
            "29000000000",
            "30000000000",
            "--address_range",
            "0x30000",
            "0x50000",
        ];
        Assert.Equal("time_ns,address,heat\n0,0,0.0\n0,65536,\n", TestTerminal.Run([.. common, "--csv"]).Output);
        Assert.Contains("\n[0.0, null]]}", TestTerminal.Run([.. common, "--json"]).Output);
    }
}
