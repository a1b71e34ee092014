using Damon.Monitoring;
using Damon.Simulation;

namespace Damon.Tests.Monitoring;

/// <summary>A kdamond over a simulated address space, with probes.</summary>
sealed class SimulatedRun
{
    public SimulatedRun(string script, MonitoringAttributes? attributes = null, ulong seed = 1, int nrTargets = 1, IKdamondClock? clock = null)
    {
        Clock = new SimulatedClock();
        Simulated = new SimulatedOperations(SimulatedPattern.Parse(script), clock ?? Clock);
        Operations = new ProbeOperations(Simulated);
        Context = new MonitoringContext(Operations, seed) { Attributes = attributes ?? new() };
        for (int i = 1; i <= nrTargets; i++)
        {
            Context.AddTarget(new Target(i));
        }

        Probe = new ProbeObserver();
        Context.Observers.Add(Probe);
        Kdamond = new Kdamond(Context, clock ?? Clock);
    }

    public SimulatedClock Clock { get; }

    public SimulatedOperations Simulated { get; }

    public ProbeOperations Operations { get; }

    public MonitoringContext Context { get; }

    public ProbeObserver Probe { get; }

    public Kdamond Kdamond { get; }

    /// <summary>Runs until so many snapshots were taken, or the end.</summary>
    public KdamondEnd Run(int snapshots)
    {
        Probe.MaxSnapshots = snapshots;
        return Kdamond.Run();
    }
}
