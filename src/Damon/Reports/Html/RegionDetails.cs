using System.Numerics;
using Damon.Monitoring;

namespace Damon.Reports.Html;

/// <summary>The regions of all snapshots of a target as compact columns; given up where they are too many for a page.</summary>
sealed class RegionDetails
{
    /// <summary>More regions than these are not kept: a browser would need too long for them.</summary>
    public const int MaxRegions = 1_200_000;

    const int MaxBytes = 12 * 1024 * 1024;
    const int MaxScales = 256;

    /// <summary>Numbers up to this are exact in a browser.</summary>
    const ulong MaxExact = 1UL << 53;

    readonly List<double> _scales = [];
    readonly VarintBuffer _snapshots = new();
    readonly VarintBuffer _gaps = new();
    readonly VarintBuffer _sizes = new();
    readonly VarintBuffer _accesses = new();
    readonly VarintBuffer _ages = new();
    readonly int _shift;
    readonly long _startNs;
    long _untilNs;
    SnapshotRegion[] _sorted = [];

    /// <summary>Starts.</summary>
    /// <param name="startNs">What times count from.</param>
    /// <param name="shift">So many low bits are 0 in every address.</param>
    public RegionDetails(long startNs, int shift)
    {
        _startNs = _untilNs = startNs;
        _shift = shift;
    }

    /// <summary>Whether nothing was left out.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Number of snapshots.</summary>
    public int Snapshots { get; private set; }

    /// <summary>Number of regions.</summary>
    public int Regions { get; private set; }

    /// <summary>Low bits of addresses that are left out.</summary>
    public int Shift => _shift;

    /// <summary>What one access counts, for the snapshots that say which.</summary>
    public IReadOnlyList<double> Scales => _scales;

    /// <summary>Lengths of the columns in bytes, in order.</summary>
    public IReadOnlyList<int> Lengths => [_snapshots.Length, _gaps.Length, _sizes.Length, _accesses.Length, _ages.Length];

    /// <summary>Low bits that are 0 in all of them.</summary>
    /// <param name="addresses">All addresses, or-ed.</param>
    public static int ShiftOf(ulong addresses) => addresses == 0 ? 0 : Math.Min(BitOperations.TrailingZeroCount(addresses), 30);

    /// <summary>Appends what a snapshot saw of the target.</summary>
    /// <param name="startNs">When it began.</param>
    /// <param name="endNs">When it ended.</param>
    /// <param name="regions">Its regions.</param>
    /// <param name="scale">What one access counts.</param>
    public void Add(long startNs, long endNs, ReadOnlySpan<SnapshotRegion> regions, double scale)
    {
        long start = Math.Max(startNs, _untilNs);
        if (!IsWhole || start >= endNs)
        {
            return;
        }

        int scaleIndex = _scales.IndexOf(scale);
        if (scaleIndex < 0)
        {
            scaleIndex = _scales.Count;
            _scales.Add(scale);
        }

        Regions += regions.Length;
        Snapshots++;
        IsWhole = Regions <= MaxRegions && _scales.Count <= MaxScales && (ulong)(endNs - _startNs) <= MaxExact && Lengths.Sum() <= MaxBytes;
        _snapshots.Add((ulong)(start - _untilNs));
        _snapshots.Add((ulong)(endNs - start));
        _snapshots.Add((ulong)scaleIndex);
        _snapshots.Add((ulong)regions.Length);
        _untilNs = endNs;
        ulong end = 0;
        foreach (ref readonly SnapshotRegion region in InOrder(regions))
        {
            IsWhole &= region.End >> _shift <= MaxExact;
            _gaps.AddSigned((long)(region.Start >> _shift) - (long)(end >> _shift));
            end = Math.Max(region.Start, region.End);
            _sizes.Add((end - region.Start) >> _shift);
            _accesses.Add(region.NrAccesses);
            _ages.Add((ulong)Math.Max((long)region.Age + 1, 0));
        }
    }

    /// <summary>The columns, one after the other.</summary>
    public void Write(Stream output)
    {
        output.Write(_snapshots.Bytes);
        output.Write(_gaps.Bytes);
        output.Write(_sizes.Bytes);
        output.Write(_accesses.Bytes);
        output.Write(_ages.Bytes);
    }

    ReadOnlySpan<SnapshotRegion> InOrder(ReadOnlySpan<SnapshotRegion> regions)
    {
        for (int i = 1; i < regions.Length; i++)
        {
            if (regions[i].Start < regions[i - 1].Start)
            {
                _sorted = regions.ToArray();
                Array.Sort(_sorted, static (a, b) => a.Start.CompareTo(b.Start));
                return _sorted;
            }
        }

        return regions;
    }
}
