using Damon.Schemes;

namespace Damon.Tests.Schemes;

public sealed class QuotaStateTests
{
    const long Ms = 1_000_000;
    const ulong MinRegion = 4096;

    [Fact]
    public void Time_is_bytes_by_what_actions_took_so_far_in_all_windows()
    {
        SchemeQuota quota = new() { TimeMs = 10, ResetIntervalMs = 100 };
        QuotaState state = new();
        Assert.False(state.Advance(quota, 5 * Ms, MinRegion, metrics: null));
        Assert.Equal(4096UL * 1024 * 10, state.EffectiveBytes); // nothing is known yet

        // 8 MiB in 4 ms, in two pieces: 2 MiB per ms.
        state.Charge(quota, 6 << 20, 6 << 20, 3 * Ms);
        state.Charge(quota, 2 << 20, 2 << 20, 1 * Ms);
        Assert.Equal(8UL << 20, state.Charged);
        Assert.False(state.IsFull);
        Assert.False(state.Advance(quota, (105 * Ms) - 1, MinRegion, metrics: null));
        Assert.Equal(8UL << 20, state.Charged);
        Assert.False(state.Advance(quota, 105 * Ms, MinRegion, metrics: null));
        Assert.Equal((20UL << 20, 0UL), (state.EffectiveBytes, state.Charged));

        // 20 MiB in 10 ms more: 28 MiB in 14 ms. The window was used up.
        state.Charge(quota, 20 << 20, 20 << 20, 10 * Ms);
        Assert.True(state.IsFull);
        Assert.True(state.Advance(quota, 205 * Ms, MinRegion, metrics: null));
        Assert.Equal(20UL << 20, state.EffectiveBytes);

        // Nothing for 100 ms.
        state.Charge(quota, 0, 0, 86 * Ms);
        Assert.False(state.Advance(quota, 305 * Ms, MinRegion, metrics: null));
        Assert.Equal((28UL << 20) / 100 * 10, state.EffectiveBytes, 10.0);

        // The next window begins where this one was looked at.
        Assert.False(state.Advance(quota, 1234 * Ms, MinRegion, metrics: null));
        state.Charge(quota, 1 << 20, 1 << 20, Ms);
        Assert.False(state.Advance(quota, 1333 * Ms, MinRegion, metrics: null));
        Assert.Equal(1UL << 20, state.Charged);
        Assert.False(state.Advance(quota, 1334 * Ms, MinRegion, metrics: null));
        Assert.Equal(0UL, state.Charged);
    }

    [Theory]
    [InlineData(0, 0, 100)] // all counts
    [InlineData(3, 4, 85)]
    [InlineData(0, 1, 40)]
    [InlineData(1, 1, 100)]
    public void Failed_bytes_are_charged_as_the_quota_says(uint numerator, uint denominator, ulong charged)
    {
        SchemeQuota quota = new() { SizeBytes = 1000, ResetIntervalMs = 100, FailChargeNumerator = numerator, FailChargeDenominator = denominator };
        QuotaState state = new();
        state.Advance(quota, 0, MinRegion, metrics: null);
        state.Charge(quota, 100, 40, 0);
        Assert.Equal(charged, state.Charged);
        Assert.Equal(1000UL, state.EffectiveBytes);

        // More than all cannot have worked.
        state.Charge(quota, 100, 4000, 0);
        Assert.Equal(charged + 100, state.Charged);
    }

