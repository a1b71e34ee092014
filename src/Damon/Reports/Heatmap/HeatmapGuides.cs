using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Reports.Heats;

namespace Damon.Reports.Heatmap;

/// <summary>Collects the guides of all series of a record, from its snapshots in file order.</summary>
/// <param name="rates">Tells aggregation intervals.</param>
public sealed class HeatmapGuides(AccessRates rates)
{
    readonly Dictionary<SeriesKey, Entry> _byKey = [];
    readonly List<Entry> _inOrder = [];
    readonly List<AddressRange> _gaps = [];

    /// <summary>Times of the record, for the next pass.</summary>
    internal RecordTimes Times { get; } = new();

    /// <summary>Takes one snapshot into account.</summary>
    public void Add(RecordSeries series, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Times.Add(series, snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            SeriesKey key = SeriesKey.Of(series, target);
            if (!_byKey.TryGetValue(key, out Entry? entry))
            {
                double? aggregationUs = rates.AggregationUs(series, snapshot);
                int age = 0;
                foreach (ref readonly SnapshotRegion region in target.Regions)
                {
                    age = Math.Max(age, region.Age);
                }

                entry = new Entry(
                    new GuideTarget(target.Key, snapshot.TimeNs),
                    series,
                    target.Key,
                    snapshot.StartNs,
                    (aggregationUs ?? 0) * 1000 * age,
                    aggregationUs is not null);
                _byKey.Add(key, entry);
                _inOrder.Add(entry);
            }

            entry.Covered.Add(target.Regions);
            entry.Guide.Add(snapshot.TimeNs, target.Regions, _gaps);
        }
    }

    /// <summary>The guides, the one with the largest sum of sizes first; of equals, the one that appeared first.</summary>
    public IReadOnlyList<HeatmapGuide> ToGuides()
    {
        HeatmapGuide[] guides = [.. _inOrder.Select(ToGuide)];
        int?[] ordinals = ITargetGuide.Ordinals(guides);
        return [.. guides.Select((guide, i) => guide with { Ordinal = ordinals[i] }).OrderByDescending(g => g.Size)];
    }

    HeatmapGuide ToGuide(Entry entry)
    {
        HeatsGuide guide = entry.Guide.Guide();
        long first = entry.StartNs ?? Times.FirstStartNs(entry.Series, entry.Target) ?? SingleStart(guide.StartNs, entry);
        AddressRange[] regions = [.. guide.Regions.Where(r => !r.IsEmpty)];
        return new HeatmapGuide(entry.Series, entry.Target.Id, first - (long)entry.AgeNs, first, guide.EndNs, regions, entry.HasIntervals)
        {
            Instance = entry.Target.Instance,
            Areas = [.. entry.Covered.Refine(regions)],
        };
    }

    /// <summary>A single snapshot does not tell when it began: one aggregation interval before its end, or 100 ms where that is not known.</summary>
    long SingleStart(long endNs, Entry entry) => endNs - (long)((rates.AggregationUs(entry.Series) ?? 100_000) * 1000);

    sealed record Entry(GuideTarget Guide, RecordSeries Series, TargetKey Target, long? StartNs, double AgeNs, bool HasIntervals)
    {
        public CoveredAreas Covered { get; } = new();
    }
}
