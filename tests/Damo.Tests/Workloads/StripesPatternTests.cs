using Damo.Workloads;

namespace Damo.Tests.Workloads;

public class StripesPatternTests
{
    const long Second = 1_000_000_000;

    [Fact]
    public void The_hot_stripe_wanders_to_and_fro()
    {
        int start = FirstHot(0);
        int turn = FirstHot(5 * Second);
        Assert.Equal(0, start);
        Assert.InRange(turn, 25, 35);
        Assert.InRange(FirstHot(5 * Second / 2), start + 1, turn - 1);
        Assert.Equal(FirstHot(3 * Second), FirstHot(7 * Second));
        Assert.Equal(0, FirstHot(10 * Second));
    }

    [Fact]
    public void The_stripes_pattern_repeats_after_a_round()
    {
        StripesPattern pattern = new(StripesPattern.DefaultNrRegions);
        for (int region = 0; region < StripesPattern.DefaultNrRegions; region++)
        {
            for (long ns = 0; ns < StripesPattern.RoundNs; ns += Second / 3)
            {
                Assert.Equal(pattern.PeriodNs(region, ns), pattern.PeriodNs(region, ns + StripesPattern.RoundNs));
                long nominal = pattern.NominalPeriodNs(region);
                Assert.True(nominal == LoggedRegion.Varies || nominal == pattern.PeriodNs(region, ns));
            }
        }
    }

    static int FirstHot(long ns)
    {
        StripesPattern pattern = new(StripesPattern.DefaultNrRegions);
        return Enumerable.Range(0, StripesPattern.DefaultNrRegions).First(region => pattern.PeriodNs(region, ns) > 0);
    }
}
