using Damo.CommandLine;

namespace Damo.Tests.CommandLine;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("5000", 5000)]
    [InlineData("5ms", 5000)]
    [InlineData("5 ms", 5000)]
    [InlineData("5MS", 5000)]
    [InlineData("0.1s", 100_000)]
    [InlineData(".5s", 500_000)]
    [InlineData("2m", 120_000_000)]
    [InlineData("2min", 120_000_000)]
    [InlineData("1h", 3_600_000_000)]
    [InlineData("1d", 86_400_000_000)]
    [InlineData("1500ns", 1)]
    [InlineData("7us", 7)]
    [InlineData("1,000,000", 1_000_000)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void Times_are_microseconds_unless_they_have_a_unit(string text, ulong expected) => Assert.Equal(expected, Quantity.Microseconds(text, "x"));

    [Theory]
    [InlineData("")]
    [InlineData("ms")]
    [InlineData("-5")]
    [InlineData("+5")]
    [InlineData("5 parsecs")]
    [InlineData("1.2.3s")]
    [InlineData(".")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("\u0665ms")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999999999999999999999999s")]
    [InlineData("214000000d")]
    public void A_text_that_is_not_a_time_is_a_usage_error(string text)
    {
        UserErrorException fault = Assert.Throws<UserErrorException>(() => Quantity.Microseconds(text, "the interval"));
        Assert.Equal(ExitCode.Usage, fault.ExitCode);
        Assert.StartsWith($"the interval: '{text}' is no time;", fault.Message);
    }

    [Theory]
    [InlineData("5", 5_000_000)]
    [InlineData("0.5", 500_000)]
    [InlineData("5ms", 5_000)]
    public void Where_plain_numbers_are_seconds_units_still_count(string text, ulong expected) =>
        Assert.Equal(expected, Quantity.MicrosecondsOfSeconds(text, "x"));

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("4K", 4096)]
    [InlineData("4k", 4096)]
    [InlineData("4KiB", 4096)]
    [InlineData("1.5 MiB", 1572864)]
    [InlineData("2G", 1L << 31)]
    [InlineData("1T", 1L << 40)]
    [InlineData("1PB", 1L << 50)]
    [InlineData("12B", 12)]
    public void Sizes_take_units(string text, ulong expected) => Assert.Equal(expected, Quantity.Bytes(text, "x"));

    [Theory]
    [InlineData("4 X")]
    [InlineData("16384P")]
    [InlineData("")]
    public void A_text_that_is_not_a_size_is_a_usage_error(string text) =>
        Assert.StartsWith($"x: '{text}' is no size;", Assert.Throws<UserErrorException>(() => Quantity.Bytes(text, "x")).Message);

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("0x1000", 4096)]
    [InlineData("0X7FFF00000000", 0x7fff_0000_0000)]
    [InlineData("0xffffffffffffffff", ulong.MaxValue)]
    [InlineData("2M", 2 << 20)]
    public void Addresses_are_decimal_or_hexadecimal(string text, ulong expected) => Assert.Equal(expected, Quantity.Address(text, "x"));

    [Theory]
    [InlineData("0x")]
    [InlineData("0xg")]
    [InlineData("0x-1")]
    [InlineData("0x10000000000000000")]
    [InlineData("7fff00000000x")]
    [InlineData("")]
    public void A_text_that_is_not_an_address_is_a_usage_error(string text) =>
        Assert.StartsWith($"x: '{text}' is no address;", Assert.Throws<UserErrorException>(() => Quantity.Address(text, "x")).Message);

    [Theory]
    [InlineData("2")]
    [InlineData("101")]
    [InlineData("-3")]
    [InlineData("1.5")]
    [InlineData("ten")]
    [InlineData("99999999999")]
    [InlineData("")]
    public void Counts_out_of_range_say_the_range(string text) =>
        Assert.Equal($"x: '{text}' must be a whole number, 3 to 100", Assert.Throws<UserErrorException>(() => Quantity.Count(text, "x", 3, 100)).Message);

    [Theory]
    [InlineData("5", 5)]
    [InlineData("0.5%", 0.5)]
    [InlineData("100%", 100)]
    public void Percentages_may_have_their_sign(string text, double expected) => Assert.Equal(expected, Quantity.Percent(text, "x", 100));

    [Theory]
    [InlineData("0")]
    [InlineData("100.1")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("%")]
    [InlineData("1e1")]
    public void Percentages_out_of_range_say_the_range(string text) =>
        Assert.Equal(
            $"x: '{text}' must be a percentage above 0 and at most 100",
            Assert.Throws<UserErrorException>(() => Quantity.Percent(text, "x", 100)).Message);

    [Theory]
    [InlineData(0, "0 us")]
    [InlineData(0.5, "0.5 us")]
    [InlineData(850, "850 us")]
    [InlineData(5000, "5 ms")]
    [InlineData(156_362, "156.36 ms")]
    [InlineData(1_234_567, "1.23 s")]
    public void Times_are_written_for_people(double microseconds, string expected) => Assert.Equal(expected, TimeText.OfMicroseconds(microseconds));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(64UL << 20, "64.0 MiB")]
    [InlineData(ulong.MaxValue, "16.0 EiB")]
    public void Sizes_are_written_for_people(ulong bytes, string expected) => Assert.Equal(expected, ByteText.Of(bytes));
}
