using CsCheck;
using Damon.Monitoring;
using Damon.Records;

namespace Damon.Tests.Records;

public sealed class RegionAggregationTests
{
    [Fact]
    public void The_partition_of_the_first_snapshot_stays_and_gets_the_greatest_count_of_what_it_meets()
    {
        RegionAggregation sum = new();
        sum.Add([Region(100, 200, 1, 7), Region(200, 300, 2, 8)]);
        sum.Add([Region(100, 150, 5), Region(150, 250, 3), Region(250, 300, 1)]);
        Assert.Equal([Region(100, 200, 6, 7), Region(200, 300, 5, 8)], Regions(sum));
    }

    [Fact]
    public void Addresses_outside_the_first_snapshot_are_appended_at_the_end()
    {
        RegionAggregation sum = new();
        sum.Add([Region(100, 200, 1), Region(300, 400, 2)]);
        sum.Add([Region(50, 450, 3, 9)]);
        sum.Add([Region(60, 70, 1), Region(500, 600, 4)]);
        Assert.Equal(
            [Region(100, 200, 4), Region(300, 400, 5), Region(50, 100, 4, 9), Region(200, 300, 3, 9), Region(400, 450, 3, 9), Region(500, 600, 4)],
            Regions(sum));
    }

    [Fact]
    public void Counts_do_not_overflow_and_ages_are_divided()
    {
        RegionAggregation sum = new();
        sum.Add([Region(0, 10, uint.MaxValue, 25), Region(10, ulong.MaxValue, 1, -1)]);
        sum.Add([Region(0, 10, 7, 26)]);
        Assert.Equal([Region(0, 10, uint.MaxValue, 2), Region(10, ulong.MaxValue, 1, -1)], Regions(sum, 10));
        sum.Clear();
        Assert.Equal(0, sum.Count);
        sum.Add([Region(1, 2, 3)]);
        Assert.Equal([Region(1, 2, 3)], Regions(sum));
    }

    [Fact]
    public void A_broken_snapshot_is_taken_in_address_order_without_what_overlaps()
    {
        RegionAggregation sum = new();
        sum.Add([Region(200, 300, 1), Region(0, 100, 2), Region(50, 250, 3), Region(7, 7, 9), Region(9, 3, 9)]);
        Assert.Equal([Region(0, 100, 2), Region(100, 250, 3), Region(250, 300, 1)], Regions(sum));

        // An empty region meets nothing.
        sum.Add([Region(50, 50, 9), Region(300, 300, 9)]);
        Assert.Equal([Region(0, 100, 2), Region(100, 250, 3), Region(250, 300, 1)], Regions(sum));

        sum.Clear();
        sum.Add([Region(200, 300, 1), Region(0, 100, 2)]);
        Assert.Equal([Region(0, 100, 2), Region(200, 300, 1)], Regions(sum));
    }

    [Fact]
    public void Any_snapshots_give_what_the_plain_rule_gives() =>
        Snapshots.Array[1, 6].Sample(snapshots =>
        {
            RegionAggregation sum = new();
            foreach (SnapshotRegion[] snapshot in snapshots)
            {
                sum.Add(snapshot);
            }

            Assert.Equal(PlainRule(snapshots), Regions(sum));
        });

    /// <summary>Disjoint regions in address order.</summary>
    static Gen<SnapshotRegion[]> Snapshots =>
        Gen.Select(Gen.ULong[0, 60].Array[0, 12], Gen.UInt[0, 20].Array[12]).Select((bounds, counts) =>
        {
            ulong[] sorted = [.. bounds.Distinct().Order()];
            return Enumerable.Range(0, sorted.Length / 2).Select(i => Region(sorted[2 * i], sorted[(2 * i) + 1], counts[i])).ToArray();
        });

    static List<SnapshotRegion> PlainRule(SnapshotRegion[][] snapshots)
    {
        List<SnapshotRegion> sum = [.. snapshots[0]];
        foreach (SnapshotRegion[] snapshot in snapshots.Skip(1))
        {
            int stored = sum.Count;
            List<SnapshotRegion> outside = [];
            foreach (SnapshotRegion region in snapshot)
            {
                ulong from = 0;
                for (ulong address = region.Start; address <= region.End; address++)
                {
                    bool isOutside = address < region.End && !sum.Take(stored).Any(r => r.Start <= address && address < r.End);
                    bool wasOutside = address > region.Start && !sum.Take(stored).Any(r => r.Start <= address - 1 && address - 1 < r.End);
                    from = isOutside && !wasOutside ? address : from;
                    if (wasOutside && !isOutside)
                    {
                        outside.Add(Region(from, address, region.NrAccesses));
                    }
                }
            }

            for (int i = 0; i < stored; i++)
            {
                uint most = snapshot.Where(r => r.Start < sum[i].End && sum[i].Start < r.End).Select(r => r.NrAccesses).DefaultIfEmpty(0u).Max();
                sum[i] = sum[i] with { NrAccesses = sum[i].NrAccesses + most };
            }

            sum.AddRange(outside);
        }

        return sum;
    }

    static SnapshotRegion Region(ulong start, ulong end, uint accesses, int age = 0) => new(start, end, accesses, age);

    static SnapshotRegion[] Regions(RegionAggregation sum, long divisor = 1)
    {
        Snapshot snapshot = new();
        snapshot.AddTarget(1);
        sum.CopyTo(snapshot, divisor);
        return snapshot[0].Regions.ToArray();
    }
}
