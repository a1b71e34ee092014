using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class LatenessHistogramTests
{
    [Fact]
    public void Without_ticks_all_is_zero()
    {
        LatenessHistogram histogram = new();
        Assert.Equal((0L, 0L), (histogram.MaxNs, histogram.Percentile(0.99)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1_000_000)]
    [InlineData(long.MaxValue)]
    public void One_tick_is_every_percentile(long ns)
    {
        LatenessHistogram histogram = new();
        histogram.Add(ns);
        Assert.Equal(ns, histogram.MaxNs);
        Assert.Equal(ns, histogram.Percentile(0.01));
        Assert.Equal(ns, histogram.Percentile(1));
        Assert.Equal(ns, histogram.Percentile(2));
    }

    [Fact]
    public void A_tick_before_its_deadline_counts_as_on_time()
    {
        LatenessHistogram histogram = new();
        histogram.Add(-5);
        histogram.Add(long.MinValue);
        Assert.Equal((0L, 0L), (histogram.MaxNs, histogram.Percentile(1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(1_000_000_000)]
    public void Percentiles_are_an_eighth_too_high_at_most(long scale)
    {
        LatenessHistogram histogram = new();
        Random random = new(1);
        List<long> all = [];
        for (int i = 0; i < 10_000; i++)
        {
            long ns = (long)(Math.Pow(random.NextDouble(), 4) * 1000 * scale);
            all.Add(ns);
            histogram.Add(ns);
        }

        all.Sort();
        foreach (double fraction in new[] { 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1 })
        {
            long exact = all[(int)Math.Ceiling(fraction * all.Count) - 1];
            Assert.InRange(histogram.Percentile(fraction), exact, exact + (exact / 8) + 1);
        }

        Assert.Equal(all[^1], histogram.Percentile(1));
        Assert.Equal(all[^1], histogram.MaxNs);
    }
}
