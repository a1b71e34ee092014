using Damon.Monitoring;
using Damon.Simulation;

namespace Damon.Tests.Monitoring;

public sealed class KdamondTests
{
    const string Hot = "map 1G 64M\nphase 1s\naccess 1G 64M always";
    const long Ms = 1_000_000;

    [Theory]
    [InlineData(5_000, 100_000, 1_000_000, 20, 200)]
    [InlineData(3_000, 10_000, 7_000, 3, 2)]
    [InlineData(5_000, 5_000, 0, 1, 1)]
    [InlineData(5_000, 9_999, 4_999, 1, 1)]
    [InlineData(0, 7, 14, 7, 14)] // an interval of 0 counts as 1 us in divisions
    [InlineData(0, 0, 0, 1, 1)]
    public void Intervals_are_counted_in_samples(ulong sample, ulong aggregation, ulong update, int perAggregation, int perUpdate)
    {
        SimulatedRun run = new(Hot, new() { SampleUs = sample, AggregationUs = aggregation, UpdateUs = update });
        Assert.Equal(KdamondEnd.ObserverEnded, run.Run(50));
        Assert.Equal(50 * perAggregation, run.Operations.NrChecks);
        Assert.Equal(50 * perAggregation, run.Kdamond.Statistics.NrSamples);
        Assert.Equal(50, run.Kdamond.Statistics.NrAggregations);
        Assert.Equal(
            Enumerable.Range(1, 50).Select(i => (long)sample * 1000 * perAggregation * i),
            run.Probe.Snapshots.Select(snapshot => snapshot.TimeNs));
        Assert.Equal(
            Enumerable.Range(1, ((50 * perAggregation) - 1) / perUpdate).Select(i => i * perUpdate),
            run.Operations.UpdatesAfter);
        Assert.Equal(0, run.Kdamond.Statistics.NrMissedTicks);
    }

    [Fact]
    public void Hooks_come_in_their_order()
    {
        SimulatedRun run = new(Hot, new() { SampleUs = 5000, AggregationUs = 10_000 });
        run.Run(2);
        Assert.Equal(
            "BeforeStart AfterSampling AfterCheck AfterSampling AfterCheck AfterAggregation OnSnapshot AfterSampling AfterCheck AfterSampling AfterCheck "
                + "AfterAggregation OnSnapshot BeforeTerminate",
            string.Join(' ', run.Probe.Calls));
        Assert.Equal((1, 1), (run.Operations.NrInits, run.Operations.NrCleanups));
    }

    [Theory]
    [InlineData("always", 20)]
    [InlineData("every 5ms", 20)]
    [InlineData("every 10ms", 10)]
    [InlineData("every 25ms", 4)]
    [InlineData("every 100ms", 1)]
    public void Counts_are_those_of_the_script(string period, uint count)
    {
        SimulatedRun run = new($"map 1G 64M\nphase 1h\naccess 1G 64M {period}");
        run.Run(5);
        foreach (Snapshot snapshot in run.Probe.Snapshots)
        {
            Assert.All(snapshot[0].Regions.ToArray(), region => Assert.Equal(count, region.NrAccesses));
        }

        Assert.Equal(4, run.Probe.Snapshots[4][0].Regions[0].Age - run.Probe.Snapshots[0][0].Regions[0].Age);
    }

