using Damon.Monitoring;

namespace Damon.Reports.Heatmap;

/// <summary>The addresses that any snapshot had a region for.</summary>
sealed class CoveredAreas
{
    /// <summary>Beyond these, new areas are taken into the nearest one before them.</summary>
    const int MaxAreas = 10_000;

    /// <summary>An area of a guide counts as sparse when less than this part of it is covered.</summary>
    const ulong SparsePart = 4;

    readonly List<AddressRange> _areas = [];
    int _last;

    public void Add(ReadOnlySpan<SnapshotRegion> regions)
    {
        foreach (ref readonly SnapshotRegion region in regions)
        {
            if (region.End > region.Start && !(_last < _areas.Count && _areas[_last].Start <= region.Start && region.End <= _areas[_last].End))
            {
                Add(region.Start, region.End);
            }
        }
    }

    /// <summary>
    /// The areas of a guide; one that is nearly empty falls apart where the holes are larger than all that is covered in it. A process that
    /// executes another program moves everything: the gaps that its two layouts share say nothing.
    /// </summary>
    public IEnumerable<AddressRange> Refine(IEnumerable<AddressRange> guide)
    {
        foreach (AddressRange area in guide)
        {
            AddressRange[] parts = [.. _areas.Where(a => a.Intersects(area))
                .Select(a => new AddressRange(Math.Max(a.Start, area.Start), Math.Min(a.End, area.End)))];
            ulong covered = parts.Aggregate(0UL, (sum, part) => sum + part.Size);
            if (parts.Length == 0 || covered >= area.Size / SparsePart)
            {
                yield return area;
                continue;
            }

            ulong start = parts[0].Start;
            for (int i = 1; i < parts.Length; i++)
            {
                if (parts[i].Start - parts[i - 1].End > covered)
                {
                    yield return new AddressRange(start, parts[i - 1].End);
                    start = parts[i].Start;
                }
            }

            yield return new AddressRange(start, parts[^1].End);
        }
    }

    void Add(ulong start, ulong end)
    {
        // The first area that does not end before the new one begins.
        int low = 0;
        int high = _areas.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _areas[middle].End < start ? (middle + 1, high) : (low, middle);
        }

        int behind = low;
        while (behind < _areas.Count && _areas[behind].Start <= end)
        {
            start = Math.Min(start, _areas[behind].Start);
            end = Math.Max(end, _areas[behind].End);
            behind++;
        }

        if (behind == low && _areas.Count >= MaxAreas && low > 0)
        {
            low--;
            start = _areas[low].Start;
        }

        _areas.RemoveRange(low, behind - low);
        _areas.Insert(low, new AddressRange(start, end));
        _last = low;
    }
}
