using Damon.Monitoring;
using Damon.Records.Sidecar;

namespace Damon.Reports.Html;

/// <summary>Adds up the heat of each mapping that a target had last.</summary>
sealed class MappingHeats
{
    /// <summary>What memory without a name is called.</summary>
    public const string Unnamed = "unnamed memory";

    readonly List<AddressRange> _ranges = [];
    readonly List<string> _names = [];
    readonly double[] _mass;
    readonly double[] _covered;
    double _all;

    /// <summary>Starts.</summary>
    /// <param name="metadata">The sidecar; null where there is none.</param>
    /// <param name="targetId">The target.</param>
    /// <param name="areas">What stands for mappings where none are known; in address order.</param>
    public MappingHeats(RecordMetadata? metadata, Int128 targetId, IReadOnlyList<AddressRange> areas)
    {
        ArgumentNullException.ThrowIfNull(areas);
        IReadOnlyList<RecordMapping> mappings = metadata?.Mappings.LastOrDefault(m => m.TargetId == targetId && m.Mappings.Count > 0)?.Mappings ?? [];
        foreach (RecordMapping mapping in mappings.OrderBy(m => m.Start))
        {
            // What overlaps another is of no use; a sane source has no such thing.
            ulong start = _ranges.Count > 0 ? Math.Max(mapping.Start, _ranges[^1].End) : mapping.Start;
            if (mapping.End > start)
            {
                Add(new AddressRange(start, mapping.End), string.IsNullOrEmpty(mapping.Name) ? Unnamed : mapping.Name);
            }
        }

        AreMappings = _ranges.Count > 0;
        for (int i = 0; i < areas.Count && !AreMappings; i++)
        {
            _ranges.Add(areas[i]);
            _names.Add($"area {i + 1}");
        }

        _mass = new double[_ranges.Count];
        _covered = new double[_ranges.Count];
    }

    /// <summary>Whether mappings were known.</summary>
    public bool AreMappings { get; }

    /// <summary>Sum of <see cref="MappingHeat.Mass"/> over all regions, in a mapping or not.</summary>
    public double Mass => _all;

    /// <summary>The mappings of which something was monitored, those with most accesses first; of equals, the hottest, then the largest.</summary>
    public IReadOnlyList<MappingHeat> ToHeats() =>
        [.. _ranges.Select((range, i) => new MappingHeat(range, _names[i], _mass[i], _covered[i])).Where(m => m.Covered > 0)
            .OrderByDescending(m => m.Mass).ThenByDescending(m => m.Mean).ThenByDescending(m => m.Addresses.Size)];

    /// <summary>Adds what a snapshot saw.</summary>
    /// <param name="ns">Its length in nanoseconds.</param>
    /// <param name="regions">The regions of the target.</param>
    /// <param name="scale">What one access counts.</param>
    public void Add(long ns, ReadOnlySpan<SnapshotRegion> regions, double scale)
    {
        int at = 0;
        ulong before = ulong.MaxValue;
        foreach (ref readonly SnapshotRegion region in regions)
        {
            if (region.Size == 0)
            {
                continue;
            }

            if (region.Start < before)
            {
                at = FirstBehind(region.Start);
            }

            before = region.Start;
            double weight = region.NrAccesses * scale * ns;
            _all += weight * region.Size;
            while (at < _ranges.Count && _ranges[at].End <= region.Start)
            {
                at++;
            }

            for (int i = at; i < _ranges.Count && _ranges[i].Start < region.End; i++)
            {
                double bytes = Math.Min(region.End, _ranges[i].End) - Math.Max(region.Start, _ranges[i].Start);
                _mass[i] += weight * bytes;
                _covered[i] += bytes * ns;
            }
        }
    }

    void Add(AddressRange range, string name)
    {
        if (_names.Count > 0 && _names[^1] == name && _ranges[^1].End == range.Start)
        {
            _ranges[^1] = new AddressRange(_ranges[^1].Start, range.End);
            return;
        }

        _ranges.Add(range);
        _names.Add(name);
    }

    int FirstBehind(ulong address)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _ranges[middle].End <= address ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