    [Fact]
    public void Statistics_count_what_was_done()
    {
        SimulatedRun run = new(Hot);
        run.Simulated.CheckCostNs = 1000;
        run.Run(10);
        KdamondStatistics statistics = run.Kdamond.Statistics;
        Assert.Equal((200L, 10L), (statistics.NrSamples, statistics.NrAggregations));
        Assert.Equal(statistics.NrChecks * 1000, statistics.CheckNs);
        Assert.Equal(statistics.CheckNs, statistics.CpuNs);
        Assert.Equal(5000, statistics.AchievedSampleUs, tolerance: 5);
        Assert.Equal(100_000, statistics.AchievedAggregationUs, tolerance: 100);
        Assert.Equal(100.0 * statistics.CpuNs / statistics.ElapsedNs, statistics.CpuPercent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_time_of_a_run_begins_with_it_whatever_the_clock_shows(int samples)
    {
        const long StartNs = 3_600_000 * Ms;
        SimulatedRun run = new(Hot, new() { SampleUs = 5000, AggregationUs = 5000 }, clock: new SimulatedClock(StartNs));
        run.Run(samples);
        KdamondStatistics statistics = run.Kdamond.Statistics;
        Assert.Equal((StartNs, samples * 5 * Ms), (statistics.StartNs, statistics.ElapsedNs));
        Assert.Equal((5000.0, 5000.0), (statistics.AchievedSampleUs, statistics.AchievedAggregationUs));
        Assert.Equal(0, statistics.NrMissedTicks);
    }

    [Fact]
    public void A_run_without_a_sample_took_no_time()
    {
        SimulatedRun run = new(Hot, clock: new SimulatedClock(3_600_000 * Ms));
        run.Kdamond.Stop();
        run.Kdamond.Run();
        KdamondStatistics statistics = run.Kdamond.Statistics;
        Assert.Equal(0, statistics.ElapsedNs);
        Assert.Equal((0.0, 0.0, 0.0), (statistics.AchievedSampleUs, statistics.AchievedAggregationUs, statistics.CpuPercent));
    }

    [Theory]
    [InlineData(7, 8, 1, 100)]
    [InlineData(7, 27, 5, 25)]
    [InlineData(7, 7, 0, 0)]
    [InlineData(7, 7, 5, 0)]
    public void Cpu_time_is_a_share_of_the_time_of_the_run(long start, long last, long cpu, double percent) =>
        Assert.Equal(percent, new KdamondStatistics { StartNs = start, LastNs = last, CpuNs = cpu }.CpuPercent);

    [Fact]
    public void The_cost_after_the_last_aggregation_is_counted_too()
    {
        SimulatedRun run = new("map 1G 64M\ndie 150ms");
        run.Simulated.CheckCostNs = 1000;
        Assert.Equal(KdamondEnd.TargetsGone, run.Kdamond.Run());
        Assert.Equal(1, run.Kdamond.Statistics.NrAggregations);
        Assert.Equal(run.Clock.ThreadCpuNs, run.Kdamond.Statistics.CpuNs);
    }

    [Fact]
    public void No_target_ends_at_once()
    {
        SimulatedRun run = new(Hot, nrTargets: 0);
        Assert.Equal(KdamondEnd.TargetsGone, run.Kdamond.Run());
        Assert.Equal(0, run.Operations.NrPrepares);
        Assert.Equal(1, run.Operations.NrCleanups);
        Assert.Equal(["BeforeStart", "BeforeTerminate"], run.Probe.Calls);
    }

    [Fact]
    public void Operations_that_check_no_targets_never_end_by_themselves()
    {
        SimulatedRun run = new("map 1G 64M\ndie 10ms");
        run.Operations.ChecksTargets = false;
        Assert.Equal(KdamondEnd.ObserverEnded, run.Run(7));
        SimulatedRun empty = new(Hot, nrTargets: 0);
        empty.Operations.ChecksTargets = false;
        Assert.Equal(KdamondEnd.ObserverEnded, empty.Run(7));
    }

    [Theory]
    [InlineData(false, 0, KdamondEnd.ObserverEnded)]
    [InlineData(true, 0, KdamondEnd.TargetsGone)]
    [InlineData(true, 1, KdamondEnd.ObserverEnded)]
    public void Operations_check_no_targets_and_find_each_valid_unless_they_say_otherwise(bool checksTargets, int nrTargets, KdamondEnd end)
    {
        MonitoringContext context = new(checksTargets ? new CheckingOperations() : new NoOperations());
        for (int i = 1; i <= nrTargets; i++)
        {
            context.AddTarget(new Target(i));
        }

        context.Observers.Add(new ProbeObserver { MaxSnapshots = 3 });
        Assert.Equal(end, new Kdamond(context, new SimulatedClock()).Run());
    }

    [Fact]
    public void A_run_goes_on_until_the_last_target_is_gone()
    {
        SimulatedRun run = new(Hot, nrTargets: 3);
        SimulatedOperations.SetPattern(run.Context.Targets[0], SimulatedPattern.Parse(Hot + "\ndie 150ms"));
        SimulatedOperations.SetPattern(run.Context.Targets[1], SimulatedPattern.Parse(Hot + "\ndie 750ms"));
        SimulatedOperations.SetPattern(run.Context.Targets[2], SimulatedPattern.Parse(Hot + "\ndie 350ms"));
        Assert.Equal(KdamondEnd.TargetsGone, run.Kdamond.Run());
        Assert.Equal(7, run.Probe.Snapshots.Count);
        Assert.Equal(750 * Ms, run.Clock.NowNs);

        // A dead target contributes nothing.
        Assert.All(run.Probe.Snapshots[2][0].Regions.ToArray(), region => Assert.Equal(0U, region.NrAccesses));
        Assert.All(run.Probe.Snapshots[6][1].Regions.ToArray(), region => Assert.Equal(20U, region.NrAccesses));
    }

    [Theory]
    [InlineData("BeforeStart", 0, 0)]
    [InlineData("AfterSampling", 1, 0)]
    [InlineData("AfterCheck", 1, 1)]
    [InlineData("AfterAggregation", 20, 20)]
    [InlineData("OnSnapshot", 20, 20)]
    public void An_observer_can_end_it_at_every_hook(string hook, int prepares, int checks)
    {
        SimulatedRun run = new(Hot);
        ProbeObserver second = new();
        run.Context.Observers.Add(second);
        run.Probe.EndAt = hook;
        Assert.Equal(KdamondEnd.ObserverEnded, run.Kdamond.Run());
        Assert.Equal((prepares, checks), (run.Operations.NrPrepares, run.Operations.NrChecks));
        Assert.Equal([hook, "BeforeTerminate"], run.Probe.Calls.TakeLast(2));
        Assert.Equal(1, run.Operations.NrCleanups);

        // Whoever comes later in the list hears of it all the same: a writer gets the last snapshot.
        Assert.Equal(run.Probe.Calls, second.Calls);
    }

    [Fact]
    public void Stop_before_the_run_ends_it()
    {
        SimulatedRun run = new(Hot);
        run.Kdamond.Stop();
        Assert.Equal(KdamondEnd.Stopped, run.Kdamond.Run());
        Assert.Equal(0, run.Operations.NrPrepares);
        Assert.Equal(1, run.Operations.NrCleanups);
    }

    [Theory]
    [InlineData("AfterAggregation")]
    [InlineData("OnSnapshot")]
    [InlineData("AfterCheck")]
    public void Stop_while_running_ends_it_after_the_sample(string hook)
    {
        SimulatedRun run = new(Hot);
        run.Probe.On = call =>
        {
            if (call == hook && run.Operations.NrChecks == 40)
            {
                run.Kdamond.Stop();
            }
        };
        Assert.Equal(KdamondEnd.Stopped, run.Kdamond.Run());
        Assert.Equal(40, run.Kdamond.Statistics.NrSamples);
        Assert.Equal(2, run.Probe.Snapshots.Count);
    }

    [Fact]
    public void A_sample_that_a_stop_cut_short_does_not_count()
    {
        ActionClock clock = new();
        SimulatedRun run = new(Hot, clock: clock);
        clock.OnSleep = _ =>
        {
            if (clock.NrSleeps == 7)
            {
                clock.JumpTo(clock.NowNs + Ms);
                run.Kdamond.Stop();
                return false;
            }

            return true;
        };
        Assert.Equal(KdamondEnd.Stopped, run.Kdamond.Run());
        Assert.Equal(6, run.Operations.NrChecks);
        Assert.Equal(6, run.Kdamond.Statistics.NrSamples);
        Assert.Equal(6, run.Probe.Windows.Count);
        Assert.Equal(6, (int)run.Context.Targets[0].Regions[0].NrAccesses);
        Assert.Equal(30 * Ms, run.Kdamond.Statistics.ElapsedNs);
    }

    [Fact]
    public void A_wake_without_a_stop_does_not_shorten_the_sample()
    {
        ActionClock clock = new();
        SimulatedRun run = new(Hot, clock: clock);
        clock.OnSleep = deadline =>
        {
            clock.JumpTo(Math.Min(deadline, clock.NowNs + (2 * Ms)));
            return false;
        };
        run.Run(2);
        Assert.Equal(40, run.Kdamond.Statistics.NrSamples);
        Assert.All(run.Probe.Windows, window => Assert.Equal(5 * Ms, window.CheckStartNs - window.PrepareEndNs));
    }

    [Fact]
    public void Stop_ends_a_long_sleep()
    {
        using TimeProviderClock clock = new(TimeProvider.System);
        SimulatedRun run = new(Hot, new() { SampleUs = 3_600_000_000, AggregationUs = 3_600_000_000 }, clock: clock);
        using ManualResetEventSlim sampled = new();
        run.Probe.On = call =>
        {
            if (call == "AfterSampling")
            {
                sampled.Set();
            }
        };
        KdamondEnd? end = null;
        Thread thread = new(() => end = run.Kdamond.Run()) { IsBackground = true };
        thread.Start();
        Assert.True(sampled.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.True(SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromMinutes(1)));
        run.Kdamond.Stop();
        Assert.True(thread.Join(TimeSpan.FromMinutes(1)));
        Assert.Equal(KdamondEnd.Stopped, end);
        Assert.Equal(0, run.Operations.NrChecks);
        Assert.False(run.Kdamond.IsRunning);
    }

    [Fact]
    public void A_kdamond_runs_only_once()
    {
        SimulatedRun run = new(Hot);
        run.Probe.On = _ => Assert.True(run.Kdamond.IsRunning);
        Assert.False(run.Kdamond.IsRunning);
        run.Run(1);
        Assert.False(run.Kdamond.IsRunning);
        Assert.Throws<InvalidOperationException>(() => run.Kdamond.Run());
    }

    [Fact]
    public void Operations_are_cleaned_up_whatever_is_thrown()
    {
        SimulatedRun init = new(Hot);
        init.Operations.On = call => throw new InvalidDataException(call);
        Assert.Equal("Init", Assert.Throws<InvalidDataException>(() => init.Kdamond.Run()).Message);
        Assert.Equal(1, init.Operations.NrCleanups);
        Assert.False(init.Kdamond.IsRunning);

        SimulatedRun terminate = new(Hot);
        terminate.Probe.On = call =>
        {
            if (call == "BeforeTerminate")
            {
                throw new InvalidDataException(call);
            }
        };
        Assert.Throws<InvalidDataException>(() => terminate.Run(1));
        Assert.Equal(1, terminate.Operations.NrCleanups);
    }

    [Fact]
    public void Ticks_that_cannot_be_kept_are_counted_and_the_grid_is_kept()
    {
        SimulatedRun run = new(Hot);
        run.Clock.Lateness = deadline => deadline == 10 * Ms ? 12 * Ms : 0;
        run.Run(1);

        // The tick of 10 ms came at 22 ms: those of 15 and 20 ms are gone.
        Assert.Equal([5 * Ms, 22 * Ms, 25 * Ms, 30 * Ms], run.Probe.Windows.Take(4).Select(window => window.CheckStartNs));
        Assert.Equal(2, run.Kdamond.Statistics.NrMissedTicks);
        Assert.Equal(12 * Ms, run.Kdamond.Statistics.Lateness.MaxNs);
        Assert.Equal(0, run.Kdamond.Statistics.Lateness.Percentile(0.95));
        Assert.Equal(110 * Ms, run.Probe.Snapshots[0].TimeNs);
    }

    [Fact]
    public void Checks_longer_than_the_interval_miss_ticks()
    {
        SimulatedRun run = new(Hot, new() { MinNrRegions = 10, MaxNrRegions = 10 });
        run.Simulated.CheckCostNs = 1_200_000; // 10 regions: 12 ms
        run.Run(2);
        Assert.Equal(40, run.Kdamond.Statistics.NrSamples);
        Assert.InRange(run.Kdamond.Statistics.NrMissedTicks, 60, 80);
        Assert.All(run.Probe.Windows, window => Assert.Equal(0, window.CheckStartNs % (5 * Ms)));
        Assert.Equal(0, run.Kdamond.Statistics.Lateness.MaxNs);
    }

    [Fact]
    public void An_interval_that_is_just_over_misses_nothing()
    {
        ActionClock clock = new();
        SimulatedRun run = new(Hot, clock: clock);
        run.Operations.On = call =>
        {
            if (call == "PrepareAccessChecks")
            {
                clock.JumpTo(clock.NowNs + (5 * Ms));
            }
        };
        run.Run(1);
        Assert.Equal(0, run.Kdamond.Statistics.NrMissedTicks);
        Assert.Equal(100 * Ms, run.Probe.Snapshots[0].TimeNs);
    }

    [Fact]
    public void Cpu_time_before_the_run_is_not_its_own()
    {
        ActionClock clock = new() { ThreadCpuNs = 7_000 };
        SimulatedRun run = new(Hot, clock: clock);
        List<long> seen = [];
        run.Operations.On = call => clock.ThreadCpuNs += call == "CheckAccesses" ? 10 : 0;
        run.Probe.On = call =>
        {
            if (call == "OnSnapshot")
            {
                seen.Add(run.Kdamond.Statistics.CpuNs);
            }
        };
        run.Run(2);
        Assert.Equal([200, 400], seen);
        Assert.Equal(400, run.Kdamond.Statistics.CpuNs);
    }

    [Fact]
    public void Counts_are_not_whole_while_samples_are_taken()
    {
        SimulatedRun run = new(Hot);
        List<string> whole = [];
        run.Probe.On = call =>
        {
            if (!run.Context.IsAggregating)
            {
                whole.Add(call);
            }
        };
        run.Run(2);
        Assert.Equal(["AfterAggregation", "OnSnapshot", "AfterAggregation", "OnSnapshot", "BeforeTerminate"], whole);
        Assert.False(run.Context.IsAggregating);
        SimulatedRun stopped = new(Hot) { Probe = { EndAt = "AfterCheck" } };
        stopped.Run(1);
        Assert.False(stopped.Context.IsAggregating);
    }

    [Fact]
    public void The_policy_learns_after_which_samples_an_interval_was_complete()
    {
        SimulatedRun run = new(Hot, new() { SampleUs = 5000, AggregationUs = 15_000 });
        ProbePolicy policy = new();
        run.Context.Policy = policy;
        run.Run(2);
        Assert.Equal([(1, false), (2, false), (3, true), (4, false), (5, false), (6, true)], policy.Samples);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public void One_region_becomes_as_many_as_the_lower_limit_wants_at_once_and_never_less(int least)
    {
        SimulatedRun run = new("map 1G 1G\nphase 1h", new() { MinNrRegions = least });
        run.Operations.OnInit = _ =>
        {
            run.Context.Targets[0].Regions.Clear();
            run.Context.Targets[0].Regions.Add(new Region(1 << 30, 1UL << 31));
        };
        run.Run(50);
        Assert.All(run.Probe.Snapshots, snapshot => Assert.InRange(snapshot.NrRegions, least, 1000));
        Assert.Equal(least, run.Probe.Snapshots[0].NrRegions);
    }

    [Fact]
    public void Neighbours_merge_that_differ_by_a_tenth_of_the_hottest()
    {
        // Regions of 1 MiB, 1 MiB and 14 MiB, accessed in 20, 18 or 17, and 0 of 20 samples. The last is larger than a third of the whole, and cut.
        AddressRange[] cold = [new(2 << 20, 0x756000), new(0x756000, 0xcac000), new(0xcac000, 16 << 20)];
        Assert.Equal([new(0, 2 << 20), .. cold], RangesAfterOneInterval(missed: 2));
        Assert.Equal([new(0, 1 << 20), new(1 << 20, 2 << 20), .. cold], RangesAfterOneInterval(missed: 3));
    }

    static AddressRange[] RangesAfterOneInterval(int missed)
    {
        SimulatedRun run = new("map 0 16M\nphase 1s\naccess 0 1M always", new() { MinNrRegions = 3 });
        RegionList regions = run.Context.Targets[0].Regions;
        int samples = 0;
        run.Operations.OnChecked = _ =>
        {
            samples++;
            regions[1].Accessed = samples > missed;
        };
        run.Operations.OnInit = _ =>
        {
            regions.Clear();
            regions.Add(new Region(0, 1 << 20));
            regions.Add(new Region(1 << 20, 2 << 20));
            regions.Add(new Region(2 << 20, 16 << 20));
        };
        run.Run(1);
        return [.. run.Probe.Snapshots[0][0].Regions.ToArray().Select(region => new AddressRange(region.Start, region.End))];
    }

    [Fact]
    public void Attributes_that_an_observer_sets_at_a_snapshot_put_off_what_is_due_at_that_sample()
    {
        SimulatedRun run = new(Hot, new() { UpdateUs = 100_000 });
        run.Probe.On = call =>
        {
            if (call == "OnSnapshot" && run.Probe.Snapshots.Count == 1)
            {
                run.Context.Attributes = new() { UpdateUs = 200_000 };
            }
        };
        run.Run(6);
        Assert.Equal([60, 100], run.Operations.UpdatesAfter);
    }

    [Fact]
    public void The_governor_stretches_what_an_observer_has_set_last()
    {
        ActionClock clock = new();
        SimulatedRun run = new(Hot, clock: clock);
        run.Kdamond.Governor = new OverheadGovernor(run.Context.Attributes, 1);
        run.Operations.On = call => clock.ThreadCpuNs += call == "CheckAccesses" ? 1 * Ms : 0;
        run.Probe.On = call =>
        {
            // Just when the governor has half a second to judge by.
            if (call == "OnSnapshot" && run.Probe.Snapshots.Count == 6)
            {
                run.Context.Attributes = new() { SampleUs = 1000, AggregationUs = 7000 };
            }
        };
        run.Run(200);
        Assert.Equal(7U, run.Context.Attributes.MaxNrAccesses);
        Assert.True(run.Context.Attributes.SampleUs > 1000);
    }

    [Fact]
    public void Ticks_during_a_rest_are_not_missed_and_the_grid_restarts_after_it()
    {
        SimulatedRun run = new(Hot);
        ProbePolicy policy = new() { RestsNs = { 12 * Ms + 1, 3 * Ms } };
        run.Context.Policy = policy;
        long startOfFirst = -1;
        run.Probe.On = call => startOfFirst = startOfFirst < 0 && call == "AfterSampling" ? run.Clock.NowNs : startOfFirst;
        run.Run(1);
        Assert.Equal(15 * Ms + 1, startOfFirst);
        Assert.Equal(115 * Ms + 1, run.Probe.Snapshots[0].TimeNs);
        Assert.Equal(20, run.Operations.NrPrepares);
        Assert.Equal(0, run.Kdamond.Statistics.NrMissedTicks);
        Assert.Equal(0, run.Kdamond.Statistics.Lateness.MaxNs);
    }

    [Fact]
    public void A_rest_counts_as_time_of_the_run()
    {
        SimulatedRun run = new(Hot);
        run.Context.Policy = new ProbePolicy { RestsNs = { 7 * Ms } };
        run.Probe.On = call =>
        {
            if (call == "AfterSampling")
            {
                Assert.Equal(7 * Ms, run.Kdamond.Statistics.ElapsedNs);
                run.Kdamond.Stop();
            }
        };
        Assert.Equal(KdamondEnd.Stopped, run.Kdamond.Run());
    }

    [Fact]
    public void A_rest_without_end_ends_with_the_run()
    {
        ActionClock clock = new();
        SimulatedRun run = new(Hot, clock: clock);
        run.Context.Policy = new ProbePolicy { RestsNs = { long.MaxValue } };
        long until = 0;
        clock.JumpTo(5);
        clock.OnSleep = deadline =>
        {
            until = deadline;
            run.Kdamond.Stop();
            return false;
        };
        Assert.Equal(KdamondEnd.Stopped, run.Kdamond.Run());
        Assert.Equal(long.MaxValue, until);
        Assert.Equal(0, run.Operations.NrPrepares);
    }

    [Fact]
    public void Without_an_interval_nothing_is_late()
    {
        SimulatedRun run = new(Hot, new() { SampleUs = 0, AggregationUs = 3 });
        run.Clock.Lateness = _ => 5;
        run.Run(3);
        Assert.Equal((0, 0), (run.Kdamond.Statistics.NrMissedTicks, run.Kdamond.Statistics.Lateness.MaxNs));
    }

    /// <summary>Operations that see nothing and end with the last target, but know no target that is gone.</summary>
    sealed class CheckingOperations : IOperations
    {
        public bool ChecksTargets => true;

        public void PrepareAccessChecks(MonitoringContext context)
        {
        }

        public void CheckAccesses(MonitoringContext context)
        {
        }
    }

    /// <summary>Notes what it is told.</summary>
    sealed class ProbePolicy : IRegionPolicy
    {
        public List<(int, bool)> Samples { get; } = [];

        /// <summary>How long it rests, the first times that it is asked.</summary>
        public List<long> RestsNs { get; } = [];

        public long RestNs(MonitoringContext context, long nowNs)
        {
            long rest = RestsNs.Count > 0 ? RestsNs[0] : 0;
            RestsNs.RemoveRange(0, Math.Min(RestsNs.Count, 1));
            return rest;
        }

        public void AfterSample(MonitoringContext context, ulong nrSamples, long nowNs, bool isAggregated) => Samples.Add(((int)nrSamples, isAggregated));

        public void Reschedule(MonitoringContext context, ulong nrSamples)
        {
        }
    }
}
