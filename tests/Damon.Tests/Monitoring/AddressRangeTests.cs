using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class AddressRangeTests
{
    [Theory]
    [InlineData(0, 10, false)] // ends where it begins
    [InlineData(0, 11, true)]
    [InlineData(12, 15, true)]
    [InlineData(10, 20, true)]
    [InlineData(5, 30, true)]
    [InlineData(19, 25, true)]
    [InlineData(20, 25, false)]
    public void Ranges_intersect_that_have_an_address_in_common(ulong start, ulong end, bool intersects)
    {
        AddressRange range = new(10, 20);
        AddressRange other = new(start, end);
        Assert.Equal((intersects, intersects), (range.Intersects(other), other.Intersects(range)));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(19, true)]
    [InlineData(20, false)]
    public void A_range_does_not_contain_its_end(ulong address, bool isIn) => Assert.Equal(isIn, new AddressRange(10, 20).Contains(address));

    [Fact]
    public void An_empty_range_has_no_size()
    {
        Assert.True(new AddressRange(10, 10).IsEmpty);
        Assert.False(new AddressRange(10, 11).IsEmpty);
        Assert.Equal((0UL, 1UL), (new AddressRange(10, 10).Size, new AddressRange(10, 11).Size));
    }
}
