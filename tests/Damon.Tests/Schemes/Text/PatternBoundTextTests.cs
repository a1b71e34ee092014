using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Tests.Schemes.Text;

public sealed class PatternBoundTextTests
{
    [Theory]
    [InlineData("20", 20, PatternUnit.Percent)]
    [InlineData("2.5 %", 2.5, PatternUnit.Percent)]
    [InlineData("3 samples", 3, PatternUnit.Count)]
    [InlineData("min", 0, PatternUnit.Count)]
    [InlineData("max", 0, PatternUnit.Max)]
    [InlineData("18446744073709551615", 0, PatternUnit.Max)]
    [InlineData("max samples", 0, PatternUnit.Max)]
    public void An_access_bound_keeps_its_unit(string text, double value, PatternUnit unit)
    {
        Assert.True(PatternBoundText.TryAccess(text, out PatternBound bound));
        Assert.Equal(new PatternBound(value, unit), bound);
    }

    [Theory]
    [InlineData("5 s", 5e6, PatternUnit.Microseconds)]
    [InlineData("100", 100, PatternUnit.Microseconds)]
    [InlineData("92,233,720,368,547 aggr_intervals", 92_233_720_368_547, PatternUnit.Count)]
    [InlineData("max", 0, PatternUnit.Max)]
    public void An_age_bound_keeps_its_unit(string text, double value, PatternUnit unit)
    {
        Assert.True(PatternBoundText.TryAge(text, out PatternBound bound));
        Assert.Equal(new PatternBound(value, unit), bound);
    }
}
