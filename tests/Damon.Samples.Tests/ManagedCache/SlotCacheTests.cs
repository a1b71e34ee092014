using Damon.Samples.ManagedCache;

namespace Damon.Samples.Tests.ManagedCache;

public sealed class SlotCacheTests
{
    [Fact]
    public void An_access_leaves_a_mark()
    {
        SlotCache<string, int> cache = new(2);
        Assert.True(cache.TryAdd("a", 1));
        Assert.True(cache.IsMarked(0) && !cache.IsMarked(1));
        cache.ClearMark(0);
        Assert.False(cache.IsMarked(0));
        Assert.True(cache.TryGet("a", out int value) && value == 1 && cache.IsMarked(0));
        Assert.False(cache.TryGet("b", out _));
        Assert.False(cache.TryAdd("a", 2));
    }

    [Fact]
    public void A_full_cache_takes_nothing_until_a_slot_is_evicted()
    {
        SlotCache<int, int> cache = new(2);
        Assert.True(cache.TryAdd(1, 10) && cache.TryAdd(2, 20));
        Assert.False(cache.TryAdd(3, 30));
        Assert.True(cache.Evict(0));
        Assert.False(cache.Evict(0));
        Assert.False(cache.TryGet(1, out _));
        Assert.True(cache.TryAdd(3, 30) && cache.TryGet(3, out int value) && value == 30);
    }

    [Fact]
    public async Task Nothing_is_lost_or_mixed_up_while_many_threads_add_and_one_evicts()
    {
        const int Capacity = 64;
        SlotCache<int, int> cache = new(Capacity);
        bool ended = false;
        Task evicting = Task.Run(
            () =>
            {
                for (int slot = 0; !Volatile.Read(ref ended); slot = (slot + 1) % Capacity)
                {
                    _ = cache.Evict(slot);
                }
            },
            TestContext.Current.CancellationToken);
        int wrong = 0;
        Parallel.For(0, 4, seed =>
        {
            Random random = new(seed);
            for (int i = 0; i < 100_000; i++)
            {
                int key = random.Next(200);
                if (cache.TryGet(key, out int value) && value != key * 3)
                {
                    _ = Interlocked.Increment(ref wrong);
                }

                _ = cache.TryAdd(key, key * 3);
            }
        });
        Volatile.Write(ref ended, true);
        await evicting;
        Assert.Equal(0, wrong);

        // Every slot is there still: those of entries, and those that can be filled.
        int entries = cache.Count;
        int added = Enumerable.Range(1000, Capacity + 1).Count(key => cache.TryAdd(key, 0));
        Assert.Equal(Capacity, entries + added);
    }
}
