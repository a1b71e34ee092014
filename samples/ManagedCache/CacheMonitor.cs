using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Samples.ManagedCache;

/// <summary>Monitors a cache and evicts what is idle: a context, its operations, a scheme, and the kdamond that runs them.</summary>
/// <remarks>The clock is passed in: with a simulated one a run takes the same course each time, as the tests want it.</remarks>
sealed class CacheMonitor
{
    /// <summary>Bytes of addresses per slot.</summary>
    public const ulong SlotSize = 4096;

    /// <summary>A monitor of a cache, which does not run yet.</summary>
    /// <param name="slots">The cache.</param>
    /// <param name="clock">The time to live by.</param>
    /// <param name="attributes">How to monitor.</param>
    /// <param name="idle">After how long without an access entries may be evicted; null to only look.</param>
    public CacheMonitor(ISlots slots, IKdamondClock clock, MonitoringAttributes attributes, TimeSpan? idle)
    {
        Operations = new CacheOperations(slots, SlotSize);
        Context = new MonitoringContext(Operations, seed: 1, minRegionSize: SlotSize) { Attributes = attributes };
        Context.AddTarget(new Target(0));
        if (idle is { } age)
        {
            SchemeEngine engine = new(Operations, clock);
            engine.Add(new Scheme
            {
                Action = SchemeAction.PageOut,
                Pattern = new AccessPattern { MaxNrAccesses = PatternBound.OfCount(0), MinAge = PatternBound.OfMicroseconds(age.TotalMicroseconds) },

                // No more than half of the cache per second, the coldest first.
                Quota = new SchemeQuota { SizeBytes = (ulong)slots.Capacity * SlotSize / 2, ResetIntervalMs = 1_000, AgeWeight = 1 },
            });
            Context.Policy = engine;
        }

        Kdamond = new Kdamond(Context, clock);
    }

    /// <summary>The operations.</summary>
    public CacheOperations Operations { get; }

    /// <summary>What is monitored. Observers may be added before the run.</summary>
    public MonitoringContext Context { get; }

    /// <summary>Runs the context: <c>Run</c> on a thread of its own, <c>Stop</c> from any other.</summary>
    public Kdamond Kdamond { get; }
}
