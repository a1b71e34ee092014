using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class RegionTests
{
    [Fact]
    public void The_moving_sum_drops_a_share_of_the_last_interval()
    {
        ulong sum = 50_000;
        uint[] given = [10_000, 0, 10_000, 0, 0, 0, 10_000, 0, 0, 0];
        ulong[] expected = [55_000, 50_000, 55_000, 50_000, 45_000, 40_000, 45_000, 40_000, 35_000, 30_000];
        for (int i = 0; i < given.Length; i++)
        {
            sum = Region.MovingSum(sum, 50_000, 10, given[i]);
            Assert.Equal(expected[i], sum);
        }
    }

    [Fact]
    public void Counting_moves_both_counts()
    {
        Region region = new(0, 4096) { LastNrAccesses = 4, NrAccessesBp = 40_000, Accessed = true };
        region.CountSample(10);
        Assert.Equal(1U, region.NrAccesses);
        Assert.Equal(46_000UL, region.NrAccessesBp);
        region.Accessed = false;
        region.CountSample(10);
        Assert.Equal(1U, region.NrAccesses);
        Assert.Equal(42_000UL, region.NrAccessesBp);
    }

    [Fact]
    public void Long_intervals_do_not_overflow_the_moving_count()
    {
        // More samples than 2^32 / 10000.
        const uint Samples = 900_000;
        Region region = new(0, 4096) { LastNrAccesses = Samples, NrAccessesBp = Samples * 10_000UL, Accessed = true };
        for (uint i = 0; i < Samples; i++)
        {
            region.CountSample(Samples);
        }

        Assert.Equal(Samples, region.NrAccesses);
        Assert.Equal(9_000_000_000UL, region.NrAccessesBp);
    }

    [Fact]
    public void A_length_of_zero_counts_as_one() => Assert.Equal(3UL, Region.MovingSum(10, 7, 0, 0));

    [Theory]
    [InlineData(10, 0, 0)]
    [InlineData(10, 10_000, 10_000)]
    [InlineData(700, 10_000, 10_000)]
    [InlineData(701, 10_000, 10_001)]
    public void A_share_that_exceeds_the_moving_sum_leaves_nothing_of_it(ulong sum, uint newValue, ulong expected) =>
        Assert.Equal(expected, Region.MovingSum(sum, 7000, 10, newValue));

    [Fact]
    public void After_an_interval_without_accesses_nothing_is_dropped()
    {
        Region region = new(0, 4096) { Accessed = true };
        region.CountSample(20);
        region.CountSample(20);
        Assert.Equal((20_000UL, 2U), (region.NrAccessesBp, region.NrAccesses));
    }

    [Theory]
    [InlineData(0, 10_000, 10_000)] // nothing to drop
    [InlineData(1, 10_000, 9_500)]
    [InlineData(2, 10_000, 9_000)]
    public void A_sample_without_an_access_drops_its_share_of_the_last_interval(uint last, ulong before, ulong after)
    {
        Region region = new(0, 4096) { LastNrAccesses = last, NrAccessesBp = before };
        region.CountSample(20);
        Assert.Equal((after, 0U), (region.NrAccessesBp, region.NrAccesses));
    }
}
