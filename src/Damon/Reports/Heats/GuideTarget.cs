using System.Runtime.InteropServices;
using Damon.Monitoring;

namespace Damon.Reports.Heats;

/// <summary>Collects the guide of one target. An address of 0 counts as "none yet", as it did in the first tool.</summary>
sealed class GuideTarget(TargetKey target, long startNs)
{
    /// <summary>The gaps that all snapshots so far share.</summary>
    readonly List<AddressRange> _gaps = [];

    long _endNs;
    ulong _lowest;
    ulong _highest;

    /// <param name="timeNs">Time of the snapshot.</param>
    /// <param name="regions">The target's regions in it.</param>
    /// <param name="gaps">Room for the gaps of this snapshot, reused.</param>
    public void Add(long timeNs, ReadOnlySpan<SnapshotRegion> regions, List<AddressRange> gaps)
    {
        _endNs = timeNs;
        gaps.Clear();
        bool sorted = true;
        ulong last = 0;
        foreach (ref readonly SnapshotRegion region in regions)
        {
            if (_lowest == 0 || region.Start < _lowest)
            {
                _lowest = region.Start;
            }

            if (_highest == 0 || region.End > _highest)
            {
                _highest = region.End;
            }

            if (last != 0 && last != region.Start)
            {
                AddressRange gap = new(last, region.Start);
                sorted &= gaps.Count == 0 || (gaps[^1].Start <= gap.Start && gaps[^1].End <= gap.End);
                gaps.Add(gap);
            }

            last = region.End;
        }

        if (_gaps.Count == 0)
        {
            _gaps.AddRange(gaps);
            return;
        }

        ReadOnlySpan<AddressRange> added = CollectionsMarshal.AsSpan(gaps);
        foreach (ref AddressRange gap in CollectionsMarshal.AsSpan(_gaps))
        {
            gap = Shrink(gap, added, sorted);
        }
    }

    public HeatsGuide Guide()
    {
        AddressRange[] regions = new AddressRange[_gaps.Count + 1];
        ulong start = _lowest;
        for (int i = 0; i < _gaps.Count; i++)
        {
            regions[i] = new AddressRange(start, _gaps[i].Start);
            start = _gaps[i].End;
        }

        regions[^1] = new AddressRange(start, _highest);
        return new HeatsGuide(target.Id, startNs, _endNs, regions) { Instance = target.Instance };
    }

    /// <summary>Cuts a gap to what it shares with each gap of a snapshot that it overlaps, one after the other; one without any stays.</summary>
    static AddressRange Shrink(AddressRange gap, ReadOnlySpan<AddressRange> others, bool sorted)
    {
        // In sorted lists those that end too early come first and those that start too late come last: the result is the same
        // without looking at them, and a snapshot of very many gaps does not cost their square.
        int i = sorted ? FirstEndingAt(others, gap.Start) : 0;
        for (; i < others.Length; i++)
        {
            AddressRange other = others[i];
            if (sorted && other.Start > gap.End)
            {
                break;
            }

            if (!(gap.End < other.Start || other.End < gap.Start))
            {
                gap = new AddressRange(Math.Max(gap.Start, other.Start), Math.Min(gap.End, other.End));
            }
        }

        return gap;
    }

    static int FirstEndingAt(ReadOnlySpan<AddressRange> sorted, ulong address)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle].End < address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
