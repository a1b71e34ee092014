namespace Damon.Samples.ManagedCache;

/// <summary>A load whose favourites move on: nine of ten look-ups are of a window of keys that goes through all of them, the tenth is of any key.</summary>
/// <param name="cache">Where to look first.</param>
/// <param name="nrKeys">Number of keys there are.</param>
/// <param name="window">Number of favourites at a time.</param>
/// <param name="seed">Starts the random numbers.</param>
sealed class MovingLoad(SlotCache<int, string> cache, int nrKeys, int window, int seed)
{
    readonly Random _random = new(seed);

    /// <summary>Look-ups so far.</summary>
    public long NrLookups { get; private set; }

    /// <summary>How many of them the cache could answer.</summary>
    public long NrHits { get; private set; }

    /// <summary>Looks up keys.</summary>
    /// <param name="count">How many.</param>
    /// <param name="first">The first key of the window.</param>
    public void Run(int count, int first)
    {
        for (int i = 0; i < count; i++)
        {
            int key = _random.Next(10) > 0 ? (first + _random.Next(window)) % nrKeys : _random.Next(nrKeys);
            NrLookups++;
            if (cache.TryGet(key, out _))
            {
                NrHits++;
            }
            else
            {
                _ = cache.TryAdd(key, $"value of {key}");
            }
        }
    }
}
