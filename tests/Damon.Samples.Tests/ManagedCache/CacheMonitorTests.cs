using Damon.Monitoring;
using Damon.Samples.ManagedCache;
using Damon.Simulation;

namespace Damon.Samples.Tests.ManagedCache;

/// <summary>The monitor of a cache on virtual time: each run takes the same course.</summary>
public sealed class CacheMonitorTests
{
    const int Capacity = 2048;

    // 20 samples per aggregation interval, 200 per second.
    static readonly MonitoringAttributes s_attributes = new() { SampleUs = 5_000, AggregationUs = 100_000, MinNrRegions = 20, MaxNrRegions = 200 };

    [Fact]
    public void Accesses_at_known_rates_are_found()
    {
        SlotCache<int, int> cache = Filled();
        CacheMonitor monitor = new(cache, new SimulatedClock(), s_attributes, idle: null);
        Rates rates = new(monitor.Operations);
        monitor.Context.Observers.Add(rates);
        Run(monitor, 1000, sample =>
        {
            Look(cache, 0, 512);
            if (sample % 4 == 0)
            {
                Look(cache, 512, 1024);
            }
        });
        Assert.True(rates.Of(0, 512) > 18, $"always accessed: {rates.Of(0, 512):F1} of 20");
        Assert.InRange(rates.Of(512, 1024), 4, 7);
        Assert.True(rates.Of(1024, Capacity) < 0.5, $"never accessed: {rates.Of(1024, Capacity):F1} of 20");
    }

    [Fact]
    public void Only_idle_slots_are_evicted()
    {
        SlotCache<int, int> cache = Filled();
        CacheMonitor monitor = new(cache, new SimulatedClock(), s_attributes, idle: TimeSpan.FromMilliseconds(500));
        Run(monitor, 2000, _ => Look(cache, 700, 1000));

        int[] left = [.. Enumerable.Range(0, Capacity).Where(key => cache.TryGet(key, out _))];
        Assert.Empty(Enumerable.Range(700, 300).Except(left));
        Assert.True(left.Length < 400, $"{left.Length} entries are left, of which 300 were accessed");
        Assert.Equal(Capacity - left.Length, monitor.Operations.NrEvicted);
    }

    [Fact]
    public void An_entry_that_is_used_in_an_idle_region_stays()
    {
        SlotCache<int, int> cache = Filled();
        CacheMonitor monitor = new(cache, new SimulatedClock(), s_attributes, idle: TimeSpan.FromMilliseconds(500));
        Run(monitor, 2000, _ => Look(cache, 1234, 1235));
        Assert.True(cache.TryGet(1234, out int value) && value == 1234);
        Assert.True(cache.Count < 200, $"{cache.Count} entries are left, of which one was accessed");
    }

    [Fact]
    public void Hits_come_back_after_the_load_has_moved_only_if_room_is_made()
    {
        (double before, double after) = HitsAroundAMove(TimeSpan.FromMilliseconds(300));
        (double beforeWithout, double afterWithout) = HitsAroundAMove(null);
        Assert.True(before > 0.85 && beforeWithout > 0.85, $"{before:F2}, {beforeWithout:F2}");
        Assert.True(after > 0.8, $"{after:F2} with eviction");
        Assert.True(afterWithout < 0.5, $"{afterWithout:F2} without");
    }

    static (double Before, double After) HitsAroundAMove(TimeSpan? idle)
    {
        SlotCache<int, string> cache = new(Capacity);
        MovingLoad load = new(cache, nrKeys: 20_000, window: 1_000, seed: 7);
        CacheMonitor monitor = new(cache, new SimulatedClock(), s_attributes, idle);
        (long Hits, long Lookups)[] marks = new (long, long)[3];
        Run(monitor, 2400, sample =>
        {
            // Look-ups of the last second before the favourites change, and of the last second of all.
            if (sample is 600 or 800 or 2200)
            {
                marks[sample / 800] = (load.NrHits, load.NrLookups);
            }

            if (sample == 800)
            {
                marks[0] = (load.NrHits - marks[0].Hits, load.NrLookups - marks[0].Lookups);
            }

            load.Run(1000, first: sample < 800 ? 0 : 10_000);
        });
        return ((double)marks[0].Hits / marks[0].Lookups, (double)(load.NrHits - marks[2].Hits) / (load.NrLookups - marks[2].Lookups));
    }

    static SlotCache<int, int> Filled()
    {
        SlotCache<int, int> cache = new(Capacity);
        for (int key = 0; key < Capacity; key++)
        {
            Assert.True(cache.TryAdd(key, key));
        }

        return cache;
    }

    static void Look(SlotCache<int, int> cache, int from, int to)
    {
        for (int key = from; key < to; key++)
        {
            _ = cache.TryGet(key, out _);
        }
    }

    static void Run(CacheMonitor monitor, int samples, Action<int> inSample)
    {
        monitor.Context.Observers.Add(new ScriptedLoad(samples, inSample));
        Assert.Equal(KdamondEnd.ObserverEnded, monitor.Kdamond.Run());
    }

    /// <summary>Mean accesses of slots per aggregation interval, after the first ten.</summary>
    sealed class Rates(CacheOperations operations) : IKdamondObserver
    {
        readonly double[] _sums = new double[Capacity];
        int _snapshots;

        public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
        {
            if (++_snapshots > 10)
            {
                foreach (SnapshotRegion region in snapshot[0].Regions)
                {
                    for (int slot = 0; slot < Capacity; slot++)
                    {
                        _sums[slot] += operations.AddressOf(slot) >= region.Start && operations.AddressOf(slot) < region.End ? region.NrAccesses : 0;
                    }
                }
            }

            return true;
        }

        public double Of(int from, int to) => _sums[from..to].Sum() / (to - from) / (_snapshots - 10);
    }
}
