using Damon.Linux.Tests;
using Damon.Monitoring;
using Damon.Records.Binary;

namespace Damo.SystemTests;

/// <summary>What only the real process shows of <c>damo report raw</c>: its standard output.</summary>
public sealed class ReportRawTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_reader_that_has_seen_enough_ends_the_report_quietly()
    {
        WriteLargeRecord();
        using DamoRun run = DamoRun.StartShell(_folder.Path, "{ $DAMO report raw; echo code $? >&2; } | head -n 1");
        run.WaitForEnd(0);
        Assert.Equal("code 0\n", run.Errors);
        Assert.StartsWith("start_time:", run.Output);
    }

    [Fact]
    public void A_full_output_is_reported_in_one_line()
    {
        WriteLargeRecord();
        using DamoRun run = DamoRun.StartShell(_folder.Path, "mknod full c 1 7 && exec $DAMO report raw > full");
        run.WaitForEnd(1);
        run.AssertOneLine("standard output", "No space left on device");
    }

    [Fact]
    public void A_file_that_goes_on_after_the_report_is_not_overwritten()
    {
        WriteLargeRecord();
        using DamoRun run = DamoRun.StartShell(_folder.Path, "{ echo before; $DAMO report raw; echo after; } > out; wc -l < out; head -n 1 out; tail -n 1 out");
        run.WaitForEnd(0);
        string[] lines = run.Output.Split('\n');
        Assert.True(int.Parse(lines[0]) > 200_000);
        Assert.Equal(["before", "after"], lines[1..3]);
    }

    void WriteLargeRecord()
    {
        using BinaryRecordWriter writer = new(File.Create(Path.Combine(_folder.Path, "damon.data")));
        Snapshot snapshot = new();
        for (int i = 1; i <= 200; i++)
        {
            snapshot.Reset(i * 100_000_000L);
            snapshot.AddTarget(1);
            for (ulong r = 0; r < 1000; r++)
            {
                snapshot.AddRegion(new SnapshotRegion(r * 4096, (r + 1) * 4096, (uint)r % 20, 0));
            }

            writer.Write(snapshot);
        }
    }
}
