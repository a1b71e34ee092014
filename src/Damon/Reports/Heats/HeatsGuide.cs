using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Reports.Heats;

/// <summary>Where and when a target has data: what the first tool's <c>report heats --guide</c> prints.</summary>
/// <param name="TargetId">The target.</param>
/// <param name="StartNs">Time of its first snapshot.</param>
/// <param name="EndNs">Time of its last snapshot.</param>
/// <param name="Regions">
/// The areas between the gaps that all snapshots share, in address order. An end may lie below its start where the regions of the
/// record overlap.
/// </param>
sealed record HeatsGuide(Int128 TargetId, long StartNs, long EndNs, IReadOnlyList<AddressRange> Regions) : ITargetGuide
{
    /// <summary>Which of the targets with this id it is.</summary>
    public int Instance { get; init; }

    /// <inheritdoc/>
    public int? Ordinal { get; init; }

    /// <inheritdoc/>
    public RecordSeries Series { get; init; } = RecordSeries.Unknown;

    /// <summary>Whether it is the target of a snapshot of a series.</summary>
    public bool IsOf(RecordSeries series, SnapshotTarget target) => target.Key == new TargetKey(TargetId, Instance) && Series.IsSame(series);

    /// <summary>Sum of the sizes of the regions, each counted as end minus start.</summary>
    public Int128 Size
    {
        get
        {
            Int128 sum = 0;
            foreach (AddressRange region in Regions)
            {
                sum += SizeOf(region);
            }

            return sum;
        }
    }

    /// <summary>The largest region: the first of those of equal size.</summary>
    public AddressRange Largest
    {
        get
        {
            AddressRange largest = Regions[0];
            foreach (AddressRange region in Regions)
            {
                largest = SizeOf(region) > SizeOf(largest) ? region : largest;
            }

            return largest;
        }
    }

    /// <summary>End minus start, also where that is negative.</summary>
    internal static Int128 SizeOf(AddressRange range) => (Int128)range.End - range.Start;
}
