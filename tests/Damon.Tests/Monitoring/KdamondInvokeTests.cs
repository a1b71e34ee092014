using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class KdamondInvokeTests
{
    const string Hot = "map 1G 64M\nphase 1s\naccess 1G 64M always";

    [Fact]
    public void Without_a_run_it_is_done_at_once()
    {
        SimulatedRun run = new(Hot);
        int done = 0;
        Assert.True(run.Kdamond.Invoke(context => done += context.Targets.Length).IsCompletedSuccessfully);
        Assert.Equal(1, done);
        run.Run(1);
        Assert.True(run.Kdamond.Invoke(context => done += context.Targets.Length).IsCompletedSuccessfully);
        Assert.Equal(2, done);
    }

    [Fact]
    public async Task Invoke_wakes_a_run_that_sleeps()
    {
        ActionClock clock = new();
        SimulatedRun run = new(Hot, clock: clock);
        await run.Kdamond.Invoke(static _ => { });
        Assert.Equal(1, clock.NrWakes);
    }

    [Fact]
    public void During_a_run_it_waits_for_the_time_between_two_samples()
    {
        SimulatedRun run = new(Hot);
        List<string> order = [];
        Task? task = null;
        run.Probe.On = call =>
        {
            order.Add(call);
            if (task is null && call == "AfterSampling")
            {
                task = run.Kdamond.Invoke(_ => order.Add("Invoked"));
                Assert.False(task.IsCompleted);
            }
        };
        run.Run(1);
        Assert.True(task!.IsCompletedSuccessfully);
        Assert.Equal(["BeforeStart", "AfterSampling", "AfterCheck", "Invoked", "AfterSampling"], order.Take(5));
    }

    [Fact]
    public async Task A_fault_reaches_the_caller_and_not_the_run()
    {
        SimulatedRun run = new(Hot);
        Task? task = null;
        run.Probe.On = call => task ??= run.Kdamond.Invoke(_ => throw new InvalidDataException("mine"));
        Assert.Equal(KdamondEnd.ObserverEnded, run.Run(3));
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidDataException>(() => task!)).Message);
    }

    [Fact]
    public void A_late_request_is_carried_out_after_the_run()
    {
        SimulatedRun run = new(Hot);
        Task? task = null;
        run.Probe.On = call =>
        {
            if (call == "BeforeTerminate")
            {
                task = run.Kdamond.Invoke(_ => Assert.False(run.Kdamond.IsRunning));
            }
        };
        run.Run(1);
        Assert.True(task!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Only_one_thread_at_a_time_has_the_context()
    {
        // Many threads ask before, during and after a run; no two of their actions, nor a hook, may overlap.
        SimulatedRun run = new(Hot);
        int inside = 0;
        int overlaps = 0;
        int done = 0;
        void Enter(Action action)
        {
            if (Interlocked.Increment(ref inside) != 1)
            {
                Interlocked.Increment(ref overlaps);
            }

            action();
            Interlocked.Decrement(ref inside);
        }

        run.Operations.On = _ => Enter(() => Thread.SpinWait(50));
        Task[] callers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                await run.Kdamond.Invoke(_ => Enter(() => done++));
            }
        }))];
        run.Run(5);
        await Task.WhenAll(callers);
        Assert.Equal((0, 2000), (overlaps, done));
    }

    [Fact]
    public void A_target_added_while_running_gets_regions_with_the_next_update()
    {
        SimulatedRun run = new(Hot);
        Target added = new(77);
        run.Probe.On = call =>
        {
            if (run.Operations.NrChecks == 30 && !run.Context.Targets.Contains(added))
            {
                _ = run.Kdamond.Invoke(context => context.AddTarget(added));
            }
        };
        run.Run(12);
        Assert.Equal(1, run.Probe.Snapshots[0].NrTargets);
        Assert.Equal(2, run.Probe.Snapshots[1].NrTargets);
        Assert.Equal(77, run.Probe.Snapshots[1][1].Id);
        Assert.Equal(0, run.Probe.Snapshots[9][1].Regions.Length);
        Assert.NotEqual(0, run.Probe.Snapshots[10][1].Regions.Length);
        Assert.All(run.Probe.Snapshots[11][1].Regions.ToArray(), region => Assert.Equal(20U, region.NrAccesses));
    }

    [Fact]
    public void A_target_removed_while_running_is_cleaned_up()
    {
        SimulatedRun run = new(Hot, nrTargets: 2);
        Target removed = run.Context.Targets[0];
        Task? asked = null;
        run.Probe.On = call =>
        {
            if (run.Operations.NrChecks == 30)
            {
                asked ??= run.Kdamond.Invoke(context => Assert.True(context.RemoveTarget(removed)));
            }
        };
        run.Run(4);
        Assert.True(asked!.IsCompletedSuccessfully);
        Assert.Equal([removed], run.Operations.CleanedTargets);
        Assert.Equal(1, run.Probe.Snapshots[1].NrTargets);
        Assert.Equal(2, run.Probe.Snapshots[1][0].Id);
        Assert.False(run.Context.RemoveTarget(removed));
    }

    [Fact]
    public void The_last_target_removed_ends_the_run()
    {
        SimulatedRun run = new(Hot);
        run.Probe.On = call =>
        {
            if (call == "OnSnapshot")
            {
                _ = run.Kdamond.Invoke(context => context.RemoveTarget(context.Targets[0]));
            }
        };
        Assert.Equal(KdamondEnd.TargetsGone, run.Kdamond.Run());
        Assert.Single(run.Probe.Snapshots);
    }

    [Fact]
    public void The_size_limit_follows_regions_that_are_set_while_running()
    {
        // 10 regions at least: with the limit of the old, 16 times larger space, all of the new one would become one region.
        SimulatedRun run = new("map 1G 1G", new() { UpdateUs = 3_600_000_000 });
        run.Probe.On = call =>
        {
            if (call == "OnSnapshot" && run.Probe.Snapshots.Count == 2)
            {
                _ = run.Kdamond.Invoke(context => RegionAdjustment.SetRegions(context.Targets[0].Regions, [new(1 << 30, (1 << 30) + (64 << 20))], 4096));
            }
        };
        run.Run(20);
        Assert.All(run.Probe.Snapshots.Skip(8), snapshot => Assert.InRange(snapshot[0].Regions.Length, 10, 1000));
    }

    [Fact]
    public void New_attributes_restart_the_intervals_and_no_count_exceeds_the_largest()
    {
        SimulatedRun run = new(Hot);
        bool asked = false;
        run.Probe.On = call =>
        {
            // 19 of 20 samples are counted: the next 20 must not come on top.
            if (run.Operations.NrChecks == 59 && !asked)
            {
                asked = true;
                _ = run.Kdamond.Invoke(context =>
                    context.Attributes = new() { SampleUs = 5_000, AggregationUs = 50_000, UpdateUs = 20_000, MaxNrRegions = 100 });
            }
        };
        run.Run(5);
        Assert.Equal([100, 200, 345, 395, 445], run.Probe.Snapshots.Select(snapshot => snapshot.TimeNs / 1_000_000));
        Assert.All(run.Probe.Snapshots[1][0].Regions.ToArray(), region => Assert.Equal(20U, region.NrAccesses));
        Assert.All(run.Probe.Snapshots.Skip(2), snapshot => Assert.All(snapshot[0].Regions.ToArray(), region => Assert.Equal(10U, region.NrAccesses)));
        Assert.Equal([63, 67, 71], run.Operations.UpdatesAfter.Take(3));

        // Always accessed before and after: no change of frequency, and ages count in the new, half as long intervals.
        Assert.Equal([3, 4, 5], run.Probe.Snapshots.Skip(2).Select(snapshot => snapshot[0].Regions[0].Age));
    }

    [Theory]
    [InlineData("AfterSampling", 100, 20, 150)]
    [InlineData("AfterCheck", 150, 10, 200)] // the interval that would have ended with this sample begins anew
    [InlineData("AfterAggregation", 100, 10, 150)]
    [InlineData("OnSnapshot", 100, 20, 150)]
    public void New_attributes_may_be_set_in_any_hook(string hook, int firstMs, uint firstCount, int secondMs)
    {
        SimulatedRun run = new(Hot);
        run.Probe.On = call =>
        {
            if (call == hook && run.Operations.NrChecks is 20 or 40 && run.Context.Attributes.AggregationUs == 100_000)
            {
                run.Context.Attributes = new() { AggregationUs = 50_000 };
            }
        };
        run.Run(6);
        Assert.Equal([firstMs, secondMs], run.Probe.Snapshots.Take(2).Select(snapshot => snapshot.TimeNs / 1_000_000));
        Assert.All(run.Probe.Snapshots[0][0].Regions.ToArray(), region => Assert.Equal(firstCount, region.NrAccesses));
        Assert.All(run.Probe.Snapshots.Skip(1), snapshot => Assert.All(snapshot[0].Regions.ToArray(), region => Assert.Equal(10U, region.NrAccesses)));
        foreach (Region region in run.Context.Targets[0].Regions.AsSpan())
        {
            Assert.Equal(100_000UL, region.NrAccessesBp);
        }
    }

    [Theory]
    [InlineData(5_000, 100_000, "always", 20)]
    [InlineData(3_000, 99_000, "always", 33)]
    [InlineData(3_000, 99_000, "every 9ms", 11)]
    [InlineData(7_000, 49_000, "every 14ms", 4)] // 10000 is no multiple of 7: the shares are rounded, and the rest must not add up
    public void The_moving_count_is_exact_when_an_interval_ends(ulong sample, ulong aggregation, string period, uint count)
    {
        SimulatedRun run = new(
            $"map 1G 12K\nphase 1h\naccess 1G 12K {period}",
            new() { SampleUs = sample, AggregationUs = aggregation, UpdateUs = 1_000_000_000, MinNrRegions = 3 });
        int compared = 0;
        run.Probe.On = call =>
        {
            run.Probe.Windows.Clear();
            run.Probe.Calls.Clear();
            foreach (ref Region region in run.Context.Targets[0].Regions.AsSpan())
            {
                if (call == "AfterAggregation")
                {
                    Assert.InRange(region.NrAccesses, count - 1, count);
                    Assert.Equal(region.NrAccesses * 10_000UL, region.NrAccessesBp);
                    compared++;
                }
                else if (call == "AfterCheck" && run.Probe.Snapshots.Count > 0)
                {
                    // Steady accesses: the moving value stays within two samples of the full count at every sample.
                    if (Math.Abs((long)region.NrAccessesBp - (count * 10_000L)) > 20_000)
                    {
                        Assert.Fail($"The moving count is {region.NrAccessesBp}.");
                    }
                }
            }
        };
        run.Run(5);
        Assert.NotEqual(0, compared);
    }
}
