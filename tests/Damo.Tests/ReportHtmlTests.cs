using Damon.Monitoring;
using Damon.Records.Binary;

namespace Damo.Tests;

public sealed class ReportHtmlTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("damo-html-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Record(int snapshots)
    {
        string path = Path.Combine(_folder, "damon.data");
        using BinaryRecordWriter writer = new(File.Create(path));
        Snapshot snapshot = new();
        for (int i = 1; i <= snapshots; i++)
        {
            snapshot.Reset(i * 1_000_000_000L);
            snapshot.AddTarget(42);
            snapshot.AddRegion(new SnapshotRegion(0x10000, 0x30000, (uint)i, 0));
            writer.Write(snapshot);
        }

        return path;
    }

    [Theory]
    [InlineData(1, "Percentiles need more than 20 snapshots.")]
    [InlineData(30, "data-value=\"131072\"")]
    public void A_page_is_the_only_result(int snapshots, string part)
    {
        string page = Path.Combine(_folder, "x.html");
        TestTerminal run = TestTerminal.Run("report", "html", "-i", Record(snapshots), "-o", page);
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Errors));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
        Assert.Contains(part, File.ReadAllText(page));
    }

    [Fact]
    public void A_record_of_one_byte_and_one_nanosecond_has_a_page()
    {
        string path = Path.Combine(_folder, "tiny.data");
        using (BinaryRecordWriter writer = new(File.Create(path)))
        {
            Snapshot snapshot = new();
            for (int i = 1; i <= 2; i++)
            {
                snapshot.Reset(i);
                snapshot.AddTarget(1);
                snapshot.AddRegion(new SnapshotRegion(ulong.MaxValue - 1, ulong.MaxValue, 1, 0));
                writer.Write(snapshot);
            }
        }

        TestTerminal run = TestTerminal.Run("report", "html", "-i", path, "-o", Path.Combine(_folder, "x.html"));
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Errors));
    }

    [Theory]
    [InlineData(2, "--resol 0 5", "--resol")]
    [InlineData(2, "--tid x", "'x' is no target id")]
    [InlineData(1, "--tid 7", "there is no target 7")]
    [InlineData(1, "--resol 16000 1001", "are more than 16000000")]
    [InlineData(1, "--resol 5 200000", "has 200000 bytes, one for each cell")]
    [InlineData(1, "-o /nowhere/x.html", "'/nowhere/x.html' cannot be written: there is no directory 'nowhere'")]
    public void A_page_that_cannot_be_made_is_one_line(int exitCode, string options, string message)
    {
        string page = Path.Combine(_folder, "x.html");
        string record = Record(30);
        TestTerminal run = TestTerminal.Run([
            "report",
            "html",
            "-i",
            record,
            .. options.StartsWith("-o", StringComparison.Ordinal) ? [] : (string[])["-o", page],
            .. options.Split(' '),
        ]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal([record], Directory.GetFiles(_folder));
    }
}
