using System.Runtime.CompilerServices;
using Damon.Monitoring;

namespace Damo.Workloads;

/// <summary>The loops that access memory. Nothing else of a workload runs often enough to matter.</summary>
static unsafe class PageToucher
{
    // The offset moves on by a cache line from page to page, so that the lines spread over all cache sets.
    const int OffsetStep = 64;

    /// <summary>Reads one byte of each page of <c>[start, end)</c>.</summary>
    /// <returns>Something made of the bytes, so that no compiler can leave the reads out.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static byte Read(byte* start, byte* end)
    {
        byte sum = 0;
        nuint offset = 0;
        for (byte* page = start; page < end; page += Page.Size)
        {
            sum ^= Volatile.Read(ref *(page + offset));
            offset = (offset + OffsetStep) & ((nuint)Page.Size - 1);
        }

        return sum;
    }

    /// <summary>Writes one byte of each page of <c>[start, end)</c>, so that each exists and is not the zero page.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Populate(byte* start, byte* end)
    {
        for (byte* page = start; page < end; page += Page.Size)
        {
            Volatile.Write(ref *page, 1);
        }
    }

    /// <summary>Adds 1 to <paramref name="count"/> random bytes.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="mask">Size in bytes - 1; the size is a power of two.</param>
    /// <param name="count">How often.</param>
    /// <param name="random">State of the random numbers, never 0.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void IncrementRandom(byte* start, nuint mask, int count, ref ulong random)
    {
        ulong x = random;
        for (int i = 0; i < count; i++)
        {
            x ^= x << 7;
            x ^= x >> 9;
            (*(start + ((nuint)x & mask)))++;
        }

        random = x;
    }

    /// <summary>Adds 1 to <paramref name="count"/> words, one per cache line, in address order and from the front again.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="size">Size in bytes, a multiple of 64.</param>
    /// <param name="count">How often.</param>
    /// <param name="position">Where to go on, in bytes.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void IncrementSequential(byte* start, nuint size, int count, ref nuint position)
    {
        nuint at = position;
        for (int i = 0; i < count; i++)
        {
            (*(ulong*)(start + at))++;
            at += OffsetStep;
            if (at >= size)
            {
                at = 0;
            }
        }

        position = at;
    }
}
