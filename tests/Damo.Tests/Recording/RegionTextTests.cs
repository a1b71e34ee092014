using Damo.CommandLine;
using Damo.Recording;
using Damon.Monitoring;

namespace Damo.Tests.Recording;

public sealed class RegionTextTests
{
    [Theory]
    [InlineData("4096-8192", 0x1000, 0x2000)]
    [InlineData("0x1000-0x2000", 0x1000, 0x2000)]
    [InlineData("  4K-8K\t\n", 0x1000, 0x2000)]
    [InlineData("0-0xffffffffffffffff", 0, ulong.MaxValue)]
    public void A_region_is_read_in_decimal_hexadecimal_or_with_units(string text, ulong start, ulong end) =>
        Assert.Equal([new AddressRange(start, end)], RegionText.Parse(text));

    [Fact]
    public void Regions_may_adjoin() => Assert.Equal([new(1, 5), new(5, 9), new(20, 30)], RegionText.Parse("1-5 5-9 20-30"));

    [Theory]
    [InlineData("", "no region is given")]
    [InlineData("  ", "no region is given")]
    [InlineData("4096", "'4096' is no region; write start-end")]
    [InlineData("1-2-3", "'1-2-3' is no region")]
    [InlineData("-5", "'' is no address")]
    [InlineData("5-", "'' is no address")]
    [InlineData("a-b", "'a' is no address")]
    [InlineData("5-5", "'5-5' is empty")]
    [InlineData("9-5", "'9-5' is empty")]
    [InlineData("1-5 4-9", "'4-9' overlaps the one before it")]
    [InlineData("10-20 1-5", "'1-5' overlaps the one before it, or comes before it")]
    public void A_wrong_region_is_a_usage_error_that_says_what_is_wrong(string text, string message)
    {
        UserErrorException fault = Assert.Throws<UserErrorException>(() => RegionText.Parse(text));
        Assert.Equal(ExitCode.Usage, fault.ExitCode);
        Assert.StartsWith("--regions: ", fault.Message);
        Assert.Contains(message, fault.Message);
    }
}
