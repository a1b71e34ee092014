using System.Globalization;
using Damon.Numbers;

namespace Damon.Tests.Numbers;

public class SizeTextTests
{
    [Theory]
    [InlineData(1.0625, 3, "1.062")]
    [InlineData(1.1875, 3, "1.188")]
    [InlineData(0.5, 0, "0")]
    [InlineData(1.5, 0, "2")]
    [InlineData(2.5, 0, "2")]
    [InlineData(-0.0625, 3, "-0.062")]
    [InlineData(0.0005, 3, "0.001")]
    [InlineData(0.00049, 3, "0.000")]
    [InlineData(999.9996, 3, "1000.000")]
    [InlineData(5e-324, 9, "0.000000000")]
    [InlineData(1e22, 3, "10000000000000000000000.000")]
    [InlineData(4503599627370495.5, 0, "4503599627370496")]
    [InlineData(double.NaN, 3, "nan")]
    [InlineData(double.NegativeInfinity, 3, "-inf")]
    public void Decimals_are_those_of_printf(double value, int decimals, string expected) => Assert.Equal(expected, FixedDecimal.Format(value, decimals));

    [Fact]
    public void Decimals_equal_exact_arithmetic()
    {
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            // 12 bits behind the point fit a decimal exactly, and every sixteenth or so is a tie.
            double value = random.NextInt64(-(1L << 30), 1L << 30) / 4096.0;
            string expected = Math.Round((decimal)value, 3, MidpointRounding.ToEven).ToString("F3", CultureInfo.InvariantCulture);
            string actual = FixedDecimal.Format(value, 3);
            Assert.Equal(expected, actual is "-0.000" ? "0.000" : actual);
        }
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1024, "1024 B")]
    [InlineData(1025, "1.001 KiB")]
    [InlineData(1048576, "1024.000 KiB")]
    [InlineData(1073741824, "1024.000 MiB")]
    [InlineData(1114112, "1.062 MiB")]
    [InlineData(1UL << 50, "1024.000 TiB")]
    [InlineData((1UL << 60) + (1UL << 59), "1.500 EiB")]
    [InlineData((1UL << 60) + 1, "1.000 EiB")]
    [InlineData(ulong.MaxValue, "max")]
    public void A_size_is_written_with_the_unit_that_suits_it(ulong bytes, string expected) => Assert.Equal(expected, SizeText.Format(bytes));

    [Theory]
    [InlineData(1UL << 60, "1048576.000 TiB")]
    [InlineData(ulong.MaxValue, "16777216.000 TiB")]
    public void Old_sizes_end_with_TiB(ulong bytes, string expected) => Assert.Equal(expected, SizeText.Format(bytes, NumberStyle.Old));

    [Fact]
    public void Sizes_are_also_written_raw_and_accurate()
    {
        Assert.Equal("18446744073709551615", SizeText.Format(ulong.MaxValue, NumberStyle.Raw));
        Assert.Equal("1234", SizeText.Format(1234.9, NumberStyle.Raw));
        Assert.Equal("1.205566 KiB", SizeText.FormatAccurate(1234.5));
        Assert.Equal("99 B", SizeText.Format(99.9));
    }

    [Theory]
    [InlineData(0, "0 ns", "0 ns")]
    [InlineData(999, "999 ns", "999 ns")]
    [InlineData(1000, "1 us", "1000 ns")]
    [InlineData(1500, "1.500 us", "1.500 us")]
    [InlineData(100e6, "100 ms", "100.000 ms")]
    [InlineData(5e9, "5 s", "5.000 s")]
    [InlineData(60e9, "1 m", "60.000 s")]
    [InlineData(61e9, "1 m 1 s", "1 m 1.000 s")]
    [InlineData(61.5e9, "1 m 1.500 s", "1 m 1.500 s")]
    [InlineData(82820.852e9, "23 h 20.852 s", "1380 m 20.852 s")]
    [InlineData(7200e9, "2 h", "120 m 0.000 s")]
    [InlineData(-5e9, "-5 s", "-5000000000 ns")]
    [InlineData(18446744073709551615d, "max", "307445734 m 33.710 s")]
    public void A_duration_is_written_as_each_generation_wrote_it(double ns, string current, string old)
    {
        Assert.Equal(current, DurationText.Format(ns));
        Assert.Equal(old, DurationText.Format(ns, NumberStyle.Old));
    }

    [Fact]
    public void Counts_percentages_and_frequencies_are_written_with_commas()
    {
        Assert.Equal("1,234,567", CountText.Format(1_234_567));
        Assert.Equal("1,234.5 %", CountText.FormatPercent(1234.5));
        Assert.Equal("0.0000001 %", CountText.FormatPercent(1e-7));
        Assert.Equal("-4 %", CountText.FormatPercent(-4));
        Assert.Equal("0 hz", CountText.FormatHz(0));
        Assert.Equal("9.999 hz", CountText.FormatHz(9.999));
        Assert.Equal("1,200 hz", CountText.FormatHz(1200.7));
    }
}
