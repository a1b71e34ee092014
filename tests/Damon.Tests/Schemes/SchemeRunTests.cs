using Damon.Monitoring;
using Damon.Schemes;
using Damon.Simulation;
using Damon.Tests.Shared;

namespace Damon.Tests.Schemes;

/// <summary>Schemes in a whole run over a simulated address space.</summary>
public class SchemeRunTests
{
    const ulong MiB = 1 << 20;
    const long Second = 1_000_000_000;

    sealed class Metrics : ISchemeMetrics
    {
        public Func<ulong?> Rate { get; set; } = static () => null;

        public ulong? FreeMemoryRate => Rate();

        public ulong? ValueOf(QuotaGoal goal) => null;
    }

    [Fact]
    public void A_resting_scheme_wakes_when_free_memory_becomes_unknown()
    {
        Metrics metrics = new() { Rate = () => 900 };
        SchemeBench bench = new(metrics);
        Scheme scheme = bench.Add(new Scheme
        {
            Watermarks = new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, IntervalUs = 1000, High = 500, Mid = 400, Low = 100 },
        });
        Assert.Equal(1_000_000, bench.Engine.RestNs(bench.Context, 0));
        Assert.False(scheme.IsActive);
        metrics.Rate = () => null;
        Assert.Equal(0, bench.Engine.RestNs(bench.Context, 0));
        Assert.True(scheme.IsActive);
    }

    sealed class EndAt(long ns, IKdamondClock clock) : IKdamondObserver
    {
        public bool AfterCheck(MonitoringContext context, in SamplingWindow window) => clock.NowNs < ns;
    }

    static (Kdamond Kdamond, SchemeEngine Engine) Run(string pattern, long ns, ISchemeMetrics? metrics, params Scheme[] schemes)
    {
        SimulatedClock clock = new();
        SimulatedOperations operations = new(SimulatedPattern.Parse(pattern), clock);
        SchemeEngine engine = new(operations, clock) { Metrics = metrics };
        foreach (Scheme scheme in schemes)
        {
            engine.Add(scheme);
        }

        MonitoringContext context = new(operations, seed: 1) { Policy = engine };
        context.AddTarget(new Target(1));
        context.Observers.Add(new EndAt(ns, clock));
        Kdamond kdamond = new(context, clock);
        Assert.Equal(KdamondEnd.ObserverEnded, kdamond.Run());
        return (kdamond, engine);
    }

    [Fact]
    public void Idle_slots_are_found_and_hot_ones_are_not()
    {
        Scheme idle = new() { Pattern = new AccessPattern { MaxNrAccesses = PatternBound.Min, MinAge = PatternBound.OfMicroseconds(5e6) } };
        Scheme hot = new() { Pattern = new AccessPattern { MinNrAccesses = PatternBound.OfPercent(90), MinAge = PatternBound.OfMicroseconds(5e6) } };
        (Kdamond kdamond, _) = Run(TestPattern, 20 * Second, null, idle, hot);
        Assert.InRange(kdamond.Statistics.NrAggregations, 195, 201);

        // Every pass of the last 15 s tries what has been that way for 5 s: 960 MiB of 1 GiB idle, 64 MiB hot.
        double passes = 150;
        Assert.InRange(idle.Statistics.SizeTried / passes / MiB, 700, 965);
        Assert.InRange(hot.Statistics.SizeTried / passes / MiB, 40, 66);
        Assert.Equal(kdamond.Statistics.NrAggregations, (long)idle.Statistics.NrSnapshots);
    }

    [Fact]
    public void The_age_of_memory_that_an_action_took_starts_again()
    {
        Scheme pageOut = new()
        {
            Action = SchemeAction.PageOut,
            Pattern = new AccessPattern { MaxNrAccesses = PatternBound.Min, MinAge = PatternBound.OfMicroseconds(5e6) },
        };
        Run(TestPattern, 20 * Second, null, pageOut);

        // Three or four rounds in 20 s, not one per aggregation interval.
        Assert.InRange(pageOut.Statistics.SizeApplied / (double)(960 * MiB), 1.5, 4.1);
    }

    [Fact]
    public void Nothing_is_done_while_all_schemes_rest()
    {
        Metrics metrics = new() { Rate = static () => 900 };
        Scheme scheme = new()
        {
            Watermarks = new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, IntervalUs = 1_000_000, High = 500, Mid = 400, Low = 100 },
        };
        SimulatedClock clock = new();
        SimulatedOperations operations = new(SimulatedPattern.Parse(TestPattern), clock);
        SchemeEngine engine = new(operations, clock) { Metrics = metrics };
        engine.Add(scheme);
        metrics.Rate = () => clock.NowNs < 10 * Second ? 900ul : 300;
        MonitoringContext context = new(operations, seed: 1) { Policy = engine };
        context.AddTarget(new Target(1));
        context.Observers.Add(new EndAt(12 * Second, clock));
        Kdamond kdamond = new(context, clock);
        kdamond.Run();
        Assert.InRange(kdamond.Statistics.NrSamples, 380, 401);
        Assert.Equal(0, kdamond.Statistics.NrMissedTicks);
        Assert.InRange(scheme.Statistics.NrSnapshots, 18ul, 20ul);
    }

    [Fact]
    public void Passes_allocate_nothing()
    {
        SimulatedClock clock = new();
        SimulatedOperations operations = new(SimulatedPattern.Parse(TestPattern), clock);
        SchemeEngine engine = new(operations, clock);
        MonitoringContext context = new(operations) { Policy = engine };
        Target target = new(1);
        for (ulong i = 0; i < 1000; i++)
        {
            target.Regions.Add(new Region(i * MiB, (i + 1) * MiB) { Age = (uint)i % 50, NrAccessesBp = i % 21 * 10_000 });
        }

        context.AddTarget(target);
        for (uint i = 0; i < 100; i++)
        {
            engine.Add(new Scheme
            {
                Action = (SchemeAction)(i % 6),
                Pattern = new AccessPattern { MinNrAccesses = PatternBound.OfCount(i % 20), MinAge = PatternBound.OfCount(i % 40) },
                Quota = i % 2 == 0 ? new SchemeQuota() : new SchemeQuota { SizeBytes = 100 * MiB, ResetIntervalMs = 1, NrAccessesWeight = 1, AgeWeight = 1 },
                Filters = [new SchemeFilter { Kind = SchemeFilterKind.Address, Range = new AddressRange(0, 10 * MiB) }],
            });
        }

        ulong samples = 0;
        long Passes() => Allocation.Of(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                samples += 20;
                engine.AfterSample(context, samples, (long)samples * 5_000_000, isAggregated: true);
            }
        });
        Passes();
        Assert.Equal(0, Passes());
    }

    const string TestPattern = """
        map 1G 1G
        phase 1min
          access 1200M 64M always
        """;
}
