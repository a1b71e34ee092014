using Damon.Numbers;

namespace Damon.Tests.Numbers;

public sealed class QuantityTextTests
{
    [Theory]
    [InlineData("min", 0UL)]
    [InlineData("max", ulong.MaxValue)]
    [InlineData("4096", 4096UL)]
    [InlineData("1,000", 1000UL)]
    [InlineData("4K", 4096UL)]
    [InlineData("4 KiB", 4096UL)]
    [InlineData("1.5 mb", 1536UL * 1024)]
    [InlineData("1024.000 MiB", 1UL << 30)]
    [InlineData("1e3B", 1000UL)]
    [InlineData("1E", 1UL << 60)]
    [InlineData("2EB", 1UL << 61)]
    [InlineData("17E", ulong.MaxValue)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("18446744073709551614", ulong.MaxValue - 1)]
    [InlineData("9,007,199,254,740,993 B", (1UL << 53) + 1)]
    [InlineData(" 0.5 B ", 0UL)]
    public void A_size_is_a_number_with_a_unit(string text, ulong bytes)
    {
        Assert.True(QuantityText.TryBytes(text, false, out ulong read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("K")]
    [InlineData("1 2")]
    [InlineData("1KK")]
    [InlineData(".")]
    [InlineData("1e999")]
    [InlineData("inf")]
    [InlineData("0x10")]
    [InlineData("1.2.3")]
    [InlineData(",1")]
    public void A_text_that_is_not_a_size_is_refused(string text) => Assert.False(QuantityText.TryBytes(text, false, out _));

    [Theory]
    [InlineData("5 ms", 5_000UL)]
    [InlineData("1 s 200 ms", 1_200_000UL)]
    [InlineData("1h2m3s4ms5us", 3_723_004_005UL)]
    [InlineData("1 d", 86_400_000_000UL)]
    [InlineData("1,000", 1000UL)]
    [InlineData("0 ns", 0UL)]
    [InlineData("1999 ns", 1UL)]
    [InlineData("1.500 s", 1_500_000UL)]
    [InlineData("5 sec", 5_000_000UL)]
    [InlineData("2 min 3 µs", 120_000_003UL)]
    [InlineData("max", ulong.MaxValue)]
    public void A_time_is_a_number_with_a_unit(string text, ulong us)
    {
        Assert.True(QuantityText.TryMicroseconds(text, 1, out Amount read));
        Assert.Equal(us, read.Cut());
    }

    [Theory]
    [InlineData("1 s 200")]
    [InlineData("5 seconds")]
    [InlineData("s")]
    [InlineData("")]
    [InlineData("1 s max")]
    public void A_text_that_is_not_a_time_is_refused(string text) => Assert.False(QuantityText.TryMicroseconds(text, 1, out _));

    [Theory]
    [InlineData("5", 5UL)]
    [InlineData("5 s", 5_000UL)]
    [InlineData("1999 us", 1UL)]
    [InlineData("max", ulong.MaxValue)]
    [InlineData("18446744073709551614", ulong.MaxValue - 1)]
    [InlineData("18,446,744,073,709,551,614 ms", ulong.MaxValue - 1)]
    [InlineData("2.9 ms", 2UL)]
    [InlineData("1 s 2 ms", 1002UL)]
    public void A_time_in_milliseconds_is_a_number_with_or_without_a_unit(string text, ulong ms)
    {
        Assert.True(QuantityText.TryMilliseconds(text, false, out ulong read));
        Assert.Equal(ms, read);
    }

    [Theory]
    [InlineData("50%", 10_000UL, 5000UL)]
    [InlineData("50 %", 1000UL, 500UL)]
    [InlineData("0.29 %", 10_000UL, 29UL)]
    [InlineData("0.1 %", 1000UL, 1UL)]
    [InlineData("7", 1000UL, 7UL)]
    [InlineData("7.9", 1000UL, 7UL)]
    public void Parts(string text, ulong scale, ulong part)
    {
        Assert.True(QuantityText.TryPart(text, scale, out Amount read));
        Assert.Equal(part, read.Cut());
    }

    [Theory]
    [InlineData("Y", true)]
    [InlineData("true", true)]
    [InlineData("False", false)]
    [InlineData("no", false)]
    public void Truth_values_are_yes_no_true_and_false(string text, bool value)
    {
        Assert.True(QuantityText.TryBool(text, out bool read));
        Assert.Equal(value, read);
        Assert.False(QuantityText.TryBool(text + "x", out _));
    }
}
