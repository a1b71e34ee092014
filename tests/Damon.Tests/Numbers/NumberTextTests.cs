using System.Text;
using Damon.Numbers;

namespace Damon.Tests.Numbers;

public sealed class NumberTextTests
{
    static readonly string s_tooLong = new('1', 65);

    static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    [Theory]
    [InlineData("1 s 250 ms", 1.25e9)]
    [InlineData("1s250ms", 1.25e9)]
    [InlineData("  5 us  ", 5e3)]
    [InlineData("1 d 1 h 1 m", 86400e9 + 3600e9 + 60e9)]
    [InlineData("1,000.5 ns", 1000.5)]
    [InlineData("3", 3e3)]
    [InlineData("-3", -3e3)]
    [InlineData("1e3", 1e6)]
    [InlineData("25e-1", 2500)]
    [InlineData("25E+1", 250e3)]
    public void A_time_may_have_several_parts_or_no_unit(string text, double expected)
    {
        Assert.True(NumberText.TryNs(Bytes(text), 1e3, out double ns));
        Assert.Equal(expected, ns);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("x")]
    [InlineData("5 parsecs")]
    [InlineData("5 s x")]
    [InlineData("1e999 s")]
    [InlineData("--3")]
    [InlineData("3-")]
    [InlineData("3-3")]
    public void A_text_that_is_not_a_time_is_not_read(string text)
    {
        Assert.False(NumberText.TryNs(Bytes(text), 1e3, out _));
        Assert.False(NumberText.TryTime(Bytes(text), out long ns));
        Assert.Equal(0, ns);
    }

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-5", -5)]
    [InlineData("1.5 s", 1_500_000_000)]
    [InlineData("1,000", 1000)]
    public void Times_of_records_are_whole(string text, long expected)
    {
        Assert.True(NumberText.TryTime(Bytes(text), out long ns));
        Assert.Equal(expected, ns);
    }

    [Theory]
    [InlineData("300000 d")]
    [InlineData("9223372036854775808")]
    [InlineData("-1e30")]
    public void Times_beyond_64_bits_are_not_read(string text)
    {
        Assert.False(NumberText.TryTime(Bytes(text), out long ns));
        Assert.Equal(0, ns);
    }

    [Theory]
    [InlineData("26 %", 5.2)]
    [InlineData("26%", 5.2)]
    [InlineData(" 5 % ", 1)]
    [InlineData("26", 26)]
    [InlineData(" 2.5 ", 2.5)]
    [InlineData("max", ulong.MaxValue)]
    [InlineData("min", 0)]
    public void A_ratio_is_a_number_or_a_percentage(string text, double expected)
    {
        Assert.True(NumberText.TryRatio(Bytes(text), 20, out double value));
        Assert.Equal(expected, value, 1e-12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("5 x")]
    [InlineData("5 %%")]
    public void A_text_that_is_not_a_ratio_is_not_read(string text) => Assert.False(NumberText.TryRatio(Bytes(text), 20, out _));

    [Theory]
    [InlineData("1,234", 1234UL)]
    [InlineData(" 7 ", 7UL)]
    [InlineData("1.9", 1UL)]
    [InlineData("max", ulong.MaxValue)]
    [InlineData("min", 0UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("18446744073709551616", ulong.MaxValue)]
    [InlineData("9007199254740993", 9007199254740993UL)] // no double is between
    public void A_count_may_have_commas_and_is_cut_to_a_whole_number(string text, ulong expected)
    {
        Assert.True(NumberText.TryCount(Bytes(text), out ulong value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("8 KiB", 8UL << 10)]
    [InlineData("1.5G", 3UL << 29)]
    [InlineData("2 MB", 2UL << 20)]
    [InlineData("9007199254740993 B", 9007199254740993UL)]
    [InlineData("16 EiB", ulong.MaxValue)]
    [InlineData("4,096", 4096UL)]
    public void A_size_may_have_a_unit_and_commas(string text, ulong expected)
    {
        Assert.True(NumberText.TryBytes(Bytes(text), out ulong value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void Every_unit_of_sizes()
    {
        for (int i = 0; i < 6; i++)
        {
            char unit = "KMGTPE"[i];
            foreach (string name in (string[])[$"{unit}", $"{unit}B", $"{unit}iB"])
            {
                Assert.True(NumberText.TryBytes(Bytes($"3 {name}"), out ulong value));
                Assert.Equal(3UL << (10 * (i + 1)), value);
            }
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("5 s")]
    [InlineData("5 KiB 3")]
    [InlineData("5 KiB KiB")]
    public void A_text_that_is_not_a_size_is_not_read(string text) => Assert.False(NumberText.TryBytes(Bytes(text), out _));

    [Fact]
    public void A_number_of_more_than_64_characters_is_refused()
    {
        byte[] longest = Bytes(s_tooLong[1..]);
        Assert.True(NumberText.TryCount(longest, out ulong count));
        Assert.Equal(ulong.MaxValue, count);
        Assert.True(NumberText.TryNs(longest, 1, out _));
        Assert.True(NumberText.TryRatio(longest, 1, out _));
        byte[] longer = Bytes(s_tooLong);
        Assert.False(NumberText.TryCount(longer, out _));
        Assert.False(NumberText.TryNs(longer, 1, out _));
        Assert.False(NumberText.TryRatio(longer, 1, out _));
    }
}
