using System.Runtime.InteropServices;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Operations;

/// <summary>Cuts an address space at its holes: what is not mapped, and what is mapped without any access.</summary>
/// <remarks>Nothing is allocated in the steady state. What is found is valid until the next search.</remarks>
sealed class AccessibleRanges
{
    const MappingTraits Accessible = MappingTraits.Read | MappingTraits.Write | MappingTraits.Execute;
    const ulong SmallestHole = 1 << 20;

    readonly List<AddressRange> _ranges = [];
    readonly List<ulong> _holes = [];

    /// <summary>Finds the ranges between the holes, in address order; smaller holes stay within ranges, as each range costs a region at least.</summary>
    /// <param name="mappings">The mappings.</param>
    /// <param name="minRegionSize">Bounds are rounded outwards to this, in bytes.</param>
    /// <param name="mostHoles">How many holes may be left out; the biggest are.</param>
    internal ReadOnlySpan<AddressRange> Find(MappingTable mappings, ulong minRegionSize, int mostHoles)
    {
        ulong least = LeastHole(mappings, Math.Max(mostHoles, 2));
        _ranges.Clear();
        foreach (ref readonly Mapping mapping in mappings.Mappings)
        {
            if ((mapping.Traits & Accessible) == 0)
            {
                continue;
            }

            ulong start = mapping.Range.Start & ~(minRegionSize - 1);
            ulong end = (mapping.Range.End + minRegionSize - 1) & ~(minRegionSize - 1);
            if (_ranges.Count > 0 && (start <= _ranges[^1].End || start - _ranges[^1].End < least))
            {
                _ranges[^1] = new AddressRange(_ranges[^1].Start, Math.Max(_ranges[^1].End, end));
            }
            else
            {
                _ranges.Add(new AddressRange(start, end));
            }
        }

        return CollectionsMarshal.AsSpan(_ranges);
    }

    /// <summary>The size from which on holes are left out.</summary>
    ulong LeastHole(MappingTable mappings, int mostHoles)
    {
        _holes.Clear();
        ulong? previousEnd = null;
        foreach (ref readonly Mapping mapping in mappings.Mappings)
        {
            if ((mapping.Traits & Accessible) == 0)
            {
                continue;
            }

            if (previousEnd is { } end && mapping.Range.Start - end >= SmallestHole)
            {
                _holes.Add(mapping.Range.Start - end);
            }

            previousEnd = mapping.Range.End;
        }

        if (_holes.Count <= mostHoles)
        {
            return SmallestHole;
        }

        // Of several of the same size at the limit, none is left out.
        _holes.Sort();
        return _holes[^mostHoles] == _holes[^(mostHoles + 1)] ? _holes[^mostHoles] + 1 : _holes[^mostHoles];
    }
}