    [Theory]
    [InlineData(MinRegion - 1, 0, true)]
    [InlineData(MinRegion, 0, false)]
    [InlineData((2 * MinRegion) + 1, MinRegion, false)]
    [InlineData((2 * MinRegion) + 1, MinRegion + 1, false)]
    [InlineData((2 * MinRegion) + 1, MinRegion + 2, true)]
    [InlineData((2 * MinRegion) + 1, 2 * MinRegion, true)]
    [InlineData((2 * MinRegion) + 1, 3 * MinRegion, true)]
    public void A_quota_is_used_up_when_the_smallest_region_does_not_fit_any_more(ulong bytes, ulong charged, bool isFull)
    {
        SchemeQuota quota = new() { SizeBytes = bytes, ResetIntervalMs = 100 };
        QuotaState state = new();
        state.Advance(quota, 0, MinRegion, metrics: null);
        state.Charge(quota, charged, charged, 0);
        Assert.Equal(isFull, state.IsFull);
        Assert.Equal(isFull, state.Advance(quota, 100 * Ms, MinRegion, metrics: null));
    }

    [Fact]
    public void Without_any_limit_nothing_is_ever_full()
    {
        SchemeQuota quota = new() { ResetIntervalMs = 100 };
        QuotaState state = new();
        for (long now = 0; now < 300 * Ms; now += 100 * Ms)
        {
            Assert.False(state.Advance(quota, now, MinRegion, metrics: null));
            Assert.Equal((0UL, false), (state.EffectiveBytes, state.IsFull));
            state.Charge(quota, 4096, 4096, 1);
        }
    }

    [Fact]
    public void The_shortest_time_counts_in_a_quota_of_the_shortest_time()
    {
        SchemeQuota quota = new() { TimeMs = 1, ResetIntervalMs = 100 };
        QuotaState state = new();
        state.Advance(quota, 0, MinRegion, metrics: null);
        Assert.Equal(4096UL * 1024, state.EffectiveBytes);
        state.Charge(quota, 8192, 8192, 1);
        state.Advance(quota, 100 * Ms, MinRegion, metrics: null);
        Assert.Equal(8192UL * 1_000_000, state.EffectiveBytes);
    }

    [Fact]
    public void Of_time_and_a_goal_the_less_holds_and_a_page_at_least()
    {
        QuotaGoal goal = new() { Metric = QuotaGoalMetric.UserInput, TargetValue = 100, CurrentValue = 100 };
        QuotaState state = new();
        state.Advance(new SchemeQuota { Goals = [goal], TimeMs = 10, ResetIntervalMs = 100 }, 0, MinRegion, metrics: null);
        Assert.Equal(MinRegion, state.EffectiveBytes);
    }

    [Fact]
    public void A_quota_that_lost_its_goal_is_open_again()
    {
        QuotaGoal goal = new() { Metric = QuotaGoalMetric.UserInput, TargetValue = 100, CurrentValue = 100 };
        QuotaState state = new();
        state.Advance(new SchemeQuota { Goals = [goal], Tuner = QuotaTuner.Temporal, ResetIntervalMs = 100 }, 0, MinRegion, metrics: null);
        Assert.True(state.IsClosed);
        state.Advance(new SchemeQuota { SizeBytes = 5000, ResetIntervalMs = 100 }, 100 * Ms, MinRegion, metrics: null);
        Assert.Equal((false, false, 5000UL), (state.IsClosed, state.IsFull, state.EffectiveBytes));
    }

    [Fact]
    public void A_temporal_quota_is_closed_while_its_goal_is_reached()
    {
        QuotaGoal goal = new() { Metric = QuotaGoalMetric.UserInput, TargetValue = 100 };
        SchemeQuota quota = new() { Goals = [goal], Tuner = QuotaTuner.Temporal, ResetIntervalMs = 100 };
        QuotaState state = new();
        List<(bool, bool, ulong)> seen = [];
        long now = 0;
        foreach (ulong value in new ulong[] { 99, 100, 101, 99 })
        {
            goal.CurrentValue = value;
            Assert.False(state.Advance(quota, now, MinRegion, metrics: null));
            seen.Add((state.IsClosed, state.IsFull, state.EffectiveBytes));
            now += 100 * Ms;
        }

        Assert.Equal([(false, false, ulong.MaxValue), (true, true, 0), (true, true, 0), (false, false, ulong.MaxValue)], seen);
    }
}
