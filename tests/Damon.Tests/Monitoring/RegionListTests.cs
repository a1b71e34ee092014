using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class RegionListTests
{
    [Fact]
    public void Regions_are_appended_inserted_and_summed_up()
    {
        RegionList list = new();
        Assert.Equal((0, 0UL), (list.Count, list.TotalSize));
        for (ulong i = 0; i < 100; i++)
        {
            list.Add(new Region(i * 20, (i * 20) + 10));
        }

        list.Insert(0, new Region(5000, 5001));
        list.Insert(50, new Region(6000, 6002));
        list.Insert(list.Count, new Region(7000, 7003));
        Assert.Equal((103, 1006UL), (list.Count, list.TotalSize));
        Assert.Equal((5000UL, 6000UL, 7000UL, 0UL), (list[0].Start, list[50].Start, list[102].Start, list[1].Start));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (ulong)i * 20), list.AsSpan().ToArray().Select(region => region.Start).Where(start => start < 5000));
        list.Clear();
        Assert.Equal((0, 0UL), (list.Count, list.TotalSize));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void Nothing_is_inserted_outside(int index)
    {
        RegionList list = new();
        list.Add(new Region(0, 10));
        list.Add(new Region(10, 20));
        Assert.Equal("index", Assert.Throws<ArgumentOutOfRangeException>(() => list.Insert(index, new Region(20, 30))).ParamName);
        Assert.Equal(2, list.Count);
    }
}
