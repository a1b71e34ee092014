using System.Numerics;

namespace Damon.Monitoring;

/// <summary>How late the ticks came, in buckets of at most 1/8 relative width, so that any number of ticks needs the same few bytes.</summary>
public sealed class LatenessHistogram
{
    const int SubBits = 3;
    readonly long[] _buckets = new long[64 << SubBits];
    long _count;

    /// <summary>The largest value seen, in nanoseconds.</summary>
    public long MaxNs { get; private set; }

    /// <summary>
    /// The value that <paramref name="fraction"/> of the ticks did not exceed, in nanoseconds, rounded up to its bucket's bound; 0 without ticks.
    /// </summary>
    /// <param name="fraction">In [0, 1]; more counts as 1.</param>
    public long Percentile(double fraction)
    {
        long wanted = (long)Math.Ceiling(_count * fraction);
        long seen = 0;
        for (int i = 0; i < _buckets.Length; i++)
        {
            seen += _buckets[i];
            if (seen >= wanted)
            {
                return Math.Min(UpperBound(i), MaxNs);
            }
        }

        return MaxNs;
    }

    internal void Add(long ns)
    {
        ulong value = (ulong)Math.Max(ns, 0);
        _buckets[Bucket(value)]++;
        _count++;
        MaxNs = Math.Max(MaxNs, (long)value);
    }

    static int Bucket(ulong value)
    {
        if (value < 1 << SubBits)
        {
            return (int)value;
        }

        int shift = BitOperations.Log2(value) - SubBits;
        return ((shift + 1) << SubBits) + (int)((value >> shift) & ((1 << SubBits) - 1));
    }

    static long UpperBound(int bucket)
    {
        if (bucket < 1 << SubBits)
        {
            return bucket;
        }

        int shift = (bucket >> SubBits) - 1;
        long mantissa = (1 << SubBits) + (bucket & ((1 << SubBits) - 1));
        return ((mantissa + 1) << shift) - 1;
    }
}
