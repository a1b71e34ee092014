using System.Globalization;
using CsCheck;
using Damon.Reports.Html;

namespace Damon.Tests.Reports.Html;

public sealed class HeatCodeTests
{
    [Fact]
    public void The_text_is_the_heat_rounded_to_three_digits() => Gen.Select(Gen.Double[1, 9.999], Gen.Int[-35, 34]).Sample((digits, power) =>
    {
        double heat = digits * Math.Pow(10, power);
        Assert.Equal(
            double.Parse(heat.ToString("E2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            double.Parse(HeatCode.Text(HeatCode.Of(heat)), CultureInfo.InvariantCulture));
    });

    [Fact]
    public void A_greater_heat_has_no_lesser_code() => Gen.Select(Gen.Double[0, 1000], Gen.Double[0, 1000]).Sample((a, b) =>
        Assert.True(HeatCode.Of(Math.Min(a, b)) <= HeatCode.Of(Math.Max(a, b))));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(200, "200")]
    [InlineData(12.34, "12.3")]
    [InlineData(999.6, "1000")]
    [InlineData(0.05, "0.0500")]
    [InlineData(123456, "123000")]
    [InlineData(1.5e-7, "1.50e-7")]
    [InlineData(2e20, "2.00e20")]
    [InlineData(double.NaN, "")]
    public void A_heat_code_prints_its_heat(double heat, string text) => Assert.Equal(text, HeatCode.Text(HeatCode.Of(heat)));

    [Fact]
    public void Unknown_zero_and_the_largest_heat_have_codes_of_their_own()
    {
        Assert.Equal((HeatCode.Unknown, HeatCode.Zero, HeatCode.First), (HeatCode.Of(double.NaN), HeatCode.Of(0), HeatCode.Of(double.Epsilon)));
        Assert.Equal(HeatCode.Of(double.MaxValue), HeatCode.Of(double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => HeatCode.Of(-1));
    }
}
