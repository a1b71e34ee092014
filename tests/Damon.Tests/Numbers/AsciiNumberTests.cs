using System.Globalization;
using System.Text;
using CsCheck;
using Damon.Numbers;

namespace Damon.Tests.Numbers;

public sealed class AsciiNumberTests
{
    const double Seconds = 1e9;

    static long? Time(string text) => AsciiNumber.TryTime(Encoding.ASCII.GetBytes(text), Seconds, out long ns) ? ns : null;

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("7", 7_000_000_000L)]
    [InlineData("1.5", 1_500_000_000L)]
    [InlineData("0.000000001", 1L)]
    [InlineData("94067.030374", 94_067_030_374_000L)]
    [InlineData("9007199.254740993", 9_007_199_254_740_992L)]
    [InlineData("1.00000000000000000000000001", 1_000_000_000L)]
    [InlineData("18447.000000000000000", 18_447_000_000_000L)] // as a whole number a little above 2^64
    [InlineData("9223372036.7", 9_223_372_036_700_000_256L)]
    public void Seconds_with_decimals_become_nanoseconds(string text, long ns) => Assert.Equal(ns, Time(text));

    [Theory]
    [InlineData("")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("1.x")]
    [InlineData("1.5 ")]
    [InlineData("-1.5")]
    [InlineData("9223372036.9")]
    [InlineData("18446744074.000000000")] // as a whole number a little above 2^64
    [InlineData("9223372036.854775807")] // the nearest double is one more than fits
    [InlineData("9007199254740993.5x")]
    [InlineData("1.000000000000000000000x")]
    public void A_text_that_is_not_seconds_gives_no_time(string text) => Assert.Null(Time(text));

    [Theory]
    [InlineData("", 0, false, 0, 0)]
    [InlineData("no digits in sixteen characters", 0, false, 0, 0)]
    [InlineData("no", 0, false, 0, 0)]
    [InlineData("12345678", 0, true, 12345678, 8)]
    [InlineData("1234567812345678", 0, true, 1234567812345678, 16)]
    [InlineData("12345678123456789 and more", 0, true, 12345678123456789, 17)]
    [InlineData("in all 18446744073709551615, and no more", 7, true, ulong.MaxValue, 27)]
    [InlineData("in all 18446744073709551616, which is more", 7, false, 0, 27)]
    [InlineData("in all 7", 7, true, 7, 8)]
    public void Digits_are_read_where_they_are(string text, int at, bool isNumber, ulong value, int end)
    {
        Assert.Equal(isNumber, AsciiNumber.TryRead(Encoding.ASCII.GetBytes(text), ref at, out ulong read));
        Assert.Equal((value, end), (read, at));
    }

    [Fact]
    public void A_time_is_the_double_of_its_text_however_many_digits_it_has() =>
        Gen.Select(Gen.ULong[0, 9_000_000_000], Gen.ULong, Gen.Int[1, 30]).Sample((whole, fraction, decimals) =>
        {
            string digits = fraction.ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0')[^decimals..];
            string text = $"{whole}.{digits}";
            Assert.Equal((long)(double.Parse(text, CultureInfo.InvariantCulture) * Seconds), Time(text));
        });
}
