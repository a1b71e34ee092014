using Damon.Linux.Actions;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Actions;

public sealed class PassCursorTests
{
    readonly PassCursor _cursor = new();

    [Fact]
    public void The_next_pass_goes_on_where_time_ran_out()
    {
        Assert.Equal([10UL, 20UL, 30UL], Pass());
        Pass();
        _cursor.Stop(25);
        _cursor.Stop(30);

        Assert.Equal([null, 25UL, 30UL], Pass());
        Assert.Equal([10UL, 20UL, 30UL], Pass());
    }

    [Fact]
    public void A_place_that_no_pass_comes_to_any_more_is_forgotten()
    {
        Pass();
        _cursor.Stop(35);

        Assert.Null(_cursor.Begin(new AddressRange(10, 20)));
        Assert.Equal(10UL, _cursor.Begin(new AddressRange(10, 20)));
    }

    [Fact]
    public void Time_is_bounded_and_comes_back_by_half()
    {
        ActionTime time = new();
        time.Start(1000);
        time.Spend(1000 + ActionTime.MostNs - 1);
        Assert.False(time.IsSpent);
        time.Spend(1000 + ActionTime.MostNs + 1_000_000);
        Assert.True(time.IsSpent);
        time.Start(1000 + ActionTime.MostNs + 1_500_000);
        Assert.True(time.IsSpent);
        time.Start(1000 + ActionTime.MostNs + 5_000_000);
        Assert.False(time.IsSpent);
    }

    ulong?[] Pass() => [_cursor.Begin(new AddressRange(10, 20)), _cursor.Begin(new AddressRange(20, 30)), _cursor.Begin(new AddressRange(30, 40))];
}
