using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class OverheadGovernorTests
{
    const string Hot = "map 1G 64M\nphase 1s\naccess 1G 64M always";
    const long Second = 1_000_000_000;

    [Fact]
    public void Below_the_limit_nothing_changes()
    {
        OverheadGovernor governor = new(new(), 5);
        for (int i = 0; i < 100; i++)
        {
            Assert.Null(governor.Decide(i * Second, i * Second * 49 / 1000));
        }

        Assert.Equal((1.0, 1.0), (governor.Stretch, governor.LargestStretch));
    }

    [Fact]
    public void Too_little_time_is_nothing_to_judge_by()
    {
        OverheadGovernor governor = new(new(), 5);
        for (long ns = 0; ns < Second / 2; ns += 1_000_000)
        {
            Assert.Null(governor.Decide(ns, ns));
        }

        Assert.NotNull(governor.Decide(Second / 2, Second / 2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void The_limit_is_above_zero(double limit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverheadGovernor(new(), limit));

    [Theory]
    [InlineData(5_000, 100_000)]
    [InlineData(3_000, 100_000)] // 33 samples and a rest
    [InlineData(7, 7)]
    [InlineData(0, 100_000)]
    public void The_ratio_of_the_intervals_stays(ulong sample, ulong aggregation)
    {
        MonitoringAttributes asked = new() { SampleUs = sample, AggregationUs = aggregation };
        OverheadGovernor governor = new(asked, 3);
        Random random = new(1);
        long cpu = 0;
        int changes = 0;
        for (int i = 0; i < 1000; i++)
        {
            cpu += random.NextInt64(Second);
            if (governor.Decide(i * Second, cpu) is { } next)
            {
                changes++;
                Assert.Equal(asked.MaxNrAccesses, next.MaxNrAccesses);
                Assert.Null(next.Check());
                Assert.True(next.SampleUs >= asked.SampleUs);
                Assert.Equal((asked.UpdateUs, asked.MinNrRegions, asked.MaxNrRegions), (next.UpdateUs, next.MinNrRegions, next.MaxNrRegions));
            }
        }

        Assert.NotEqual(0, changes);
        Assert.InRange(governor.LargestStretch, 1, 10_000);
    }

    [Theory]
    [InlineData(100_000, 1, 2)] // 1 ms per sample of 5 ms: 20 %
    [InlineData(1_000_000, 5, 10)] // 10 ms per sample: longer than the interval itself
    [InlineData(20_000, 0.5, 30)]
    public void A_run_comes_below_the_limit_and_stays_there_without_swinging(long checkCostNs, double limit, double mostSeconds)
    {
        MonitoringAttributes asked = new() { MinNrRegions = 10, MaxNrRegions = 10 };
        SimulatedRun run = new(Hot, asked);
        run.Simulated.CheckCostNs = checkCostNs;
        OverheadGovernor governor = new(asked, limit);
        run.Kdamond.Governor = governor;
        List<(long TimeNs, long CpuNs, double Stretch)> course = [];
        run.Probe.On = call =>
        {
            if (call == "OnSnapshot")
            {
                course.Add((run.Clock.NowNs, run.Clock.ThreadCpuNs, governor.Stretch));
            }
        };
        run.Run(400);

        // Once settled, it stays: one cost, one stretch.
        long settled = course.First(step => step.TimeNs > (long)(mostSeconds * Second)).TimeNs;
        (long TimeNs, long CpuNs, double Stretch)[] steady = [.. course.Where(step => step.TimeNs >= settled)];
        Assert.InRange(steady.Length, 100, 400);
        Assert.Single(steady.Select(step => step.Stretch).Distinct());
        double percent = 100.0 * (steady[^1].CpuNs - steady[0].CpuNs) / (steady[^1].TimeNs - steady[0].TimeNs);
        Assert.InRange(percent, limit / 2, limit);

        // Counts keep their scale: always accessed is 20 of 20 in whole intervals, stretched or not.
        Assert.All(run.Probe.Snapshots, snapshot => Assert.All(snapshot[0].Regions.ToArray(), region => Assert.Equal(20U, region.NrAccesses)));
        Assert.Equal(asked.MaxNrAccesses, run.Context.Attributes.MaxNrAccesses);
    }

    [Fact]
    public void The_governor_aims_at_nine_tenths_of_the_limit_and_goes_back_half_the_way()
    {
        MonitoringAttributes asked = new() { SampleUs = 3000, AggregationUs = 100_000 };
        OverheadGovernor governor = new(asked, 10);
        long now = 0;
        long cpu = 0;
        MonitoringAttributes? After(long tenthsOfPercentOfPercent)
        {
            now += Second;
            cpu += tenthsOfPercentOfPercent * (Second / 100_000);
            return governor.Decide(now, cpu);
        }

        Assert.Null(After(0));
        Assert.Null(After(10_000)); // at the limit is not above it
        MonitoringAttributes? stretched = After(18_000);
        Assert.Equal(2, governor.Stretch, 1e-9);
        Assert.Equal((6000UL, 33 * 6000UL), (stretched!.SampleUs, stretched.AggregationUs));
        Assert.Null(After(7_300)); // not yet four fifths of what it aims at
        Assert.Equal(2, governor.Stretch, 1e-9);
        stretched = After(3_600); // 0.8 times would do
        Assert.Equal(1.4, governor.Stretch, 1e-9);
        Assert.Equal((4200UL, 33 * 4200UL), (stretched!.SampleUs, stretched.AggregationUs));

        // Less than a hundredth is none, and none is what was asked for.
        Assert.NotNull(After(10_000 + 800));
        Assert.Equal(1.4 * 1.2, governor.Stretch, 1e-9);
        Assert.Equal(asked, After(1_785));
        Assert.Equal((1, 2), (governor.Stretch, Math.Round(governor.LargestStretch, 9)));
    }

    [Theory]
    [InlineData(0, 0, 2, 2)]
    [InlineData(0, 10, 2, 20)] // an interval of 0 counts as 1
    [InlineData(1, 10, 2, 20)]
    [InlineData(2, 10, 4, 20)]
    public void The_shortest_intervals_are_stretched_no_more_than_others(ulong sample, ulong aggregation, ulong stretchedSample, ulong stretchedAggregation)
    {
        OverheadGovernor governor = new(new() { SampleUs = sample, AggregationUs = aggregation }, 10);
        Assert.Null(governor.Decide(0, 0));
        MonitoringAttributes? stretched = governor.Decide(Second, Second * 18 / 100);
        Assert.Equal((stretchedSample, stretchedAggregation), (stretched!.SampleUs, stretched.AggregationUs));
    }

    [Fact]
    public void Intervals_set_from_outside_begin_unstretched_and_are_judged_again()
    {
        OverheadGovernor governor = new(new(), 10);
        Assert.Null(governor.Decide(0, 0));
        Assert.NotNull(governor.Decide(Second, Second));
        governor.Restart(new() { SampleUs = 1000 });
        Assert.Equal(1, governor.Stretch);
        Assert.True(governor.LargestStretch > 10);
        Assert.Null(governor.Decide(2 * Second, 2 * Second));
        Assert.Equal(11_111UL, governor.Decide(3 * Second, 3 * Second)!.SampleUs);
    }

    [Fact]
    public void The_governor_shortens_the_intervals_again_when_the_cost_falls()
    {
        MonitoringAttributes asked = new();
        SimulatedRun run = new(Hot, asked);
        OverheadGovernor governor = new(asked, 1);
        run.Kdamond.Governor = governor;
        run.Simulated.CheckCostNs = 200_000;
        run.Run(50);
        Assert.InRange(governor.Stretch, 10, 1000);
        double peak = governor.Stretch;

        // The governor alone goes on: a fresh kdamond could not take its history along.
        long now = run.Clock.NowNs;
        long cpu = run.Clock.ThreadCpuNs;
        List<double> stretches = [];
        for (int i = 0; i < 60; i++)
        {
            governor.Decide(now += Second, cpu += (long)(Second * 0.0005 / governor.Stretch));
            stretches.Add(governor.Stretch);
        }

        Assert.Equal(1, governor.Stretch);
        Assert.Equal(stretches.OrderDescending(), stretches);
        Assert.Equal(peak, governor.LargestStretch);
    }

    [Fact]
    public void A_clock_that_cannot_tell_the_cost_is_left_alone()
    {
        ActionClock clock = new();
        SimulatedRun run = new(Hot, clock: clock);
        run.Kdamond.Governor = new OverheadGovernor(run.Context.Attributes, 1);
        run.Run(30);
        Assert.Equal(1, run.Kdamond.Governor.Stretch);
        Assert.Equal(30 * 100_000_000L, clock.NowNs);
    }

    [Fact]
    public void Attributes_set_while_running_are_what_is_stretched_from_then_on()
    {
        MonitoringAttributes asked = new() { MinNrRegions = 10, MaxNrRegions = 10 };
        MonitoringAttributes later = new() { SampleUs = 10_000, AggregationUs = 100_000, MinNrRegions = 5, MaxNrRegions = 50 };
        SimulatedRun run = new(Hot, asked);
        run.Simulated.CheckCostNs = 100_000;
        run.Kdamond.Governor = new OverheadGovernor(asked, 5);
        run.Probe.On = call =>
        {
            if (call == "OnSnapshot" && run.Probe.Snapshots.Count == 20)
            {
                Assert.NotEqual(1, run.Kdamond.Governor.Stretch);
                _ = run.Kdamond.Invoke(context => context.Attributes = later);
            }
        };
        run.Run(100);
        Assert.Equal((10U, 5, 50), (run.Context.Attributes.MaxNrAccesses, run.Context.Attributes.MinNrRegions, run.Context.Attributes.MaxNrRegions));
        Assert.Equal(run.Kdamond.Governor.Stretch, run.Context.Attributes.SampleUs / 10_000.0, 0.01);
        Assert.All(run.Probe.Snapshots.Skip(20), snapshot => Assert.All(snapshot[0].Regions.ToArray(), region => Assert.Equal(10U, region.NrAccesses)));
    }

    [Fact]
    public void A_governor_that_never_rests_does_not_keep_updates_away()
    {
        // The cost changes all the time, and so do the intervals: updates still come about once per second.
        MonitoringAttributes asked = new() { MinNrRegions = 10, MaxNrRegions = 10 };
        SimulatedRun run = new(Hot, asked);
        run.Kdamond.Governor = new OverheadGovernor(asked, 10);
        long changedNs = 0;
        HashSet<ulong> intervals = [];
        run.Probe.On = call =>
        {
            if (call == "OnSnapshot" && run.Clock.NowNs - changedNs > Second / 2)
            {
                changedNs = run.Clock.NowNs;
                run.Simulated.CheckCostNs = run.Simulated.CheckCostNs == 100_000 ? 30_000 : 100_000;
                intervals.Add(run.Context.Attributes.SampleUs);
            }
        };
        run.Run(300);
        Assert.InRange(intervals.Count, 5, 300);
        long seconds = run.Clock.NowNs / Second;
        Assert.InRange(run.Operations.UpdatesAfter.Count, seconds * 8 / 10, seconds * 12 / 10);
    }

    [Fact]
    public void A_change_keeps_the_moving_count()
    {
        MonitoringAttributes asked = new() { MinNrRegions = 10, MaxNrRegions = 10 };
        SimulatedRun run = new(Hot, asked);
        run.Simulated.CheckCostNs = 100_000;
        run.Kdamond.Governor = new OverheadGovernor(asked, 5);
        run.Probe.On = call =>
        {
            if (call == "AfterCheck" && run.Kdamond.Statistics.NrAggregations > 0)
            {
                Assert.Equal(200_000UL, run.Context.Targets[0].Regions[0].NrAccessesBp);
            }
        };
        run.Run(30);
        Assert.NotEqual(1, run.Kdamond.Governor.LargestStretch);
    }
}
