using System.Globalization;
using System.Text.Json;
using Damon.Linux.Native;
using Damon.Linux.Tests;
using Damon.Linux.Tests.AccessChecks;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;

namespace Damo.SystemTests.Recording;

/// <summary><c>damo record paddr</c>: for a moment of all memory, else only of what the tests' own processes have.</summary>
public sealed class RecordPhysicalTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Record => Path.Combine(_folder.Path, "damon.data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_memory_is_recorded_until_the_time_is_over()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to see page frames");
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "paddr", "--regions", "all", "--timeout", "3");

        Assert.Equal($"# damon attrs: 5000 100000 1000000 10 1000  1048576 {Record} \nPress Ctrl+C to stop\n", run.Output);
        Assert.Contains("of the samples were of memory that no process can map", run.Errors);
        WholeRecord record = WholeRecord.Read(Record);
        Assert.Null(record.Damage);
        Assert.NotEmpty(record.Snapshots);
        Assert.All(record.Snapshots, s => Assert.Equal(-1, (long)s[0].Id));
        Assert.Equal("paddr", record.Header.GetProperty("address_space").GetString());
        string names = string.Join('\n', record.Entries("mappings").Select(m => m.ToString()));
        Assert.Contains(", node 0", names);
        Assert.Equal("timeout", Assert.Single(record.Entries("end")).GetProperty("end_reason").GetString());

        using DamoRun raw = DamoRun.Run(0, _folder.Path, "report", "raw");
        Assert.Contains("\npid:  -1\n", raw.Output.Replace("target_id", "pid", StringComparison.Ordinal));
        using DamoRun map = DamoRun.Run(0, _folder.Path, "report", "heatmap", "--resol", "5", "20");
        Assert.Equal("", map.Errors);
    }

    [Fact]
    public void Hot_frames_of_a_process_are_found_among_its_cold_ones()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to see page frames");
        const ulong Size = 16 * TargetProcess.MiB;
        using TargetProcess target = TargetProcess.Start();
        AddressRange hot = target.Map("thp", Size);
        AddressRange cold = target.Map("thp", Size);
        target.Touch(hot);
        target.Touch(cold);
        target.Loop(hot, 1);
        IReadOnlyList<AddressRange> hotFrames = Largest(ChildFrames.Ranges(target.Pid, hot));
        IReadOnlyList<AddressRange> coldFrames = Largest(ChildFrames.Ranges(target.Pid, cold));
        string regions = string.Join(
            ' ',
            hotFrames.Concat(coldFrames).OrderBy(r => r.Start).Select(r => string.Create(CultureInfo.InvariantCulture, $"0x{r.Start:x}-0x{r.End:x}")));

        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "paddr", "-r", regions, "-s", "50ms", "-a", "500ms", "-n", "40", "--timeout", "6");

        WholeRecord record = WholeRecord.Read(Record);
        double hotHeat = Mean(record, hotFrames);
        double coldHeat = Mean(record, coldFrames);
        Assert.True(
            hotHeat > 25 && coldHeat < hotHeat / 4,
            string.Create(CultureInfo.InvariantCulture, $"hot {hotHeat:0} %, cold {coldHeat:0} %\n{run.Errors}"));
    }

    [Fact]
    public void A_missing_node_or_address_range_is_one_line()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to see page frames");
        using DamoRun node = DamoRun.Run(1, _folder.Path, "record", "--numa_node", "999", "paddr");
        node.AssertOneLine("--numa_node: there is no NUMA node 999");
        using DamoRun outside = DamoRun.Run(1, _folder.Path, "record", "paddr", "-r", "0x3fff00000000000-0x3fff00000001000");
        outside.AssertOneLine("--regions: there is no memory at 0x3fff00000000000-0x3fff00000001000; memory is at 0x");
        using DamoRun check = DamoRun.Run(1, _folder.Path, "record", "paddr", "--access-check", "clear-refs");
        check.AssertOneLine("clear-refs does not work for physical memory here");
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Schemes_count_and_act_on_the_frames_they_are_given()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to see page frames");
        using TargetProcess target = TargetProcess.Start();
        AddressRange range = target.Map("thp", 8 * TargetProcess.MiB);
        target.Touch(range);
        string regions = string.Join(
            ' ',
            Largest(ChildFrames.Ranges(target.Pid, range)).Select(r => string.Create(CultureInfo.InvariantCulture, $"0x{r.Start:x}-0x{r.End:x}")));

        using DamoRun run = DamoRun.Run(
            0,
            _folder.Path,
            "schemes",
            "--json",
            "-c",
            "min max min max min max lru_deprio",
            "-r",
            regions,
            "--timeout",
            "3",
            "paddr");
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement scheme = json.RootElement.GetProperty("schemes")[0];
        Assert.True(scheme.GetProperty("sz_applied").GetInt64() > 0, run.Output + run.Errors);

        using DamoRun refused = DamoRun.Run(1, _folder.Path, "schemes", "--refuse-partial", "-c", "min max min max min max lru_prio", "paddr");
        Assert.Contains("lru_prio cannot be done here: no system call moves pages", refused.Errors);
    }

    static double Mean(WholeRecord record, IReadOnlyList<AddressRange> ranges) => ranges.Average(r => record.Heat(r, 10));

    // A command line has room for so many; with huge pages there are few.
    static IReadOnlyList<AddressRange> Largest(IReadOnlyList<AddressRange> ranges) => [.. ranges.OrderByDescending(r => r.Size).Take(50).OrderBy(r => r.Start)];
}
