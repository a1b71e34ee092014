using Damon.Monitoring;
using Damon.Schemes;
using static Damon.Tests.Schemes.SchemeBench;

namespace Damon.Tests.Schemes;

public class CoreFiltersTests
{
    static SchemeFilter Address(ulong start, ulong end, bool allow = false, bool matching = true) =>
        new() { Kind = SchemeFilterKind.Address, Range = Pages(start, end), Allow = allow, Matching = matching };

    static SchemeFilter OfTarget(int index, bool allow = false, bool matching = true) =>
        new() { Kind = SchemeFilterKind.Target, TargetIndex = index, Allow = allow, Matching = matching };

    static SchemeFilter OfPages(bool allow) => new() { Kind = SchemeFilterKind.Anonymous, Allow = allow };

    [Theory]
    [InlineData(3, 5, true, "3-5")]
    [InlineData(1, 2, false, "1-2")]
    [InlineData(6, 8, false, "6-8")]
    [InlineData(1, 4, false, "1-2 2-4")]
    [InlineData(2, 8, true, "2-6 6-8")]
    [InlineData(1, 8, false, "1-2 2-8")]
    [InlineData(2, 6, true, "2-6")]
    public void A_range_cuts_regions(ulong start, ulong end, bool matches, string regions)
    {
        SchemeBench bench = new();
        Target target = bench.AddTarget(1, (start, end, 0, 0));
        Assert.Equal(matches, CoreFilters.Matches(bench.Context, target, 0, Address(2, 6)));
        Assert.Equal(regions, string.Join(' ', target.Regions.AsSpan().ToArray().Select(r => $"{r.Start / Page.Size}-{r.End / Page.Size}")));
    }

    [Fact]
    public void Memory_that_no_filter_matches_counts_as_not_allowed()
    {
        SchemeBench bench = new();
        Target target = bench.AddTarget(1, (0, 4, 0, 0), (4, 8, 0, 0));
        Assert.True(CoreFilters.Pass(bench.Context, target, 0, [Address(4, 8)], out bool isAllowed));
        Assert.False(isAllowed);
        Assert.True(CoreFilters.Pass(bench.Context, target, 1, [Address(4, 8, allow: true)], out isAllowed));
        Assert.True(isAllowed);
        Assert.False(CoreFilters.Pass(bench.Context, target, 0, [Address(4, 8, allow: true)], out isAllowed));
        Assert.False(isAllowed);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, false)] // there is none
    [InlineData(int.MaxValue, false)]
    public void A_target_filter_matches_by_the_index_of_the_target(int index, bool matches)
    {
        SchemeBench bench = new();
        bench.AddTarget(8, (0, 1, 0, 0));
        Target target = bench.AddTarget(9, (0, 1, 0, 0));
        Assert.Equal(matches, CoreFilters.Matches(bench.Context, target, 0, OfTarget(index)));
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("ca", true, false)]
    [InlineData("cr", false, false)]
    [InlineData("cr pa", false, true)]
    [InlineData("ca pa", false, true)]
    [InlineData("pa", false, true)]
    [InlineData("pr", false, false)]
    [InlineData("ca cr", false, false)]
    [InlineData("cr ca", true, false)]
    public void The_last_filter_of_a_group_sets_the_default(string filters, bool core, bool page)
    {
        SchemeFilter[] list = [.. filters.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(f => f[0] == 'c' ? Address(0, 1, f[1] == 'a') : OfPages(f[1] == 'a'))];
        Assert.Equal((core, page), CoreFilters.RejectsByDefault(list));
    }

    [Fact]
    public void Rejected_regions_are_not_tried()
    {
        SchemeBench bench = new();
        bench.AddTarget(1, (0, 10, 0, 0));
        Scheme scheme = bench.Add(new Scheme { Filters = [Address(3, 5)] });
        bench.Pass();
        Assert.Equal([Pages(0, 3), Pages(5, 10)], bench.AppliedRanges);
        Assert.Equal(8 * Page.Size, scheme.Statistics.SizeTried);
    }

    [Fact]
    public void Only_what_is_allowed_is_tried()
    {
        SchemeBench bench = new();
        bench.AddTarget(1, (0, 10, 0, 0));
        bench.AddTarget(2, (0, 10, 0, 0));
        bench.Add(new Scheme { Filters = [OfTarget(0), Address(3, 5, allow: true)] });
        bench.Pass();
        (long target, AddressRange range, _, bool isAllowed) = Assert.Single(bench.Operations.Applied);
        Assert.Equal((2L, Pages(3, 5), true), (target, range, isAllowed));
    }

    [Fact]
    public void A_filter_can_mean_all_other_memory()
    {
        SchemeBench bench = new();
        bench.AddTarget(1, (0, 10, 0, 0));
        bench.AddTarget(2, (0, 10, 0, 0));
        bench.Add(new Scheme { Filters = [OfTarget(1, matching: false)] });
        bench.Pass();
        Assert.Equal(2L, Assert.Single(bench.Operations.Applied).Target);
    }
}
