using System.Text.Json;
using Damon.Linux.Native;
using Damon.Linux.Tests;
using Damon.Linux.Tests.Targets;

namespace Damo.SystemTests;

/// <summary>Schemes on real processes, by the binary.</summary>
public sealed class SchemesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_rehearsal_counts_and_ends_with_json()
    {
        using DamoRun run = DamoRun.Run(
            0,
            _folder.Path,
            "schemes",
            "--dry-run",
            "--json",
            "-c",
            "min max min max min max pageout",
            "--timeout",
            "2",
            "sleep 10");
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.True(json.RootElement.GetProperty("dry_run").GetBoolean());
        JsonElement scheme = json.RootElement.GetProperty("schemes")[0];
        Assert.Equal("pageout", scheme.GetProperty("action").GetString());
        Assert.True(scheme.GetProperty("nr_tried").GetInt64() > 0);
        Assert.Contains("# scheme: 0\t18446744073709551615\t0\t20\t0\t4294967295\t2\n", run.Errors);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Statistics_survive_a_signal_and_the_accesses_can_be_recorded()
    {
        using TargetProcess target = TargetProcess.Start();
        using DamoRun run = DamoRun.Start(_folder.Path, "schemes", "-c", "min max min max min max stat", "--record", "damon.data", $"{target.Pid}");
        run.WaitForSnapshots(Path.Combine(_folder.Path, "damon.data"));
        run.Signal(LibC.SIGINT);
        run.WaitForEnd(130);
        Assert.Contains("\nsignal 2 received\n", run.Output);
        Assert.Contains("\n     0  stat ", run.Output);
        Assert.False(target.HasExited);
        using DamoRun replay = DamoRun.Run(0, _folder.Path, "schemes", "--replay", "damon.data", "-c", "min max min max min max stat");
        Assert.Contains("\n     0  stat ", replay.Output);
    }

    [Fact]
    public void Counters_of_a_replay_equal_those_of_the_live_run_and_what_was_tried_is_in_the_record()
    {
        const string Schemes = "min max min 0 200ms max stat\nmin max 1 max min max stat\n4K max min max min max stat";
        using TargetProcess target = TargetProcess.Start();
        using DamoRun run = DamoRun.Run(
            0,
            _folder.Path,
            "schemes",
            "-c",
            Schemes,
            "-s",
            "10ms",
            "-a",
            "100ms",
            "--record",
            "damon.data",
            "--timeout",
            "3",
            "--json",
            $"{target.Pid}");
        using DamoRun replay = DamoRun.Run(0, _folder.Path, "schemes", "-c", Schemes, "--replay", "damon.data", "--json");
        using JsonDocument live = JsonDocument.Parse(run.Output);
        using JsonDocument again = JsonDocument.Parse(replay.Output);
        ulong[] Counters(JsonDocument json) => [.. json.RootElement.GetProperty("schemes").EnumerateArray().SelectMany(scheme =>
            new[] { "nr_tried", "sz_tried", "nr_applied", "sz_applied", "sz_ops_filter_passed", "qt_exceeds", "nr_snapshots" }.Select(name =>
                scheme.GetProperty(name).GetUInt64()))];
        ulong[] counters = Counters(live);
        Assert.True(counters[^7] > 0);
        Assert.Equal(counters, Counters(again));

        JsonElement[] tried = [.. WholeRecord.Read(Path.Combine(_folder.Path, "damon.data")).Sidecar
            .Where(line => line.TryGetProperty("tried", out JsonElement _)).Select(line => line.GetProperty("tried"))];
        Assert.Equal(
            counters[^7],
            (ulong)tried.Where(pass => pass.GetProperty("scheme").GetInt32() == 2).Sum(pass => pass.GetProperty("regions").GetArrayLength()));
    }

    [Fact]
    public void Schemes_that_only_rested_are_no_failure()
    {
        // Active only when all memory is free.
        using DamoRun run = DamoRun.Run(
            0,
            _folder.Path,
            "schemes",
            "--timeout",
            "1",
            "--damos_action",
            "stat",
            "--damos_wmarks",
            "free_mem_rate",
            "1s",
            "1000",
            "1000",
            "1000",
            "--",
            "sleep 5");
        Assert.EndsWith("damo: all schemes rested, by their watermarks: nothing was monitored\n", run.Errors);
        Assert.Contains("  stat (resting)  ", run.Output);
    }

    [Fact]
    public void An_impossible_action_is_reported_once_with_its_remedy_and_counted_as_not_applied()
    {
        using TargetProcess target = TargetProcess.Start();
        string[] line =
        [
            "schemes",
            "--json",
            "--record",
            "damon.data",
            "-c",
            "min max min max min max nohugepage\nmin max min max min max stat\n4K max min max min max nohugepage",
            $"{target.Pid}",
        ];
        using DamoRun run = DamoRun.Start(_folder.Path, line);
        run.WaitForSnapshots(Path.Combine(_folder.Path, "damon.data"));
        run.Signal(LibC.SIGINT);
        run.WaitForEnd(130);
        Assert.Single(run.SaidLines(), said => said.Contains("nohugepage", StringComparison.Ordinal));
        Assert.Matches(
            "\ndamo: nohugepage cannot be done here, so it is counted as not applied: [^\n]*; '--allow-ptrace' has a thread of the target do it\n",
            "\n" + run.Errors);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement[] schemes = [.. json.RootElement.GetProperty("schemes").EnumerateArray()];
        Assert.All(schemes, scheme => Assert.True(scheme.GetProperty("nr_tried").GetInt64() > 0));
        Assert.All(schemes, scheme => Assert.Equal(0, scheme.GetProperty("nr_applied").GetInt64()));

        using DamoRun refused = DamoRun.Run(1, _folder.Path, [line[0], "--refuse-partial", .. line[1..]]);
        Assert.Matches("^damo: nohugepage cannot be done here: [^\n]*--allow-ptrace[^\n]*\n$", refused.Errors);
        Assert.Equal("", refused.Output);
    }
}
