using System.Globalization;
using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

/// <summary>The unit cases of the kernel's DAMON for regions, and what its rules say beyond them. The smallest region is 1 byte where not said.</summary>
public sealed class RegionAdjustmentTests
{
    [Fact]
    public void Regions_are_added_and_dropped()
    {
        RegionList regions = new();
        regions.Add(new Region(1, 2));
        Assert.Equal(1, regions.Count);
        Assert.Equal((1UL, 2UL, 0U), (regions[0].Start, regions[0].End, regions[0].NrAccesses));
        regions.Clear();
        Assert.Equal(0, regions.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => regions[0].Start);
        Assert.Throws<ArgumentOutOfRangeException>(() => regions.Insert(1, default));
    }

    [Fact]
    public void Insert_keeps_the_others_in_order_also_when_the_list_grows()
    {
        RegionList regions = new();
        for (int i = 0; i < 100; i++)
        {
            regions.Insert(i / 2, new Region((ulong)i, (ulong)i + 1));
        }

        List<ulong> expected = [];
        for (int i = 0; i < 100; i++)
        {
            expected.Insert(i / 2, (ulong)i);
        }

        Assert.Equal(expected, TestRegions.Ranges(regions).Select(range => range.Start));
    }

    [Fact]
    public void Reset_restarts_the_counting_and_remembers()
    {
        MonitoringContext context = new(new NoOperations(), minRegionSize: 1);
        ulong[][] starts = [[10, 20, 30], [5, 42, 49], [13, 33, 55]];
        ulong[][] ends = [[15, 27, 40], [31, 45, 55], [23, 44, 66]];
        uint[][] accesses = [[42, 95, 84], [10, 20, 30], [0, 1, 2]];
        for (int t = 0; t < 3; t++)
        {
            Target target = new(t);
            context.AddTarget(target);
            for (int r = 0; r < 3; r++)
            {
                target.Regions.Add(new Region(starts[t][r], ends[t][r]) { NrAccesses = accesses[t][r] });
            }
        }

        RegionAdjustment.ResetAggregated(context);

        Assert.Equal(3, context.Targets.Length);
        for (int t = 0; t < 3; t++)
        {
            Region[] regions = context.Targets[t].Regions.AsSpan().ToArray();
            Assert.Equal([0U, 0U, 0U], regions.Select(region => region.NrAccesses));
            Assert.Equal(accesses[t], regions.Select(region => region.LastNrAccesses));
        }
    }

