using Damon.Monitoring;
using Damon.Simulation;

namespace Damon.Tests.Monitoring;

/// <summary>Does the algorithm find what is hot? Virtual time and a seed: the same answer each time.</summary>
public sealed class EngineConvergenceTests
{
    // Precision: how much of what was found hot is hot. Recall: how much of what is hot was found. Means over the last 50 of 200 aggregations.
    [Theory]
    [InlineData(1, "map 1G 1G", "1200M 16M", 1UL)]
    [InlineData(2, "map 1G 1G", "1200M 16M", 1UL)]
    [InlineData(3, "map 1G 1G", "1024M 8M;1500M 64M;2040M 8M", 1UL)]
    [InlineData(1, "map 1T 64T", "10T 1T", 1UL)]
    [InlineData(2, "map 1T 64T", "10T 512G;40T 1T", 1UL)]
    public void Small_hot_ranges_are_found(ulong seed, string map, string hot, ulong nrTargets)
    {
        string[] hotRanges = hot.Split(';');
        string script = $"{map}\nphase 1h\n" + string.Join('\n', hotRanges.Select(range => $"access {range} always"));
        SimulatedRun run = new(script, seed: seed, nrTargets: (int)nrTargets);
        run.Run(200);

        AddressRange[] truth = [.. SimulatedPattern.Parse(script).AccessesAt(0).ToArray().Select(access => access.Range)];
        (double precision, double recall) = Score(run.Probe.Snapshots.TakeLast(50), truth, 10);
        TestContext.Current.SendDiagnosticMessage(
            $"{map}, hot {hot}, seed {seed}: precision {precision:F3}, recall {recall:F3}, regions {run.Context.NrRegions}");
        Assert.InRange(precision, 0.8, 1);
        Assert.InRange(recall, 0.8, 1);
        Assert.All(run.Probe.Snapshots, snapshot => Assert.InRange(snapshot.NrRegions, 1, 1000));
    }

    [Fact]
    public void A_hot_range_that_moves_is_followed()
    {
        SimulatedRun run = new("map 1G 1G\nphase 10s\naccess 1100M 32M always\nphase 10s\naccess 1800M 32M always");
        run.Run(200);
        (double early, double earlyRecall) = Score(run.Probe.Snapshots.Skip(50).Take(50), [new(1100UL << 20, 1132UL << 20)], 10);
        (double late, double lateRecall) = Score(run.Probe.Snapshots.Skip(150), [new(1800UL << 20, 1832UL << 20)], 10);
        TestContext.Current.SendDiagnosticMessage($"moving: precision {early:F3} and {late:F3}, recall {earlyRecall:F3} and {lateRecall:F3}");
        Assert.InRange(Math.Min(early, late), 0.8, 1);
        Assert.InRange(Math.Min(earlyRecall, lateRecall), 0.8, 1);
    }

    [Fact]
    public void A_cold_part_within_a_hot_range_is_found_also_when_more_than_half_the_regions_are_in_use()
    {
        // 16 ranges of at most 30 regions; from 10 s on one of the hot ones has a cold part.
        static IEnumerable<string> Hot(int stripe) => [$"access {stripe * 8}M 4M always"];
        string script = string.Join('\n', [
            "map 0 64M", "phase 10s", .. Enumerable.Range(0, 8).SelectMany(Hot),
            "phase 1h", .. Enumerable.Range(0, 8).Where(stripe => stripe != 1).SelectMany(Hot), "access 8M 1M always", "access 10M 2M always"]);
        SimulatedRun run = new(script, new() { MinNrRegions = 3, MaxNrRegions = 30 });
        run.Run(400);
        AddressRange cold = new(9 << 20, 10 << 20);
        double found = run.Probe.Snapshots.TakeLast(50).Average(snapshot =>
            snapshot[0].Regions.ToArray()
                .Where(region => region.NrAccesses < 2)
                .Sum(region => (double)new AddressRange(Math.Max(cold.Start, region.Start), Math.Min(cold.End, region.End)).Size));
        Assert.InRange(found, 0.8 * (1 << 20), 1 << 20);
        Assert.All(run.Probe.Snapshots, snapshot => Assert.InRange(snapshot.NrRegions, 3, 30));
    }

    [Fact]
    public void Ages_tell_how_long_a_range_has_been_as_it_is()
    {
        SimulatedRun run = new("map 1G 64M\nphase 5s\naccess 1G 64M always\nphase 1h");
        run.Run(100);
        Assert.Equal(49, run.Probe.Snapshots[49][0].Regions[0].Age);
        Assert.Equal(0, run.Probe.Snapshots[50][0].Regions[0].Age);
        Assert.Equal(49, run.Probe.Snapshots[99][0].Regions[0].Age);
    }

    static (double Precision, double Recall) Score(IEnumerable<Snapshot> snapshots, AddressRange[] truth, uint hotFrom)
    {
        double found = 0;
        double right = 0;
        double hot = 0;
        foreach (Snapshot snapshot in snapshots)
        {
            for (int i = 0; i < snapshot.NrTargets; i++)
            {
                hot += truth.Sum(range => (double)range.Size);
                foreach (SnapshotRegion region in snapshot[i].Regions.ToArray().Where(region => region.NrAccesses >= hotFrom))
                {
                    found += region.Size;
                    right += truth.Sum(range => (double)new AddressRange(Math.Max(range.Start, region.Start), Math.Min(range.End, region.End)).Size);
                }
            }
        }

        return (right / Math.Max(found, 1), right / hot);
    }
}
