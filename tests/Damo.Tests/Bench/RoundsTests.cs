using Damon.Bench;

namespace Damo.Tests.Bench;

/// <summary>What measurements of rounds say.</summary>
public sealed class RoundsTests
{
    /// <summary>Ranks by the binomial distribution: at most 2.5 % lie below the lower one, and as many above the upper one.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 1, 5)]
    [InlineData(6, 1, 6)]
    [InlineData(8, 1, 8)]
    [InlineData(9, 2, 8)]
    [InlineData(15, 4, 12)]
    [InlineData(20, 6, 15)]
    [InlineData(100, 40, 61)]
    public void The_interval_of_the_median_goes_from_rank_to_rank(int count, int low, int high)
    {
        Rounds rounds = new(Enumerable.Range(1, count).Select(static v => (double)v).Reverse());
        Assert.Equal((low, high), rounds.Interval);
    }

    [Fact]
    public void Ratios_are_those_of_the_rounds_and_rounds_without_a_value_do_not_count()
    {
        Rounds ratio = new Rounds([2, 9, 30, double.NaN, 8]).Per(new Rounds([1, 3, 15, 2, 0]));
        Assert.Equal(2, ratio.Median);
        Assert.Equal((2, 3), ratio.Interval);
        Assert.Equal("2 (2..3)", ratio.RatioText());
        Assert.Equal("-", new Rounds([double.NaN]).RatioText());
    }
}
