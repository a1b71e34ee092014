using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class ThreeRegionsTests
{
    [Fact]
    public void The_two_biggest_gaps_are_left_out()
    {
        AddressRange[] three = new AddressRange[3];
        Assert.True(ThreeRegions.TryFind([new(10, 20), new(20, 25), new(200, 210), new(210, 220), new(300, 305), new(307, 330)], 1, three));
        Assert.Equal([new(10, 25), new(200, 220), new(300, 330)], three);
    }

    [Fact]
    public void The_earlier_one_of_equal_gaps_wins()
    {
        AddressRange[] three = new AddressRange[3];
        Assert.True(ThreeRegions.TryFind([new(0, 10), new(20, 30), new(40, 50), new(60, 70)], 1, three));
        Assert.Equal([new(0, 10), new(20, 30), new(40, 70)], three);
    }

    [Fact]
    public void The_biggest_gap_may_be_the_later_one()
    {
        AddressRange[] three = new AddressRange[3];
        Assert.True(ThreeRegions.TryFind([new(0, 10), new(20, 30), new(130, 140)], 1, three));
        Assert.Equal([new(0, 10), new(20, 30), new(130, 140)], three);
    }

    [Fact]
    public void Bounds_are_rounded_up()
    {
        AddressRange[] three = new AddressRange[3];
        Assert.True(ThreeRegions.TryFind([new(1, 5000), new(20_000, 30_000), new(50_000, 50_001)], 4096, three));
        Assert.Equal([new(4096, 8192), new(20_480, 32_768), new(53_248, 53_248)], three);
    }

    [Fact]
    public void Fewer_than_two_gaps_are_a_failure()
    {
        AddressRange[] three = new AddressRange[3];
        Assert.False(ThreeRegions.TryFind([], 1, three));
        Assert.False(ThreeRegions.TryFind([new(0, 10)], 1, three));
        Assert.False(ThreeRegions.TryFind([new(0, 10), new(20, 30)], 1, three));
        Assert.False(ThreeRegions.TryFind([new(0, 10), new(10, 20), new(30, 40)], 1, three));
        Assert.Equal(new AddressRange[3], three);
    }

    [Theory]
    [InlineData(10, 10)] // 300 / 10: pieces of 30; 1 + 3 + 6
    [InlineData(3, 3)] // pieces of 100; the first one is too small and stays whole
    public void First_regions_are_about_as_many_as_the_lower_limit(int min, int expected)
    {
        RegionList regions = new();
        ThreeRegions.SetInitialRegions(regions, [new(0, 30), new(1000, 1090), new(2000, 2180)], min, 1);
        Assert.Equal(expected, regions.Count);
        Assert.Equal([new(0, 30), new(1000, 1090), new(2000, 2180)], TestRegions.Runs(regions));
    }

    [Fact]
    public void First_regions_are_not_below_the_smallest_size()
    {
        RegionList regions = new();
        ThreeRegions.SetInitialRegions(regions, [new(0, 8192), new(40960, 40960), new(81920, 86016)], 100, 4096);
        Assert.Equal([new(0, 4096), new(4096, 8192), new(81920, 86016)], TestRegions.Ranges(regions));
    }

    [Theory]
    [InlineData(15, 4, 5)] // pieces of 15 / 4 = 3
    [InlineData(16, 4, 4)]
    [InlineData(16, 1, 1)]
    [InlineData(16, 0, 1)]
    public void First_regions_take_the_place_of_others_and_are_as_many_as_asked(ulong size, int wanted, int regions)
    {
        RegionList list = TestRegions.Of((500, 600));
        ThreeRegions.SetInitialRegions(list, [new(0, size)], wanted, 1);
        Assert.Equal(regions, list.Count);
        Assert.Equal([new(0, size)], TestRegions.Runs(list));
    }
}
