using System.Diagnostics;
using System.Globalization;

namespace Damon.Samples.ManagedCache;

/// <summary>Measures what the mark costs: look-ups in the cache, and in a plain dictionary of the same kind.</summary>
static class AccessCost
{
    const int Keys = 10_000;
    const int Rounds = 400;
    const int Attempts = 7;

    public static void Print(TextWriter output)
    {
        System.Collections.Concurrent.ConcurrentDictionary<int, Boxed> plain = new();
        SlotCache<int, string> cache = new(Keys);
        for (int key = 0; key < Keys; key++)
        {
            plain[key] = new Boxed("x");
            _ = cache.TryAdd(key, "x");
        }

        // The best of some attempts: everything else that runs on the machine only ever makes it slower.
        double without = Best(() => Look(plain));
        double with = Best(() => Look(cache));
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"look-up without mark {without:F2} ns, with {with:F2} ns: {with - without:F2} ns per access"));
    }

    static double Best(Action round)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Attempts; i++)
        {
            long start = Stopwatch.GetTimestamp();
            round();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / ((double)Keys * Rounds));
        }

        return best;
    }

    static void Look(System.Collections.Concurrent.ConcurrentDictionary<int, Boxed> plain)
    {
        for (int i = 0; i < Rounds * Keys; i++)
        {
            _ = plain.TryGetValue(i % Keys, out Boxed? entry) ? entry.Value : throw new InvalidOperationException();
        }
    }

    static void Look(SlotCache<int, string> cache)
    {
        for (int i = 0; i < Rounds * Keys; i++)
        {
            _ = cache.TryGet(i % Keys, out string? value) ? value : throw new InvalidOperationException();
        }
    }

    // An object around the value, as the cache has one.
    sealed record Boxed(string Value);
}