    [Fact]
    public void Split_copies_the_history_to_both()
    {
        RegionList regions = new();
        regions.Add(new Region(0, 100) { NrAccesses = 42, NrAccessesBp = 420_000, LastNrAccesses = 15, Age = 7 });
        RegionAdjustment.SplitAt(regions, 0, 25);
        Assert.Equal([new(0, 25), new(25, 100)], TestRegions.Ranges(regions));
        foreach (Region region in regions.AsSpan().ToArray())
        {
            Assert.Equal((42U, 15U, 7U), (region.NrAccesses, region.LastNrAccesses, region.Age));
            Assert.Equal(420_000UL, region.NrAccessesBp);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(101)]
    public void Split_is_inside(ulong at)
    {
        RegionList regions = TestRegions.Of((0, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => RegionAdjustment.SplitAt(regions, 0, at));
        Assert.Equal([new(0, 100)], TestRegions.Ranges(regions));
    }

    [Fact]
    public void Merging_two_weighs_by_size()
    {
        RegionList regions = new();
        regions.Add(new Region(0, 100) { NrAccesses = 10, LastNrAccesses = 3, Age = 30 });
        regions.Add(new Region(100, 300) { NrAccesses = 20, LastNrAccesses = 4, Age = 60 });
        RegionAdjustment.Merge(regions, 10, 300, updateAges: false);
        Assert.Equal(1, regions.Count);
        Assert.Equal(new AddressRange(0, 300), regions[0].Range);
        Assert.Equal((16U, 3U, 50U), (regions[0].NrAccesses, regions[0].LastNrAccesses, regions[0].Age));
        Assert.Equal(160_000UL, regions[0].NrAccessesBp);
    }

    [Fact]
    public void Neighbours_that_are_alike_merge()
    {
        (ulong Start, ulong End, uint N)[] given =
        [
            (0, 100, 0), (100, 112, 0), (114, 122, 10), (122, 130, 10), (130, 156, 20), (156, 170, 30), (170, 184, 1), (184, 230, 2),
        ];
        RegionList regions = new();
        foreach ((ulong start, ulong end, uint n) in given)
        {
            regions.Add(new Region(start, end) { NrAccesses = n });
        }

        RegionAdjustment.Merge(regions, 9, 9999, updateAges: true);

        Assert.Equal([new(0, 112), new(114, 130), new(130, 156), new(156, 170), new(170, 230)], TestRegions.Ranges(regions));
    }

    [Theory]
    [InlineData(20, 2)] // exactly the limit
    [InlineData(19, 3)]
    [InlineData(29, 2)]
    [InlineData(30, 1)]
    public void Merging_stops_at_the_size_limit(ulong limit, int count)
    {
        RegionList regions = TestRegions.Of((0, 10), (10, 20), (20, 30));
        RegionAdjustment.Merge(regions, 0, limit, updateAges: true);
        Assert.Equal(count, regions.Count);
    }

    [Theory]
    [InlineData(5, 6, 1, 1)]
    [InlineData(6, 5, 1, 1)]
    [InlineData(5, 7, 1, 2)]
    [InlineData(0, uint.MaxValue, uint.MaxValue - 1, 2)]
    public void Merging_compares_counts_with_the_threshold(uint left, uint right, uint threshold, int count)
    {
        RegionList regions = TestRegions.Of((0, 10), (10, 20));
        regions[0].NrAccesses = left;
        regions[1].NrAccesses = right;
        RegionAdjustment.Merge(regions, threshold, ulong.MaxValue, updateAges: false);
        Assert.Equal(count, regions.Count);
    }

    [Theory]
    [InlineData(10, 7, 3, 1, 6)] // same within the threshold: older
    [InlineData(10, 7, 2, 1, 0)] // changed
    [InlineData(7, 10, 2, 1, 0)]
    [InlineData(1, 0, 5, 1, 0)] // from nothing to something is a change, however small
    [InlineData(0, 1, 5, 1, 0)]
    [InlineData(0, 0, 0, 1, 6)]
    [InlineData(10, 7, 2, 0, 5)] // a repeated pass ages nobody
    public void Ages(uint last, uint now, uint threshold, int updateAges, uint age)
    {
        RegionList regions = TestRegions.Of((0, 10));
        regions[0] = regions[0] with { LastNrAccesses = last, NrAccesses = now, Age = 5 };
        RegionAdjustment.Merge(regions, threshold, 1, updateAges == 1);
        Assert.Equal(age, regions[0].Age);
    }

    [Theory]
    [InlineData(1UL << 46, 3U, 1UL << 46, 5U, 4U)]
    [InlineData(1UL << 62, uint.MaxValue, 1UL << 62, uint.MaxValue - 2, uint.MaxValue - 1)]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue - 2, uint.MaxValue - 1)]
    [InlineData(1UL << 32, uint.MaxValue, 1UL << 32, uint.MaxValue - 2, uint.MaxValue - 1)]
    [InlineData(1UL, 7U, (1UL << 63) - 1, 9U, 8U)]
    public void Weighted_means_do_not_overflow(ulong leftSize, uint left, ulong rightSize, uint right, uint mean)
    {
        RegionList regions = TestRegions.Of((0, leftSize), (leftSize, leftSize + rightSize));
        regions[0].Age = left;
        regions[1].Age = right;
        RegionAdjustment.Merge(regions, 0, ulong.MaxValue, updateAges: false);
        Assert.Equal(mean, Assert.Single(regions.AsSpan().ToArray()).Age);
    }

