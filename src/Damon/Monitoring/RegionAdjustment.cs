using System.Numerics;

namespace Damon.Monitoring;

/// <summary>
/// Merging, splitting, aging and re-fitting of regions: what keeps few regions true to many pages. The rules are those of the
/// kernel's DAMON core; where its versions differ, of Linux 7.3.
/// </summary>
public static class RegionAdjustment
{
    /// <summary>
    /// Cuts the region at <paramref name="index"/> in two, <c>[Start, Start + leftSize)</c> and the rest. Both keep the history.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="leftSize"/> is not in <c>(0, Size)</c>.</exception>
    public static void SplitAt(RegionList regions, int index, ulong leftSize)
    {
        ref Region left = ref regions[index];
        if (leftSize == 0 || leftSize >= left.Size)
        {
            throw new ArgumentOutOfRangeException(nameof(leftSize), leftSize, $"A region of {left.Size} bytes is cut inside, not at {leftSize}.");
        }

        Region right = left;
        right.Start = left.Start + leftSize;
        left.End = right.Start;
        regions.Insert(index + 1, right);
    }

    /// <summary>
    /// Cuts the region at <paramref name="index"/> into <paramref name="pieces"/> of equal size, a multiple of
    /// <paramref name="minRegionSize"/>; the last takes what is left over.
    /// </summary>
    /// <returns>False, and nothing is changed, where a piece would be empty.</returns>
    public static bool SplitEvenly(RegionList regions, int index, ulong pieces, ulong minRegionSize)
    {
        if (pieces == 0)
        {
            return false;
        }

        Region whole = regions[index];
        ulong size = AlignDown(whole.Size / pieces, minRegionSize);
        if (size == 0)
        {
            return false;
        }

        regions[index].End = whole.Start + size;
        for (ulong i = 1; i < pieces; i++)
        {
            ulong start = whole.Start + (i * size);
            regions.Insert(index + (int)i, new Region(start, start + size));
        }

        regions[index + (int)pieces - 1].End = whole.End;
        return true;
    }

    /// <summary>
    /// Ages every region of one target and merges neighbours that are alike: their counts differ by at most
    /// <paramref name="threshold"/> and together they are no larger than <paramref name="sizeLimit"/> bytes.
    /// </summary>
    /// <param name="regions">The regions of one target.</param>
    /// <param name="threshold">Largest difference of <see cref="Region.NrAccesses"/> that counts as the same.</param>
    /// <param name="sizeLimit">Largest size of a merged region, in bytes.</param>
    /// <param name="updateAges">False when a pass is repeated within one aggregation interval.</param>
    internal static void Merge(RegionList regions, uint threshold, ulong sizeLimit, bool updateAges)
    {
        Span<Region> span = regions.AsSpan();
        int kept = 0;
        for (int i = 0; i < span.Length; i++)
        {
            ref Region current = ref span[i];
            if (updateAges)
            {
                UpdateAge(ref current, threshold);

                // The shares that the moving count has dropped are rounded down; the rest must not add up over the intervals.
                current.NrAccessesBp = current.NrAccesses * 10_000UL;
            }

            if (kept > 0 && CanMerge(in span[kept - 1], in current, threshold, sizeLimit))
            {
                MergeInto(ref span[kept - 1], in current);
            }
            else
            {
                span[kept++] = current;
            }
        }

        regions.Truncate(kept);
    }

    /// <summary>
    /// Ends an aggregation interval: ages and merges the regions of all targets, and goes on merging with a growing threshold while
    /// there are more than <see cref="MonitoringAttributes.MaxNrRegions"/>.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="threshold">First threshold: a tenth of the largest count of the interval.</param>
    /// <param name="sizeLimit">Largest size of a merged region, in bytes.</param>
    internal static void MergeAll(MonitoringContext context, uint threshold, ulong sizeLimit)
    {
        uint largestThreshold = context.Attributes.MaxNrAccesses;
        for (bool first = true; ; first = false)
        {
            foreach (Target target in context.Targets)
            {
                Merge(target.Regions, threshold, sizeLimit, updateAges: first);
            }

            if (context.NrRegions <= context.Attributes.MaxNrRegions || threshold >= largestThreshold)
            {
                return;
            }

            threshold = threshold < largestThreshold / 2 ? Math.Max(1, threshold * 2) : largestThreshold;
        }
    }

    /// <summary>
    /// Cuts what is larger than <see cref="SizeLimit"/>, so that there are at least <see cref="MonitoringAttributes.MinNrRegions"/>, and says the limit.
    /// </summary>
    /// <returns>The largest size that a region may have until the next call, in bytes.</returns>
    internal static ulong ApplyMinNrRegions(MonitoringContext context)
    {
        ulong sizeLimit = SizeLimit(context);
        foreach (Target target in context.Targets)
        {
            SplitAbove(target.Regions, context.Scratch, sizeLimit);
        }

        return sizeLimit;
    }

