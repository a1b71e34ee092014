using Damo.Inputs;
using Damon.Charts;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Reports.Heatmap;

namespace Damo.Reporting;

/// <summary>The heatmaps of a series of a record, and what is known of them.</summary>
/// <param name="TargetId">The target.</param>
/// <param name="Unit">What heats are: <c>hz</c> or <c>samples</c>.</param>
/// <param name="Models">A model for each grid.</param>
/// <param name="Names">Names of mappings.</param>
/// <param name="TargetName">What people call the target.</param>
sealed record HeatmapBinning(Int128 TargetId, string Unit, IReadOnlyList<HeatmapModel> Models, IReadOnlyList<HeatmapName> Names, string TargetName)
{
    const int MaxPanels = 16;

    /// <summary>The areas that are large enough for cells, only the largest where there are too many for a picture, in address order.</summary>
    public static IReadOnlyList<AddressRange> Drawable(IEnumerable<AddressRange> areas, int cells) =>
        [.. areas.Where(a => a.Size >= (ulong)cells).OrderByDescending(a => a.Size).Take(MaxPanels).OrderBy(a => a.Start)];

    /// <summary>Reads the record and spreads the snapshots of one series.</summary>
    /// <param name="source">The record.</param>
    /// <param name="times">Times of an earlier pass; null where there was none.</param>
    /// <param name="isWanted">Whether a target of a series is the one.</param>
    /// <param name="targetId">Its id.</param>
    /// <param name="grids">All cells.</param>
    public static HeatmapBinning Bin(
        RecordSource source,
        RecordTimes? times,
        Func<RecordSeries, SnapshotTarget, bool> isWanted,
        Int128 targetId,
        IReadOnlyList<HeatmapGrid> grids)
    {
        RecordMetadata? metadata = source.LoadMetadata(targetId, grids.Count == 0 ? long.MaxValue : grids.Max(grid => grid.EndNs));
        AccessRates rates = new(metadata);
        HeatmapModel[] models = [.. grids.Select(grid => new HeatmapModel(grid))];
        bool perSecond = true;
        RecordSeries? shown = null;
        source.Read(
            (series, snapshot) =>
            {
                for (int i = 0; i < snapshot.NrTargets; i++)
                {
                    SnapshotTarget target = snapshot[i];
                    if (!isWanted(series, target))
                    {
                        continue;
                    }

                    shown = series;
                    perSecond &= rates.AggregationUs(series, snapshot) is not null;
                    double scale = rates.Scale(series, snapshot);

                    // Only a single snapshot without intervals does not tell when it began.
                    long start = snapshot.StartNs ?? (times is null ? snapshot.TimeNs : grids[0].StartNs);
                    foreach (HeatmapModel model in models)
                    {
                        model.Add(start, snapshot.TimeNs, target.Regions, scale);
                    }
                }
            },
            times);
        return new HeatmapBinning(
            targetId,
            perSecond ? "hz" : "samples",
            models,
            metadata is null ? [] : HeatmapName.Of(metadata, targetId),
            Damon.Reports.TargetName.Of(metadata, targetId, shown));
    }

    /// <summary>The picture.</summary>
    public HeatmapChart ToChart() => new(
        [.. Models.Select(model => new HeatmapPanel(model, Names))],
        Unit == "hz" ? "accesses/s" : "accesses per aggregation interval",
        $"Memory accesses of {TargetName}");
}
