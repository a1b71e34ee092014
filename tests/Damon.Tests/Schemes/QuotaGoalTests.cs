using Damon.Schemes;

namespace Damon.Tests.Schemes;

public class QuotaGoalTests
{
    sealed class Metrics : ISchemeMetrics
    {
        public ulong? FreeMemoryRate { get; set; }

        public ulong? Value { get; set; }

        public ulong? ValueOf(QuotaGoal goal) => Value;
    }

    [Fact]
    public void A_quota_grows_until_its_goal_is_reached_and_then_stays()
    {
        SchemeBench bench = new();
        bench.AddTarget(1, (0, 1_000_000, 0, 0));
        QuotaGoal goal = new() { Metric = QuotaGoalMetric.UserInput, TargetValue = 100 };
        Scheme scheme = bench.Add(new Scheme { Action = SchemeAction.PageOut, Quota = new SchemeQuota { Goals = [goal], ResetIntervalMs = 100 } });
        List<ulong> quotas = [];
        for (int i = 0; i < 20; i++)
        {
            bench.Pass();
            quotas.Add(scheme.EffectiveQuota);
        }

        Assert.Equal([2, 4, 8, 16], quotas.Take(4));
        Assert.Equal(1ul << 20, quotas[^1]);
        goal.CurrentValue = 100;
        bench.Pass();
        Assert.Equal(1ul << 20, scheme.EffectiveQuota);
        goal.CurrentValue = 150;
        bench.Pass();
        Assert.Equal(1ul << 19, scheme.EffectiveQuota);
        goal.CurrentValue = 1000;
        bench.Pass();
        Assert.Equal(1ul, scheme.EffectiveQuota);
    }

    [Fact]
    public void The_size_caps_what_is_tuned()
    {
        SchemeBench bench = new();
        bench.AddTarget(1, (0, 1_000_000, 0, 0));
        QuotaGoal goal = new() { Metric = QuotaGoalMetric.UserInput, TargetValue = 100 };
        Scheme scheme = bench.Add(new Scheme { Quota = new SchemeQuota { Goals = [goal], SizeBytes = 8192, ResetIntervalMs = 100 } });
        for (int i = 0; i < 20; i++)
        {
            bench.Pass();
        }

        Assert.Equal(8192ul, scheme.EffectiveQuota);
    }

    [Fact]
    public void A_temporal_quota_is_open_or_closed_but_never_partial()
    {
        Metrics metrics = new() { Value = 10 };
        SchemeBench bench = new(metrics);
        bench.AddTarget(1, (0, 10, 0, 0));
        QuotaGoal goal = new() { Metric = QuotaGoalMetric.NodeMemoryFreeBp, TargetValue = 100 };
        Scheme scheme = bench.Add(new Scheme { Quota = new SchemeQuota { Goals = [goal], Tuner = QuotaTuner.Temporal, ResetIntervalMs = 100 } });
        bench.Pass();
        Assert.Single(bench.Operations.Applied);
        Assert.Equal(10ul, goal.CurrentValue);
        metrics.Value = 100;
        bench.Pass();
        Assert.Empty(bench.Operations.Applied);
        metrics.Value = 99;
        bench.Pass();
        Assert.Single(bench.Operations.Applied);
        Assert.Equal(2ul, scheme.Statistics.NrTried);
    }

    [Fact]
    public void Watermarks_let_a_scheme_rest_and_wake()
    {
        Metrics metrics = new();
        SchemeBench bench = new(metrics);
        bench.AddTarget(1, (0, 10, 0, 0));
        Scheme scheme = bench.Add(new Scheme
        {
            Action = SchemeAction.Cold,
            Watermarks = new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, IntervalUs = 5000, High = 500, Mid = 400, Low = 200 },
        });
        (ulong, bool)[] steps =
        [
            (450, true), (600, false), (450, false), (399, true), (450, true), (199, false), (200, true), (500, true), (501, false), (400, false),
        ];
        foreach ((ulong rate, bool isActive) in steps)
        {
            metrics.FreeMemoryRate = rate;
            Assert.Equal(isActive ? 0 : 5_000_000, bench.Engine.RestNs(bench.Context, 0));
            Assert.Equal(isActive, scheme.IsActive);
            bench.Pass();
            Assert.Equal(isActive ? 1 : 0, bench.Operations.Applied.Count);
        }
    }

    [Theory]
    [InlineData(9_223_372_036_854_775, 9_223_372_036_854_775_000)]
    [InlineData(9_223_372_036_854_776, 9_223_372_036_854_775_000)]
    [InlineData(ulong.MaxValue, 9_223_372_036_854_775_000)]
    public void A_rest_is_no_longer_than_a_clock_can_tell(ulong intervalUs, long ns)
    {
        SchemeBench bench = new(new Metrics { FreeMemoryRate = 900 });
        bench.Add(new Scheme
        {
            Watermarks = new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, IntervalUs = intervalUs, High = 500, Mid = 400, Low = 200 },
        });
        Assert.Equal(ns, bench.Engine.RestNs(bench.Context, 0));
    }

    [Fact]
    public void Without_metrics_a_scheme_with_watermarks_is_active()
    {
        SchemeBench bench = new();
        Scheme scheme = bench.Add(new Scheme
        {
            Watermarks = new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, IntervalUs = 7000, High = 500, Mid = 400, Low = 200 },
        });
        Assert.Equal(0, bench.Engine.RestNs(bench.Context, 0));
        Assert.True(scheme.IsActive);
    }

    [Fact]
    public void One_active_scheme_keeps_the_others_from_putting_all_to_rest()
    {
        Metrics metrics = new() { FreeMemoryRate = 900 };
        SchemeBench bench = new(metrics);
        Scheme resting = bench.Add(new Scheme
        {
            Watermarks = new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, IntervalUs = 7000, High = 500, Mid = 400, Low = 200 },
        });
        Assert.Equal(7_000_000, bench.Engine.RestNs(bench.Context, 0));
        bench.Add(new Scheme());
        Assert.Equal(0, bench.Engine.RestNs(bench.Context, 0));
        Assert.False(resting.IsActive);
        bench.Engine.Clear();
        Assert.Equal(0, bench.Engine.RestNs(bench.Context, 0));
    }
}
