using Damon.Monitoring;
using Damon.Schemes;
using Damon.Tests.Monitoring;

namespace Damon.Tests.Schemes;

/// <summary>A context with schemes, of which a test makes passes one by one.</summary>
sealed class SchemeBench
{
    readonly ActionClock _clock = new();
    ulong _samples;

    public SchemeBench(ISchemeMetrics? metrics = null)
    {
        Context = new MonitoringContext(Operations);
        Engine = new SchemeEngine(Operations, _clock) { Metrics = metrics };
        Context.Policy = Engine;
    }

    public TestSchemeOperations Operations { get; } = new();

    public MonitoringContext Context { get; }

    public SchemeEngine Engine { get; }

    public long NowNs => _clock.NowNs;

    public AddressRange[] AppliedRanges => [.. Operations.Applied.Select(applied => applied.Range)];

    /// <summary>Regions given in pages.</summary>
    public Target AddTarget(long id, params (ulong Start, ulong End, uint NrAccesses, uint Age)[] regions)
    {
        Target target = new(id);
        foreach ((ulong start, ulong end, uint nrAccesses, uint age) in regions)
        {
            target.Regions.Add(new Region(start * Page.Size, end * Page.Size) { NrAccesses = nrAccesses, NrAccessesBp = nrAccesses * 10_000UL, Age = age });
        }

        Context.AddTarget(target);
        return target;
    }

    public Scheme Add(Scheme scheme)
    {
        Engine.Add(scheme);
        return scheme;
    }

    /// <summary>Lets time pass and ends an aggregation interval.</summary>
    public void Pass(long ms = 100, bool isAggregated = true)
    {
        _clock.JumpTo(_clock.NowNs + (ms * 1_000_000));
        _samples += isAggregated ? Context.Attributes.MaxNrAccesses : 1;
        Operations.Applied.Clear();
        Engine.AfterSample(Context, _samples, _clock.NowNs, isAggregated);
    }

    /// <summary>Time that something takes.</summary>
    public void Take(long ns) => _clock.JumpTo(_clock.NowNs + ns);

    public static AddressRange Pages(ulong start, ulong end) => new(start * Page.Size, end * Page.Size);
}
