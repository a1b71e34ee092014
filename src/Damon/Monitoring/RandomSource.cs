using System.Numerics;
using System.Runtime.CompilerServices;

namespace Damon.Monitoring;

/// <summary>The seeded random numbers of a context: xoshiro256** of Blackman and Vigna, filled from the seed by splitmix64.</summary>
/// <remarks>Not for secrets. The same seed gives the same sequence on every machine and version, which recorded runs rely on.</remarks>
public sealed class RandomSource
{
    ulong _s0;
    ulong _s1;
    ulong _s2;
    ulong _s3;

    /// <summary>Starts the sequence of <paramref name="seed"/>.</summary>
    public RandomSource(ulong seed)
    {
        _s0 = NextOfSeed(ref seed);
        _s1 = NextOfSeed(ref seed);
        _s2 = NextOfSeed(ref seed);
        _s3 = NextOfSeed(ref seed);
    }

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A uniform integer in <c>[least, bound)</c>; <paramref name="least"/> when the range is empty.</summary>
    /// <remarks>The high half of a 64 x 64 bit product (Lemire): no division; the bias is below size / 2^64.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next(ulong least, ulong bound) =>
        bound <= least ? least : least + Math.BigMul(NextBits(), bound - least, out _);

    static ulong NextOfSeed(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
