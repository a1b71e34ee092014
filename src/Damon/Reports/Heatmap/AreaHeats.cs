using Damon.Monitoring;

namespace Damon.Reports.Heatmap;

/// <summary>Finds the hottest of some areas: the one with most accesses times bytes per byte. A region that reaches into an area counts as a whole.</summary>
/// <param name="areas">The areas, at least one.</param>
sealed class AreaHeats(IReadOnlyList<AddressRange> areas)
{
    readonly double[] _heats = new double[areas.Count];

    /// <summary>The hottest so far; of equals, the first.</summary>
    public AddressRange Hottest
    {
        get
        {
            int hottest = 0;
            for (int i = 1; i < _heats.Length; i++)
            {
                hottest = PerByte(i) > PerByte(hottest) ? i : hottest;
            }

            return areas[hottest];
        }
    }

    /// <summary>Counts the regions of one target in one snapshot.</summary>
    public void Add(ReadOnlySpan<SnapshotRegion> regions)
    {
        foreach (ref readonly SnapshotRegion region in regions)
        {
            for (int i = 0; i < _heats.Length && region.NrAccesses > 0; i++)
            {
                _heats[i] += region.End > areas[i].Start && region.Start < areas[i].End ? (double)region.Size * region.NrAccesses : 0;
            }
        }
    }

    double PerByte(int area) => areas[area].IsEmpty ? -1 : _heats[area] / areas[area].Size;
}
