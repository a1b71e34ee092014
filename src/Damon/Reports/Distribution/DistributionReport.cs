using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Reports.Distribution;

/// <summary>The first tool's distributions over the snapshots of each target: <c>report wss</c> and <c>report nr_regions</c>.</summary>
/// <remarks>
/// Keeps one number per snapshot and target. The first <see cref="DroppedSnapshots"/> of each target do not count, since the regions
/// have not found their shape yet; a target without more is named in <see cref="ShortTargets"/> instead.
/// </remarks>
public sealed class DistributionReport
{
    /// <summary>Number of snapshots at the beginning of each target that do not count.</summary>
    public const int DroppedSnapshots = 20;

    readonly Dictionary<SeriesKey, TargetValues> _byKey = [];
    readonly List<TargetValues> _inOrder = [];

    /// <summary>Starts a report.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A percentile is not in [0, 100].</exception>
    public DistributionReport(DistributionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Percentiles.Any(p => p is < 0 or > 100))
        {
            throw new ArgumentOutOfRangeException(nameof(options), "A percentile is 0 to 100.");
        }

        Options = options;
    }

    /// <summary>What it shows.</summary>
    public DistributionOptions Options { get; }

    /// <summary>Counts one snapshot of a record that knows no series.</summary>
    /// <exception cref="OverflowException">The regions of a target overlap so much that their sizes add up to more than 64 bits.</exception>
    public void Add(Snapshot snapshot) => Add(RecordSeries.Unknown, snapshot);

    /// <summary>Counts one snapshot: targets of several kdamonds, contexts or schemes are several, though their ids be the same.</summary>
    /// <inheritdoc cref="Add(Snapshot)" path="/exception"/>
    internal void Add(RecordSeries series, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            SeriesKey key = SeriesKey.Of(series, target);
            if (!_byKey.TryGetValue(key, out TargetValues? values))
            {
                values = new TargetValues(target.Id);
                _byKey.Add(key, values);
                _inOrder.Add(values);
            }

            values.Add(Options.Kind == DistributionKind.NrRegions ? (ulong)target.Regions.Length : WorkingSet(target));
        }
    }

    /// <summary>Targets without enough snapshots, in the order of their first appearance.</summary>
    public IEnumerable<ShortTarget> ShortTargets =>
        _inOrder.Where(t => t.Snapshots <= DroppedSnapshots).Select(t => new ShortTarget(t.TargetId, t.Snapshots));

    /// <summary>The distributions, in the order in which the targets first appeared. Ends the report: nothing can be added afterwards.</summary>
    public IReadOnlyList<TargetDistribution> Finish() =>
        [.. _inOrder.Where(t => t.Snapshots > DroppedSnapshots).Select(t => t.Distribution(Options))];

    ulong WorkingSet(SnapshotTarget target)
    {
        if (Options.Threshold == 1 && target.AccessedBytes is { } counted)
        {
            return counted;
        }

        // A count has 32 bits: beyond them all thresholds are alike, and the difference below cannot overflow.
        long threshold = Math.Clamp(Options.Threshold, 0, uint.MaxValue + 1L);
        ulong bytes = 0;
        bool carried = false;
        foreach (ref readonly SnapshotRegion region in target.Regions)
        {
            // Without branches: which regions are accessed is not to be foreseen, and guessing wrong costs more than adding 0.
            ulong size = region.Size & (ulong)((threshold - 1 - region.NrAccesses) >> 63);
            bytes += size;
            carried |= bytes < size;
        }

        return !carried ? bytes : throw new OverflowException("The sizes of the regions add up to more than 64 bits.");
    }
}
