using Damon.Monitoring;
using Damon.Simulation;
using Damon.Tests.Monitoring;

namespace Damon.Tests.Simulation;

public sealed class SimulatedOperationsTests
{
    [Fact]
    public void Two_gaps_give_the_three_parts_cut_evenly()
    {
        MonitoringContext context = Start("map 1M 4M\nmap 5M 1M\nmap 1G 3M\nmap 64G 2M", out _);
        Span<Region> regions = context.Targets[0].Regions.AsSpan();
        Assert.Equal(10, regions.Length);
        Assert.Equal(
            [new(1UL << 20, 6UL << 20), new(1UL << 30, (1UL << 30) + (3 << 20)), new(64UL << 30, (64UL << 30) + (2 << 20))],
            TestRegions.Runs(context.Targets[0].Regions));
    }

    [Fact]
    public void Fewer_gaps_give_what_is_mapped()
    {
        MonitoringContext context = Start("map 1M 4M\nmap 1G 6M", out _);
        Assert.Equal(
            [new(1UL << 20, 5UL << 20), new(1UL << 30, (1UL << 30) + (6 << 20))],
            TestRegions.Runs(context.Targets[0].Regions));
        Assert.Equal(10, context.NrRegions);
    }

    [Fact]
    public void Update_follows_what_is_mapped()
    {
        MonitoringContext context = Start("map 1M 4M until 2s\nmap 16M 4M from 1s until 2s\nmap 1G 1M from 3s", out SimulatedClock clock);
        RegionList regions = context.Targets[0].Regions;
        clock.Work(1_000_000_000);
        context.Operations.Update(context);
        Assert.Equal([new(1UL << 20, 5UL << 20), new(16UL << 20, 20UL << 20)], TestRegions.Runs(regions));
        clock.Work(1_000_000_000);
        context.Operations.Update(context);
        Assert.Equal(0, regions.Count);
        clock.Work(1_000_000_000);
        context.Operations.Update(context);
        Assert.Equal([new(1UL << 30, (1UL << 30) + (1 << 20))], TestRegions.Runs(regions));
        Assert.Equal(10, regions.Count);
    }

    [Fact]
    public void Small_mappings_that_meet_once_aligned_become_one_range()
    {
        MonitoringContext context = Start("map 100 200\nmap 5000 10", out _);
        Assert.Equal([new(0, 8192)], TestRegions.Runs(context.Targets[0].Regions));
    }

    [Fact]
    public void Regions_of_the_caller_are_kept_at_the_start()
    {
        SimulatedClock clock = new();
        SimulatedOperations operations = new(SimulatedPattern.Parse("map 1M 4M"), clock);
        MonitoringContext context = new(operations);
        Target target = new(1);
        target.Regions.Add(new Region(4096, 8192));
        context.AddTarget(target);
        operations.Init(context);
        Assert.Equal([new(4096, 8192)], TestRegions.Runs(target.Regions));
    }

    [Fact]
    public void Targets_can_live_by_scripts_of_their_own()
    {
        SimulatedClock clock = new();
        SimulatedOperations operations = new(SimulatedPattern.Parse("map 1M 4M\ndie 1s"), clock);
        MonitoringContext context = new(operations);
        Target first = new(1);
        Target second = new(2);
        SimulatedOperations.SetPattern(second, SimulatedPattern.Parse("map 8M 1M"));
        context.AddTarget(first);
        context.AddTarget(second);
        operations.Init(context);
        Assert.Equal([new(1 << 20, 5 << 20)], TestRegions.Runs(first.Regions));
        Assert.Equal([new(8 << 20, 9 << 20)], TestRegions.Runs(second.Regions));
        clock.Work(1_000_000_000);
        Assert.False(operations.IsTargetValid(first));
        Assert.True(operations.IsTargetValid(second));
    }

    [Fact]
    public void Sampling_addresses_lie_in_their_regions_and_a_dead_space_is_not_accessed()
    {
        MonitoringContext context = Start("map 1M 64M\nphase 1s\naccess 1M 64M always\ndie 10ms", out SimulatedClock clock);
        for (int i = 0; i < 4; i++)
        {
            context.Operations.PrepareAccessChecks(context);
            clock.SleepUntil(clock.NowNs + 5_000_000);
            context.Operations.CheckAccesses(context);
            foreach (ref Region region in context.Targets[0].Regions.AsSpan())
            {
                Assert.True(region.Range.Contains(region.SamplingAddress));
                Assert.Equal(i == 0, region.Accessed);
            }
        }
    }

    [Fact]
    public void The_clock_jumps_works_and_comes_late()
    {
        SimulatedClock clock = new(1000) { Lateness = deadline => deadline == 2000 ? 7 : -5 };
        clock.SleepUntil(1500);
        Assert.Equal(1500, clock.NowNs);
        clock.SleepUntil(2000);
        Assert.Equal(2007, clock.NowNs);
        clock.SleepUntil(10);
        Assert.Equal(2007, clock.NowNs);
        clock.Work(3);
        Assert.Equal((2010, 3L, 3L), (clock.NowNs, clock.ThreadCpuNs, clock.NrSleeps));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Work(-1));
    }

    static MonitoringContext Start(string script, out SimulatedClock clock)
    {
        clock = new SimulatedClock(123_456);
        MonitoringContext context = new(new SimulatedOperations(SimulatedPattern.Parse(script), clock), seed: 1);
        context.AddTarget(new Target(1));
        context.Operations.Init(context);
        return context;
    }
}
