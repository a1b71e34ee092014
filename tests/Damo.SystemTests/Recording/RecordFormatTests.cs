using Damon.Linux.Native;
using Damon.Linux.Tests;
using Damon.Linux.Tests.Targets;
using Damon.Records;
using Damon.Records.Streams;

namespace Damo.SystemTests.Recording;

/// <summary>Recordings in other formats than the binary one.</summary>
public sealed class RecordFormatTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Record => Path.Combine(_folder.Path, "damon.data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("perf_script", RecordContent.TraceText)]
    [InlineData("json", RecordContent.Json)]
    [InlineData("json_compressed", RecordContent.Json)]
    public void A_record_is_in_the_format_asked_for(string format, RecordContent content)
    {
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "--format", format, "sleep 0.7");
        using IRecordReader reader = RecordReaders.Open(File.OpenRead(Record));
        Assert.Equal(content, reader.Content);
        RecordTimes times = RecordTimes.Scan(reader);
        Assert.Null(reader.Damage);
        Assert.InRange(times.Snapshots, 2, 20);
        Assert.True(File.Exists(Record + ".meta.json"));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void A_killed_recorder_of_json_leaves_a_journal_that_can_be_converted()
    {
        using TargetProcess target = TargetProcess.Start();
        using DamoRun run = DamoRun.Start(_folder.Path, "record", "--format", "json", $"{target.Pid}");
        run.WaitForSnapshots(Record + ".journal");
        run.Signal(LibC.SIGKILL);
        run.WaitFor("the end", () => !Directory.Exists($"/proc/{run.Pid}"));
        Assert.False(File.Exists(Record));
        using DamoRun convert = DamoRun.Run(0, _folder.Path, "convert", "damon.data.journal", "damon.json");
        Assert.StartsWith("[\n    {\n        \"kdamond_idx\": null", File.ReadAllText(Path.Combine(_folder.Path, "damon.json")));
    }

    [Fact]
    public void A_record_comes_from_standard_input()
    {
        using DamoRun record = DamoRun.Run(0, _folder.Path, "record", "--format", "json_compressed", "sleep 0.5");
        using DamoRun run = DamoRun.StartShell(_folder.Path, "cat damon.data | $DAMO report raw -i - > piped; $DAMO report raw > direct; cmp piped direct");
        run.WaitForEnd(0);
        Assert.Equal("", run.Errors);
    }
}
