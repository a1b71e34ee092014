namespace Damon.Monitoring;

/// <summary>
/// A piece of a target's address space, <c>[Start, End)</c>, whose pages are taken to be accessed about equally often, so that
/// checking one of them speaks for all.
/// </summary>
/// <remarks>A mutable value inside a <see cref="RegionList"/>: no object per region, and a walk over all regions is a walk over one array.</remarks>
public struct Region
{
    /// <summary>First address, in bytes.</summary>
    public ulong Start;

    /// <summary>First address after the region, in bytes.</summary>
    public ulong End;

    /// <summary>The address whose page the running sample looks at.</summary>
    public ulong SamplingAddress;

    /// <summary>Samples of the running aggregation interval that found the region accessed; back to 0 when it ends.</summary>
    public uint NrAccesses;

    /// <summary>
    /// <see cref="NrAccesses"/> as a moving value in 1/10000, valid at any sample, not only when an aggregation interval ends.
    /// </summary>
    /// <remarks>64 bits: with short samples an interval holds more of them than 2^32 / 10000.</remarks>
    public ulong NrAccessesBp;

    /// <summary><see cref="NrAccesses"/> at the end of the previous aggregation interval.</summary>
    public uint LastNrAccesses;

    /// <summary>Number of aggregation intervals for which the access frequency stayed about the same.</summary>
    public uint Age;

    /// <summary>Answer of the last access check of this region.</summary>
    public bool Accessed;

    /// <summary>
    /// Set by operations that keep an earlier answer because a new one costs too much now (see the clear_refs fallback); such a
    /// region counts like any other but its answer does not belong to the last sampling window.
    /// </summary>
    public bool AnswerIsHeld;

    /// <summary>For the operations: whatever they have to remember of a region. Both parts of a split region keep it.</summary>
    public uint OperationsMark;

    /// <summary>A region without history.</summary>
    /// <param name="start">First address, in bytes.</param>
    /// <param name="end">First address after the region, in bytes.</param>
    public Region(ulong start, ulong end)
    {
        Start = start;
        End = end;
    }

    /// <summary>Size in bytes.</summary>
    public readonly ulong Size => End - Start;

    /// <summary>The addresses of the region.</summary>
    public readonly AddressRange Range => new(Start, End);

    /// <summary>Counts <see cref="Accessed"/> once, in the plain and in the moving count.</summary>
    /// <param name="samplesPerAggregation">Samples of one aggregation interval; 0 counts as 1.</param>
    /// <remarks>The moving value drops an even share of the last interval's sum for each new sample (kernel: damon_moving_sum).</remarks>
    internal void CountSample(uint samplesPerAggregation)
    {
        // Most regions are either cold or hot all the time, and for those the share is known without a division, which would cost
        // more than all the rest.
        uint newValue = Accessed ? 10_000u : 0u;
        NrAccessesBp = LastNrAccesses == 0
            ? NrAccessesBp + newValue
            : MovingSum(NrAccessesBp, LastNrAccesses * 10_000UL, samplesPerAggregation, newValue);
        NrAccesses += Accessed ? 1u : 0u;
    }

    /// <summary>The next value of a moving sum over <paramref name="length"/> values of which only the last full sum is known.</summary>
    internal static ulong MovingSum(ulong movingSum, ulong lastFullSum, uint length, uint newValue)
    {
        length = Math.Max(length, 1);

        // Nearly always 32 bits are enough, and their division is a good deal cheaper.
        ulong share = lastFullSum <= uint.MaxValue ? (uint)lastFullSum / length : lastFullSum / length;

        // After a change of the intervals the share can exceed the moving value; the kernel lets that wrap, a floor of 0 is the truth.
        return (movingSum > share ? movingSum - share : 0) + newValue;
    }

    /// <summary>The addresses and the count, for debugging.</summary>
    public override readonly string ToString() => $"{Range} nr_accesses {NrAccesses} age {Age}";
}
