using Damon.Monitoring;
using Damon.Schemes;
using Damon.Simulation;

namespace Damon.Bench;

/// <summary>An engine with schemes of one kind and regions of all heats and ages.</summary>
sealed class SchemesCase
{
    const ulong MiB = 1 << 20;

    readonly MonitoringContext _context;
    readonly SchemeEngine _engine;
    ulong _samples;

    /// <param name="name">What the schemes do.</param>
    /// <param name="schemes">How many.</param>
    /// <param name="regions">That they go over.</param>
    /// <param name="create">Makes one of a number.</param>
    public SchemesCase(string name, int schemes, int regions, Func<int, Scheme> create)
    {
        Name = name;
        SimulatedClock clock = new();
        SimulatedOperations operations = new(SimulatedPattern.Parse("map 1G 1G"), clock);
        _engine = new SchemeEngine(operations, clock);
        _context = new MonitoringContext(operations) { Policy = _engine };
        Target target = new(1);
        for (int i = 0; i < regions; i++)
        {
            target.Regions.Add(new Region((ulong)i * MiB, (ulong)(i + 1) * MiB) { Age = (uint)(i * 7 % 200), NrAccessesBp = (ulong)(i * 13 % 21) * 10_000 });
        }

        _context.AddTarget(target);
        for (int i = 0; i < schemes; i++)
        {
            _engine.Add(create(i));
        }
    }

    public string Name { get; }

    /// <summary>Regions tried so far, by all schemes.</summary>
    public ulong NrTried => _engine.Schemes.Aggregate(0UL, static (sum, scheme) => sum + scheme.Statistics.NrTried);

    /// <summary>What so many passes allocated when they were last run.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Runs passes and returns their CPU time in microseconds.</summary>
    public double Run(int passes)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = ThreadCpu.Ns;
        for (int pass = 0; pass < passes; pass++)
        {
            _samples += 20;
            _engine.AfterSample(_context, _samples, (long)_samples * 5_000_000, isAggregated: true);
        }

        double us = (ThreadCpu.Ns - start) / 1e3;
        AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        return us;
    }
}
