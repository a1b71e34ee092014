using Damon.Schemes;

namespace Damon.Tests.Schemes;

public sealed class SchemeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(false, SchemeFilterKind.Address, SchemeFilterKind.Target)]
    [InlineData(true, SchemeFilterKind.Address, SchemeFilterKind.Anonymous)]
    [InlineData(true, SchemeFilterKind.Young)]
    public void Pages_are_asked_for_only_where_a_filter_looks_at_them(bool expected, params SchemeFilterKind[] kinds) =>
        Assert.Equal(expected, new Scheme { Filters = [.. kinds.Select(kind => new SchemeFilter { Kind = kind })] }.HasPageFilters);
}