    /// <summary>
    /// Cuts every region of one target that is larger than <paramref name="sizeLimit"/> into pieces of that size; the last takes what is left over.
    /// </summary>
    static void SplitAbove(RegionList regions, RegionList scratch, ulong sizeLimit)
    {
        int first = 0;
        Span<Region> span = regions.AsSpan();
        while (first < span.Length && span[first].Size <= sizeLimit)
        {
            first++;
        }

        if (first == span.Length)
        {
            return;
        }

        scratch.Clear();
        foreach (ref readonly Region region in span)
        {
            scratch.Add(region);
            while (scratch[scratch.Count - 1].Size > sizeLimit)
            {
                SplitAt(scratch, scratch.Count - 1, sizeLimit);
            }
        }

        regions.CopyFrom(scratch);
    }

    /// <summary>
    /// Cuts every region at random places, in two pieces or, when the last cut found nothing new and there is room, in three. Above half the upper
    /// limit, where there is no room for all, it cuts as many as there is room for, any with the same chance.
    /// </summary>
    internal static void SplitAll(MonitoringContext context)
    {
        int total = context.NrRegions;
        int most = context.Attributes.MaxNrRegions;
        int pieces = context.LastNrRegions == total && total < most / 3 ? 3 : 2;
        int room = Math.Max(most - total, 0);
        int left = total;
        foreach (Target target in context.Targets)
        {
            if (total <= most / 2)
            {
                SplitRandomly(target.Regions, context.Scratch, pieces, context.Random, context.MinRegionSize);
            }
            else if (room > 0)
            {
                SplitSome(target.Regions, context.Scratch, ref left, ref room, context.Random, context.MinRegionSize);
            }
        }

        context.LastNrRegions = total;
    }

    /// <summary>
    /// Cuts every region of one target into at most <paramref name="pieces"/> at random places. With more than two pieces it is the
    /// left part that is cut again.
    /// </summary>
    /// <param name="regions">The regions of one target.</param>
    /// <param name="scratch">Working storage; its contents are lost.</param>
    /// <param name="pieces">Most pieces of one region.</param>
    /// <param name="random">Where to cut.</param>
    /// <param name="minRegionSize">Alignment of the cuts, in bytes.</param>
    internal static void SplitRandomly(RegionList regions, RegionList scratch, int pieces, RandomSource random, ulong minRegionSize)
    {
        scratch.Clear();
        foreach (ref readonly Region region in regions.AsSpan())
        {
            AddPieces(scratch, in region, pieces, random, minRegionSize);
        }

        // Copied, not exchanged: else the storage of the largest target would wander through all of them and grow each to its size.
        regions.CopyFrom(scratch);
    }

    /// <summary>Cuts some regions of one target in two at random places.</summary>
    /// <param name="regions">The regions of one target.</param>
    /// <param name="scratch">Working storage; its contents are lost.</param>
    /// <param name="left">Regions, of this target and those to come, that were not looked at yet.</param>
    /// <param name="room">How many of them are to be cut.</param>
    /// <param name="random">Which, and where.</param>
    /// <param name="minRegionSize">Alignment of the cuts, in bytes.</param>
    static void SplitSome(RegionList regions, RegionList scratch, ref int left, ref int room, RandomSource random, ulong minRegionSize)
    {
        scratch.Clear();
        foreach (ref readonly Region region in regions.AsSpan())
        {
            bool isChosen = random.Next(0, (ulong)left) < (ulong)room;
            left--;
            room -= isChosen ? 1 : 0;
            AddPieces(scratch, in region, isChosen ? 2 : 1, random, minRegionSize);
        }

        regions.CopyFrom(scratch);
    }

    static void AddPieces(RegionList to, in Region region, int pieces, RandomSource random, ulong minRegionSize)
    {
        int first = to.Count;
        to.Add(region);
        ulong size = region.Size;
        for (int i = 1; i < pieces && size > 2 * minRegionSize; i++)
        {
            // Tenths: the cut is nowhere near an end. The division first would lose the small regions, the product first the huge ones.
            ulong tenths = random.Next(1, 10);
            ulong left = AlignDown(size <= ulong.MaxValue / 10 ? tenths * size / 10 : size / 10 * tenths, minRegionSize);
            if (left == 0)
            {
                continue;
            }

            SplitAt(to, first, left);
            size = left;
        }
    }

