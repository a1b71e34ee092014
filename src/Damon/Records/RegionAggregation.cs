using Damon.Monitoring;

namespace Damon.Records;

/// <summary>Adds up the regions of consecutive snapshots of one target, as the DAMON tools do for a longer aggregation interval.</summary>
/// <remarks>
/// The regions of the first snapshot stay. Of each later snapshot, each of them gets the greatest number of accesses among the regions that share an address
/// with it; what lies outside of them all becomes regions of its own, which stand at the end, not in the order of addresses. Memory and time grow with the
/// number of regions, not with their product. Of regions of one snapshot that overlap, which only a broken record has, the later ones count
/// with the rest of their addresses.
/// </remarks>
sealed class RegionAggregation
{
    readonly List<Part> _added = [];
    SnapshotRegion[] _sorted = [];
    Part[] _parts = [];
    Part[] _merged = [];
    uint[] _most = [];
    int _count;

    /// <summary>Number of regions.</summary>
    public int Count => _count;

    /// <summary>Drops all regions. The storage is kept.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds the regions of one snapshot.</summary>
    /// <exception cref="OverflowException">There are more regions than an array can hold.</exception>
    public void Add(ReadOnlySpan<SnapshotRegion> regions)
    {
        regions = InOrder(regions);
        if (_most.Length < _count)
        {
            _most = new uint[_parts.Length];
        }

        Span<uint> most = _most.AsSpan(0, _count);
        most.Clear();
        _added.Clear();
        int first = 0;
        ulong from = 0;
        foreach (ref readonly SnapshotRegion region in regions)
        {
            ulong at = Math.Max(region.Start, from);
            if (at >= region.End)
            {
                continue;
            }

            from = region.End;
            while (first < _count && _parts[first].End <= at)
            {
                first++;
            }

            for (int i = first; i < _count && _parts[i].Start < region.End; i++)
            {
                if (_parts[i].Start > at)
                {
                    AddPart(at, _parts[i].Start, region);
                }

                most[i] = Math.Max(most[i], region.NrAccesses);
                at = Math.Max(at, _parts[i].End);
            }

            if (at < region.End)
            {
                AddPart(at, region.End, region);
            }
        }

        for (int i = 0; i < most.Length; i++)
        {
            _parts[i].NrAccesses = (uint)Math.Min((ulong)_parts[i].NrAccesses + most[i], uint.MaxValue);
        }

        Merge();
    }

    /// <summary>
    /// Adds the sum to the target of <paramref name="snapshot"/> that was started last: first the regions of the first snapshot, then those that came later.
    /// </summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="ageDivisor">By how many times the new aggregation interval is longer; known ages, which count intervals, are divided by it. At least
    /// 1.</param>
    public void CopyTo(Snapshot snapshot, long ageDivisor = 1)
    {
        Span<SnapshotRegion> regions = snapshot.AddRegions(_count);
        foreach (ref readonly Part part in _parts.AsSpan(0, _count))
        {
            int age = part.Age < 0 ? part.Age : (int)(part.Age / ageDivisor);
            regions[part.Index] = new SnapshotRegion(part.Start, part.End, part.NrAccesses, age);
        }
    }

    void AddPart(ulong start, ulong end, in SnapshotRegion region) =>
        _added.Add(new Part { Start = start, End = end, NrAccesses = region.NrAccesses, Age = region.Age, Index = checked(_count + _added.Count) });

    /// <summary>Both are in order and share no address.</summary>
    void Merge()
    {
        if (_added.Count == 0)
        {
            return;
        }

        int count = checked(_count + _added.Count);
        if (_merged.Length < count)
        {
            _merged = new Part[(int)Math.Clamp(_merged.Length * 2L, count, Math.Max(count, Array.MaxLength))];
        }

        int old = 0;
        int added = 0;
        for (int i = 0; i < count; i++)
        {
            bool takeOld = added == _added.Count || (old < _count && _parts[old].Start < _added[added].Start);
            _merged[i] = takeOld ? _parts[old++] : _added[added++];
        }

        (_parts, _merged, _count) = (_merged, _parts, count);
    }

    ReadOnlySpan<SnapshotRegion> InOrder(ReadOnlySpan<SnapshotRegion> regions)
    {
        bool isSorted = true;
        for (int i = 1; i < regions.Length && isSorted; i++)
        {
            isSorted = regions[i - 1].Start <= regions[i].Start;
        }

        if (isSorted)
        {
            return regions;
        }

        if (_sorted.Length < regions.Length)
        {
            _sorted = new SnapshotRegion[regions.Length];
        }

        Span<SnapshotRegion> sorted = _sorted.AsSpan(0, regions.Length);
        regions.CopyTo(sorted);
        sorted.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        return sorted;
    }

    /// <summary>A region of the sum.</summary>
    struct Part
    {
        public ulong Start;
        public ulong End;
        public uint NrAccesses;
        public int Age;

        /// <summary>Its place in the sum, by when it came.</summary>
        public int Index;
    }
}
