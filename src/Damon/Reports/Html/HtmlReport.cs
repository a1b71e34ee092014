using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Reports.Distribution;
using Damon.Reports.Heatmap;
using Damon.Reports.Heats;

namespace Damon.Reports.Html;

/// <summary>One series of a record as a page that needs nothing else: see <see cref="Write"/>. Takes the snapshots of the record in file order.</summary>
sealed class HtmlReport
{
    /// <summary>Cells that are chosen for a page when nothing else is asked for; with these it stays below <see cref="MaxBytes"/>.</summary>
    public const int DefaultCells = 1_500_000;

    /// <summary>A page of no more than <see cref="DefaultCells"/> has no more bytes than these.</summary>
    public const int MaxBytes = 5_000_000;

    const int MaxTimeCells = 1500;
    const int MaxAddressCells = 2000;

    readonly HeatmapModel[] _models;
    readonly AccessRates _rates;
    readonly RecordTimes _times;
    readonly DistributionReport _distribution;
    readonly RegionDetails _details;
    readonly WorkingSetLine _workingSet = new();
    readonly MappingHeats _mappings;
    long _untilNs = long.MinValue;

    /// <summary>Starts a page.</summary>
    /// <param name="guide">The series.</param>
    /// <param name="grids">The cells of each area that is shown, in address order, all of the same times; at least one.</param>
    /// <param name="metadata">The sidecar; null where there is none.</param>
    /// <param name="times">Times of an earlier pass.</param>
    /// <param name="addressBits">All addresses of the series, or-ed, which tell how exact they are.</param>
    /// <exception cref="HeatsException">There is no grid, or all together have more cells than <see cref="HeatmapGrid.MaxCells"/>.</exception>
    public HtmlReport(HeatmapGuide guide, IReadOnlyList<HeatmapGrid> grids, RecordMetadata? metadata, RecordTimes times, ulong addressBits)
    {
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(grids);
        long cells = grids.Sum(g => (long)g.TimeCells * g.AddressCells);
        if (grids.Count == 0 || cells > HeatmapGrid.MaxCells)
        {
            throw new HeatsException(
                grids.Count == 0 ? "there is no area to show" : $"{grids.Count} areas of so many cells are more than {HeatmapGrid.MaxCells} cells");
        }

        Guide = guide;
        Metadata = metadata;
        _times = times;
        _rates = new AccessRates(metadata);
        _models = [.. grids.Select(grid => new HeatmapModel(grid))];
        _distribution = new DistributionReport(new DistributionOptions());
        _details = new RegionDetails(grids[0].StartNs, RegionDetails.ShiftOf(addressBits));
        _mappings = new MappingHeats(metadata, guide.TargetId, [.. grids.Select(g => g.Addresses)]);
    }

    /// <summary>The series.</summary>
    public HeatmapGuide Guide { get; }

    /// <summary>The sidecar; null where there is none.</summary>
    public RecordMetadata? Metadata { get; }

    /// <summary>The heatmap of each area.</summary>
    public IReadOnlyList<HeatmapModel> Models => _models;

    /// <summary>Number of snapshots of the series.</summary>
    public long Snapshots { get; private set; }

    /// <summary>Whether heats are accesses per second.</summary>
    public bool IsPerSecond { get; private set; } = true;

    /// <summary>The hottest mappings, or areas where none are known.</summary>
    public MappingHeats Mappings => _mappings;

    internal RegionDetails Details => _details;

    internal WorkingSetLine WorkingSet => _workingSet;

    internal DistributionReport Distribution => _distribution;

    /// <summary>How many cells of time and of addresses suit a number of areas: together no more than <see cref="DefaultCells"/>.</summary>
    /// <param name="areas">Number of areas, at least 1.</param>
    /// <param name="snapshots">Number of snapshots: more cells of time than these would show nothing new.</param>
    public static (int TimeCells, int AddressCells) Resolution(int areas, long snapshots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(areas, 1);
        double each = (double)DefaultCells / areas;

        // Pictures are wider than high.
        int timeCells = (int)Math.Clamp(Math.Sqrt(each * 1.5), 1, Math.Clamp(snapshots, 1, MaxTimeCells));
        return (timeCells, (int)Math.Clamp(each / timeCells, 1, MaxAddressCells));
    }

    /// <summary>Takes one snapshot into account.</summary>
    /// <exception cref="OverflowException">The regions of a target overlap so much that their sizes add up to more than 64 bits.</exception>
    public void Add(RecordSeries series, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _distribution.Add(snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            if (Guide.IsOf(series, target))
            {
                Add(snapshot, target, series);
            }
        }
    }

    /// <summary>Writes the page in UTF-8. Nothing can be added afterwards.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Write(Stream output) => new HtmlPage(this).Write(output);

    void Add(Snapshot snapshot, SnapshotTarget target, RecordSeries series)
    {
        ReadOnlySpan<SnapshotRegion> regions = target.Regions;
        Snapshots++;
        IsPerSecond &= _rates.AggregationUs(series, snapshot) is not null;
        double scale = _rates.Scale(series, snapshot);

        // Only a single snapshot without intervals does not tell when it began.
        long start = snapshot.StartNs ?? (_times.Snapshots == 0 ? snapshot.TimeNs : _models[0].Grid.StartNs);
        foreach (HeatmapModel model in _models)
        {
            model.Add(start, snapshot.TimeNs, regions, scale);
        }

        _details.Add(start, snapshot.TimeNs, regions, scale);
        start = Math.Max(start, _untilNs);
        _untilNs = Math.Max(_untilNs, snapshot.TimeNs);
        if (start < snapshot.TimeNs)
        {
            _workingSet.Add(start, snapshot.TimeNs, regions, target.AccessedBytes);
            _mappings.Add(snapshot.TimeNs - start, regions, scale);
        }
    }
}