    [Fact]
    public void Weighted_means_are_those_of_wide_arithmetic()
    {
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            ulong leftSize = 1 + ((ulong)random.NextInt64() >> random.Next(1, 63));
            ulong rightSize = 1 + ((ulong)random.NextInt64() >> random.Next(1, 63));
            uint left = (uint)(random.NextInt64() & uint.MaxValue) >> random.Next(32);
            uint right = (uint)(random.NextInt64() & uint.MaxValue) >> random.Next(32);
            RegionList regions = TestRegions.Of((0, leftSize), (leftSize, leftSize + rightSize));
            regions[0].Age = left;
            regions[1].Age = right;
            RegionAdjustment.Merge(regions, 0, ulong.MaxValue, updateAges: false);
            UInt128 expected = (((UInt128)left * leftSize) + ((UInt128)right * rightSize)) / ((UInt128)leftSize + rightSize);
            Assert.Equal(expected, (UInt128)regions[0].Age);
        }
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    [InlineData(3, 4)]
    [InlineData(4, 4)]
    [InlineData(5, 4)]
    [InlineData(6, 3)]
    public void Too_many_regions_merge_with_a_growing_threshold(uint seed, int max)
    {
        // Counts 0 2 5 9 14 20: each threshold 0 1 2 4 8 10 joins one more pair.
        MonitoringContext context = new(new NoOperations(), seed, 1)
        {
            Attributes = new() { SampleUs = 1, AggregationUs = 20, MinNrRegions = 3, MaxNrRegions = Math.Max(max, 3) },
        };
        Target target = new(1);
        context.AddTarget(target);
        uint[] counts = [0, 2, 5, 9, 14, 20];
        for (int i = 0; i < counts.Length; i++)
        {
            target.Regions.Add(new Region((ulong)i * 10, (ulong)(i + 1) * 10) { NrAccesses = counts[i], LastNrAccesses = counts[i], Age = 4 });
        }

        RegionAdjustment.MergeAll(context, 0, 1000);

        Assert.InRange(context.NrRegions, 1, Math.Max(max, 3));

        // Aged once, however many passes it took.
        Assert.All(target.Regions.AsSpan().ToArray(), region => Assert.Equal(5U, region.Age));
    }

    [Theory]
    [InlineData(2, 54, 100)] // 3 passes: 0, 1, 2 join the first pair; 4 would join the second
    [InlineData(1, 52, 100)] // 2 passes: 0, 1; 2 would
    [InlineData(2, 54, 1UL << 31)] // twice the largest count would overflow
    public void The_threshold_doubles_only_until_the_limit_is_kept(uint second, uint fourth, ulong largest)
    {
        MonitoringContext context = new(new NoOperations(), 0, 1)
        {
            Attributes = new() { SampleUs = 1, AggregationUs = largest, MinNrRegions = 3, MaxNrRegions = 4 },
        };
        Target target = new(1);
        context.AddTarget(target);
        uint[] counts = [0, second, 50, fourth, 100];
        for (int i = 0; i < counts.Length; i++)
        {
            target.Regions.Add(new Region((ulong)i * 10, (ulong)(i + 1) * 10) { NrAccesses = counts[i] });
        }

        RegionAdjustment.MergeAll(context, 0, 1000);

        Assert.Equal([new(0, 20), new(20, 30), new(30, 40), new(40, 50)], TestRegions.Ranges(target.Regions));
    }

    [Fact]
    public void After_half_of_the_largest_count_the_threshold_is_the_largest()
    {
        // Thresholds 0, 1, 3: twice 1 would join the first pair only.
        MonitoringContext context = new(new NoOperations(), 0, 1)
        {
            Attributes = new() { SampleUs = 1, AggregationUs = 3, MinNrRegions = 3, MaxNrRegions = 3 },
        };
        Target target = new(1);
        context.AddTarget(target);
        target.Regions.Add(new Region(0, 10));
        target.Regions.Add(new Region(10, 20) { NrAccesses = 2 });
        target.Regions.Add(new Region(30, 40));
        target.Regions.Add(new Region(40, 50) { NrAccesses = 3 });

        RegionAdjustment.MergeAll(context, 0, 1000);

        Assert.Equal([new(0, 20), new(30, 50)], TestRegions.Ranges(target.Regions));
    }