    /// <summary>
    /// Fits the regions of a target to the ranges that are mapped now and keeps what is known of those that stay: regions outside
    /// every range go, the outermost of each range are stretched or cut to its bounds, holes and new ranges get new regions.
    /// </summary>
    /// <param name="regions">The regions of one target.</param>
    /// <param name="ranges">Ascending, not overlapping; aligned outwards to <paramref name="minRegionSize"/>.</param>
    /// <param name="minRegionSize">Alignment of region bounds, in bytes.</param>
    /// <exception cref="ArgumentException">A range is empty, or they overlap or are not in order once aligned.</exception>
    public static void SetRegions(RegionList regions, ReadOnlySpan<AddressRange> ranges, ulong minRegionSize)
    {
        ulong previousEnd = 0;
        foreach (AddressRange range in ranges)
        {
            if (range.IsEmpty || AlignDown(range.Start, minRegionSize) < previousEnd)
            {
                throw new ArgumentException($"The range {range} is empty, or overlaps the one before it, or comes before it.", nameof(ranges));
            }

            previousEnd = AlignUp(range.End, minRegionSize);
        }

        RemoveOutside(regions, ranges);
        foreach (AddressRange range in ranges)
        {
            FitRange(regions, range, AlignDown(range.Start, minRegionSize), AlignUp(range.End, minRegionSize));
        }
    }

    /// <summary>
    /// The largest size a region may have, in bytes: the total over the lower limit of the number of regions, up to the next multiple of the smallest region.
    /// </summary>
    internal static ulong SizeLimit(MonitoringContext context)
    {
        ulong total = 0;
        foreach (Target target in context.Targets)
        {
            total += target.Regions.TotalSize;
        }

        return Math.Max(AlignUp(total / (ulong)context.Attributes.MinNrRegions, context.MinRegionSize), context.MinRegionSize);
    }

    /// <summary>Remembers the counts of the interval that ends and starts counting from 0.</summary>
    internal static void ResetAggregated(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            foreach (ref Region region in target.Regions.AsSpan())
            {
                region.LastNrAccesses = region.NrAccesses;
                region.NrAccesses = 0;
            }
        }
    }

    internal static ulong AlignDown(ulong value, ulong powerOfTwo) => value & ~(powerOfTwo - 1);

    internal static ulong AlignUp(ulong value, ulong powerOfTwo) =>
        value > ulong.MaxValue - (powerOfTwo - 1) ? AlignDown(value, powerOfTwo) : AlignDown(value + powerOfTwo - 1, powerOfTwo);

    static void UpdateAge(ref Region region, uint threshold)
    {
        bool changed = Difference(region.NrAccesses, region.LastNrAccesses) > threshold
            || (region.NrAccesses == 0) != (region.LastNrAccesses == 0);
        region.Age = changed ? 0 : region.Age + 1;
    }

    static bool CanMerge(in Region left, in Region right, uint threshold, ulong sizeLimit) =>
        left.End == right.Start
        && Difference(left.NrAccesses, right.NrAccesses) <= threshold
        && left.Size + right.Size <= sizeLimit;

    static void MergeInto(ref Region left, in Region right)
    {
        left.NrAccesses = WeightedMean(left.NrAccesses, left.Size, right.NrAccesses, right.Size);
        left.NrAccessesBp = left.NrAccesses * 10_000UL;
        left.Age = WeightedMean(left.Age, left.Size, right.Age, right.Size);
        left.End = right.End;
    }

    static uint WeightedMean(uint left, ulong leftSize, uint right, ulong rightSize)
    {
        if (left == right)
        {
            return left;
        }

        // The products fit into 64 bits for all but absurd sizes and ages; the wide division is some ten times slower.
        ulong size = leftSize + rightSize;
        return BitOperations.LeadingZeroCount(size) + BitOperations.LeadingZeroCount((ulong)Math.Max(left, right)) >= 64
            ? (uint)(((left * leftSize) + (right * rightSize)) / size)
            : (uint)((((UInt128)left * leftSize) + ((UInt128)right * rightSize)) / size);
    }

    static uint Difference(uint a, uint b) => a > b ? a - b : b - a;

    static void RemoveOutside(RegionList regions, ReadOnlySpan<AddressRange> ranges)
    {
        Span<Region> span = regions.AsSpan();
        int kept = 0;
        int range = 0;
        for (int i = 0; i < span.Length; i++)
        {
            while (range < ranges.Length && ranges[range].End <= span[i].Start)
            {
                range++;
            }

            if (range < ranges.Length && ranges[range].Intersects(span[i].Range))
            {
                span[kept++] = span[i];
            }
        }

        regions.Truncate(kept);
    }

    static void FitRange(RegionList regions, AddressRange range, ulong start, ulong end)
    {
        int first = -1;
        int last = -1;
        int place = 0;
        Span<Region> span = regions.AsSpan();
        for (int i = 0; i < span.Length && span[i].Start < range.End; i++)
        {
            if (range.Intersects(span[i].Range))
            {
                first = first < 0 ? i : first;
                last = i;
            }

            place = i + 1;
        }

        if (first < 0)
        {
            regions.Insert(place, new Region(start, end));
            return;
        }

        span[first].Start = start;
        span[last].End = end;
        for (int i = last; i > first; i--)
        {
            AddressRange hole = new(regions[i - 1].End, regions[i].Start);
            if (!hole.IsEmpty)
            {
                regions.Insert(i, new Region(hole.Start, hole.End));
            }
        }
    }
}
