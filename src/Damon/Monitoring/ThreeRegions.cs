namespace Damon.Monitoring;

/// <summary>
/// The three parts of a virtual address space that are worth monitoring: a process maps little of its huge space, and almost all of
/// what it does not map lies in the two biggest gaps (below and above the mmap area).
/// </summary>
public static class ThreeRegions
{
    /// <summary>Finds the three parts around the two biggest gaps between mappings.</summary>
    /// <param name="mappings">In address order.</param>
    /// <param name="minRegionSize">Every bound is rounded up to this, in bytes; a power of two.</param>
    /// <param name="regions">Three places for the result.</param>
    /// <returns>False where there are fewer than two gaps.</returns>
    public static bool TryFind(ReadOnlySpan<AddressRange> mappings, ulong minRegionSize, Span<AddressRange> regions)
    {
        AddressRange biggest = default;
        AddressRange second = default;
        for (int i = 1; i < mappings.Length; i++)
        {
            AddressRange gap = new(mappings[i - 1].End, mappings[i].Start);
            if (gap.Size > biggest.Size)
            {
                second = biggest;
                biggest = gap;
            }
            else if (gap.Size > second.Size)
            {
                second = gap;
            }
        }

        if (second.IsEmpty)
        {
            return false;
        }

        (AddressRange low, AddressRange high) = biggest.Start < second.Start ? (biggest, second) : (second, biggest);
        regions[0] = Align(mappings[0].Start, low.Start, minRegionSize);
        regions[1] = Align(low.End, high.Start, minRegionSize);
        regions[2] = Align(high.End, mappings[^1].End, minRegionSize);
        return true;
    }

    /// <summary>Gives a target without regions its first ones: each range cut evenly, about <paramref name="minNrRegions"/> in all.</summary>
    public static void SetInitialRegions(RegionList regions, ReadOnlySpan<AddressRange> ranges, int minNrRegions, ulong minRegionSize)
    {
        ulong total = 0;
        foreach (AddressRange range in ranges)
        {
            total += range.Size;
        }

        ulong pieceSize = Math.Max(total / (ulong)Math.Max(minNrRegions, 1), minRegionSize);
        regions.Clear();
        foreach (AddressRange range in ranges)
        {
            if (range.IsEmpty)
            {
                continue;
            }

            regions.Add(new Region(range.Start, range.End));
            RegionAdjustment.SplitEvenly(regions, regions.Count - 1, range.Size / pieceSize, minRegionSize);
        }
    }

    static AddressRange Align(ulong start, ulong end, ulong minRegionSize) =>
        new(RegionAdjustment.AlignUp(start, minRegionSize), RegionAdjustment.AlignUp(end, minRegionSize));
}