    [Fact]
    public void The_limit_gives_way_to_the_size_limit_and_to_gaps()
    {
        MonitoringContext context = new(new NoOperations(), 0, 1) { Attributes = new() { MinNrRegions = 3, MaxNrRegions = 3 } };
        for (int t = 0; t < 3; t++)
        {
            Target target = new(t);
            context.AddTarget(target);
            target.Regions.Add(new Region(0, 10));
            target.Regions.Add(new Region(20, 30));
        }

        RegionAdjustment.MergeAll(context, 0, 1000);
        Assert.Equal(6, context.NrRegions);
    }

    [Theory]
    [InlineData(22, 2)]
    [InlineData(220, 4)]
    public void Random_cuts_give_at_most_the_number_of_pieces_asked_for(ulong size, int pieces)
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            RegionList regions = TestRegions.Of((0, size));
            RegionAdjustment.SplitRandomly(regions, new RegionList(), pieces, new RandomSource(seed), 1);
            Assert.InRange(regions.Count, 2, pieces);
            Assert.Equal([new(0, size)], TestRegions.Runs(regions));
        }
    }

    [Fact]
    public void The_left_part_is_cut_again()
    {
        bool[] seen = new bool[10];
        for (ulong seed = 0; seed < 200; seed++)
        {
            RegionList regions = TestRegions.Of((0, 1000), (1000, 2000));
            RegionAdjustment.SplitRandomly(regions, new RegionList(), 3, new RandomSource(seed), 1);
            Assert.Equal(6, regions.Count);

            // The first cut, which the right-most piece tells, is at a tenth of the whole; the second at a tenth of the left part.
            ulong left = regions[2].Start;
            Assert.Equal(0UL, left % 100);
            Assert.InRange(left, 100UL, 900UL);
            Assert.Equal(0UL, regions[1].Start * 10 % left);
            seen[left / 100] = true;
        }

        Assert.Equal([false, true, true, true, true, true, true, true, true, true], seen);
    }

    [Theory]
    [InlineData(4096, 1)]
    [InlineData(8192, 1)] // not above twice the smallest: stays whole
    [InlineData(12288, 2)]
    public void Small_regions_stay_whole(ulong size, int most)
    {
        int largest = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            RegionList regions = TestRegions.Of((4096, 4096 + size));
            RegionAdjustment.SplitRandomly(regions, new RegionList(), 3, new RandomSource(seed), 4096);
            Assert.All(TestRegions.Ranges(regions), range => Assert.True(!range.IsEmpty && range.Start % 4096 == 0 && range.End % 4096 == 0));
            largest = Math.Max(largest, regions.Count);
        }

        Assert.Equal(most, largest);
    }

    [Fact]
    public void Huge_regions_are_cut_at_tenths_too()
    {
        const ulong Size = ulong.MaxValue & ~4095UL;
        HashSet<ulong> seen = [];
        for (ulong seed = 0; seed < 200; seed++)
        {
            RegionList regions = TestRegions.Of((0, Size));
            RegionAdjustment.SplitRandomly(regions, new RegionList(), 2, new RandomSource(seed), 4096);
            Assert.Equal(2, regions.Count);
            seen.Add(regions[1].Start);
        }

        Assert.Equal(Enumerable.Range(1, 9).Select(tenths => Size / 10 * (ulong)tenths & ~4095UL), seen.Order());
    }

    [Theory]
    [InlineData(10, 0, 2)] // first pass: two
    [InlineData(10, 10, 3)] // nothing new since: three
    [InlineData(10, 9, 2)]
    [InlineData(33, 33, 2)] // 33 < 100 / 3 does not hold
    [InlineData(32, 32, 3)]
    [InlineData(50, 0, 2)]
    public void Pieces_follow_the_last_number_of_regions(int count, int last, int pieces)
    {
        MonitoringContext context = new(new NoOperations(), 0, 1)
        {
            Attributes = new() { MaxNrRegions = 100 },
            LastNrRegions = last,
        };
        Target target = new(1);
        context.AddTarget(target);
        for (int i = 0; i < count; i++)
        {
            target.Regions.Add(new Region((ulong)i * 1000, (ulong)(i + 1) * 1000));
        }

        RegionAdjustment.SplitAll(context);

        Assert.Equal(count * pieces, target.Regions.Count);
        Assert.Equal(count, context.LastNrRegions);
    }

    [Theory]
    [InlineData(51, 1)]
    [InlineData(67, 2)]
    [InlineData(99, 3)]
    [InlineData(100, 1)]
    [InlineData(120, 2)]
    public void Above_half_the_limit_only_as_many_regions_are_cut_in_two_as_there_is_room_for(int count, int nrTargets)
    {
        MonitoringContext context = new(new NoOperations(), 7, 1) { Attributes = new() { MaxNrRegions = 100 } };
        for (int t = 0; t < nrTargets; t++)
        {
            context.AddTarget(new Target(t));
        }

        for (int i = 0; i < count; i++)
        {
            context.Targets[i % nrTargets].Regions.Add(new Region((ulong)i * 1000, (ulong)(i + 1) * 1000) { Age = (uint)i });
        }

        RegionAdjustment.SplitAll(context);
        Region[] regions = [.. context.Targets.ToArray().SelectMany(target => target.Regions.AsSpan().ToArray())];
        Assert.Equal(Math.Max(count, 100), regions.Length);
        Assert.Equal(count * 1000L, regions.Sum(region => (long)region.Size));
        Assert.All(regions.GroupBy(region => region.Age), pieces => Assert.InRange(pieces.Count(), 1, 2));
    }

    [Fact]
    public void Above_half_the_limit_every_region_is_cut_in_its_turn()
    {
        // 760 of at most 1500, as large and as alike as they may be: none may stay whole for ever, or what is in it is never found.
        MonitoringContext context = new(new NoOperations(), 0, 1) { Attributes = new() { MaxNrRegions = 1500 } };
        Target target = new(1);
        context.AddTarget(target);
        HashSet<ulong> cut = [];
        for (int round = 0; round < 20; round++)
        {
            target.Regions.Clear();
            for (ulong i = 0; i < 760; i++)
            {
                target.Regions.Add(new Region(i * 1000, (i + 1) * 1000));
            }

            RegionAdjustment.SplitAll(context);
            Assert.Equal(1500, target.Regions.Count);
            cut.UnionWith(TestRegions.Ranges(target.Regions).Where(range => range.Start % 1000 != 0).Select(range => range.Start / 1000));
        }

        Assert.Equal(760, cut.Count);
    }

    [Theory]
    [InlineData("0-10", 3, 2, "0-4 4-8 8-10")]
    [InlineData("0-20", 3, 4, "0-8 8-16 16-20")]
    [InlineData("0-30 40-43", 3, 1, "0-11 11-22 22-30 40-43")]
    [InlineData("0-5 5-10 10-15", 3, 1, "0-5 5-10 10-15")]
    [InlineData("7-9", 3, 1, "7-8 8-9")]
    public void There_are_as_many_regions_as_the_lower_limit_wants(string ranges, int minNrRegions, ulong minRegionSize, string expected)
    {
        MonitoringContext context = new(new NoOperations(), 0, minRegionSize) { Attributes = new() { MinNrRegions = minNrRegions } };
        Target target = new(1);
        context.AddTarget(target);
        foreach (AddressRange range in Parse(ranges))
        {
            target.Regions.Add(new Region(range.Start, range.End) { NrAccesses = 7, LastNrAccesses = 5, Age = 3, NrAccessesBp = 70_000 });
        }

        ulong limit = RegionAdjustment.ApplyMinNrRegions(context);
        Assert.Equal(limit, RegionAdjustment.SizeLimit(context));
        Assert.Equal(Parse(expected), TestRegions.Ranges(target.Regions));
        Assert.All(
            target.Regions.AsSpan().ToArray(),
            region => Assert.Equal((7U, 5U, 3U, 70_000UL), (region.NrAccesses, region.LastNrAccesses, region.Age, region.NrAccessesBp)));
    }

    [Fact]
    public void Set_regions_stretches_cuts_and_fills()
    {
        RegionList regions = TestRegions.Of((4, 16), (24, 32));
        RegionAdjustment.SetRegions(regions, [new(8, 28)], 1);
        Assert.Equal([new(8, 16), new(16, 24), new(24, 28)], TestRegions.Ranges(regions));
    }

    [Theory]
    [InlineData("5-27 45-55 73-104", "5-20 20-27 45-55 73-80 80-90 90-104")]
    [InlineData("5-27 56-57 65-104", "5-20 20-27 56-57 65-80 80-90 90-104")]
    [InlineData("5-27 61-63 65-104", "5-20 20-27 61-63 65-80 80-90 90-104")]
    [InlineData("5-7 30-32 65-68", "5-7 30-32 65-68")]
    public void Three_parts_are_applied(string parts, string expected)
    {
        RegionList regions = TestRegions.Of((10, 20), (20, 30), (50, 55), (55, 57), (57, 59), (70, 80), (80, 90), (90, 100));
        RegionAdjustment.SetRegions(regions, Parse(parts), 1);
        Assert.Equal(Parse(expected), TestRegions.Ranges(regions));
    }

    [Theory]
    [InlineData("0-100", "10-20 50-60", "10-20 50-60")] // one region over two ranges stays in the first
    [InlineData("0-100", "", "")]
    [InlineData("", "10-20 50-60", "10-20 50-60")]
    [InlineData("10-20 30-40", "0-5 22-28 50-60", "0-5 22-28 50-60")]
    [InlineData("10-20 30-40 50-60", "0-100", "0-20 20-30 30-40 40-50 50-100")]
    [InlineData("10-20", "0-10 10-20", "0-10 10-20")] // ranges that touch
    public void Set_regions_fits_any_ranges(string regionsText, string ranges, string expected)
    {
        RegionList regions = new();
        foreach (AddressRange range in Parse(regionsText))
        {
            regions.Add(new Region(range.Start, range.End) { Age = 9 });
        }

        RegionAdjustment.SetRegions(regions, Parse(ranges), 1);
        Assert.Equal(Parse(expected), TestRegions.Ranges(regions));
    }

    [Fact]
    public void Set_regions_keeps_what_is_known_and_aligns_outwards()
    {
        RegionList regions = TestRegions.Of((4096, 8192), (16384, 20480));
        regions[0].Age = 3;
        regions[1].Age = 4;
        RegionAdjustment.SetRegions(regions, [new(5000, 17000), new(40000, 40001)], 4096);
        Assert.Equal([new(4096, 8192), new(8192, 16384), new(16384, 20480), new(36864, 40960)], TestRegions.Ranges(regions));
        Assert.Equal([3U, 0U, 4U, 0U], regions.AsSpan().ToArray().Select(region => region.Age));
    }

    [Fact]
    public void Set_regions_keeps_what_is_known_in_ranges_that_touch()
    {
        RegionList regions = TestRegions.Of((0, 10), (10, 20), (20, 30));
        for (int i = 0; i < regions.Count; i++)
        {
            regions[i].Age = (uint)i + 3;
        }

        RegionAdjustment.SetRegions(regions, [new(0, 10), new(10, 20), new(20, 30)], 1);
        Assert.Equal([3U, 4U, 5U], regions.AsSpan().ToArray().Select(region => region.Age));
    }

    [Theory]
    [InlineData("8-8")]
    [InlineData("9-8")]
    [InlineData("8-10 9-12")]
    [InlineData("20-30 8-10")]
    public void Set_regions_refuses_empty_and_reversed_ranges(string ranges)
    {
        RegionList regions = TestRegions.Of((4, 16));
        Assert.Throws<ArgumentException>(() => RegionAdjustment.SetRegions(regions, Parse(ranges), 1));
        Assert.Equal([new(4, 16)], TestRegions.Ranges(regions));
    }

    [Fact]
    public void Set_regions_refuses_ranges_that_overlap_once_aligned() =>
        Assert.Throws<ArgumentException>(() => RegionAdjustment.SetRegions(new RegionList(), [new(0, 5000), new(8000, 9000)], 4096));

    [Theory]
    [InlineData(0, 100, 10, true)]
    [InlineData(5, 59, 5, true)]
    [InlineData(0, 3, 2, true)]
    [InlineData(0, 3, 1, true)]
    [InlineData(0, 100, 0, false)]
    [InlineData(5, 6, 2, false)]
    public void A_region_is_split_into_even_pieces_or_left_whole(ulong start, ulong end, ulong pieces, bool done)
    {
        RegionList regions = TestRegions.Of((start, end), (1000, 1001));
        Assert.Equal(done, RegionAdjustment.SplitEvenly(regions, 0, pieces, 1));
        if (!done)
        {
            Assert.Equal([new(start, end), new(1000, 1001)], TestRegions.Ranges(regions));
            return;
        }

        ulong width = (end - start) / pieces;
        Assert.Equal((int)pieces + 1, regions.Count);
        for (ulong i = 0; i < pieces; i++)
        {
            ulong pieceEnd = i == pieces - 1 ? end : start + ((i + 1) * width);
            Assert.Equal(new AddressRange(start + (i * width), pieceEnd), regions[(int)i].Range);
        }
    }

    [Fact]
    public void Even_pieces_are_aligned_and_the_last_takes_the_rest()
    {
        RegionList regions = TestRegions.Of((4096, 4096 * 12));
        Assert.True(RegionAdjustment.SplitEvenly(regions, 0, 3, 4096));
        Assert.Equal([new(4096, 4096 * 4), new(4096 * 4, 4096 * 7), new(4096 * 7, 4096 * 12)], TestRegions.Ranges(regions));
    }

    [Theory]
    [InlineData("0-100 200-300", 10, 20)]
    [InlineData("0-100 200-299", 10, 19)] // rounded down
    [InlineData("0-100 200-300", 1000, 128, 128UL)] // not below the smallest region
    [InlineData("0-100 200-300", 3, 68, 4UL)] // up to a multiple of it
    [InlineData("", 3, 4096, 4096UL)]
    public void The_size_limit_is_a_share_of_the_whole(string ranges, int minNrRegions, ulong limit, ulong minRegionSize = 1)
    {
        MonitoringContext context = new(new NoOperations(), 0, minRegionSize)
        {
            Attributes = new() { MinNrRegions = minNrRegions, MaxNrRegions = 1000 },
        };
        Target target = new(1);
        context.AddTarget(target);
        foreach (AddressRange range in Parse(ranges))
        {
            target.Regions.Add(new Region(range.Start, range.End));
        }

        Assert.Equal(limit, RegionAdjustment.SizeLimit(context));
    }

    [Theory]
    [InlineData(0UL, 4096UL, 0UL, 0UL)]
    [InlineData(1UL, 4096UL, 0UL, 4096UL)]
    [InlineData(4096UL, 4096UL, 4096UL, 4096UL)]
    [InlineData(ulong.MaxValue, 4096UL, ulong.MaxValue - 4095, ulong.MaxValue - 4095)] // no wrap to 0
    [InlineData(ulong.MaxValue - 4094, 4096UL, ulong.MaxValue - 4095, ulong.MaxValue - 4095)]
    [InlineData(ulong.MaxValue - 4095, 4096UL, ulong.MaxValue - 4095, ulong.MaxValue - 4095)]
    [InlineData(ulong.MaxValue - 4096, 4096UL, ulong.MaxValue - 8191, ulong.MaxValue - 4095)]
    public void Addresses_align_down_and_up_without_wrapping(ulong value, ulong size, ulong down, ulong up)
    {
        Assert.Equal(down, RegionAdjustment.AlignDown(value, size));
        Assert.Equal(up, RegionAdjustment.AlignUp(value, size));
    }

    static AddressRange[] Parse(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('-'))
            .Select(ends => new AddressRange(ulong.Parse(ends[0], CultureInfo.InvariantCulture), ulong.Parse(ends[1], CultureInfo.InvariantCulture))),
    ];
}
