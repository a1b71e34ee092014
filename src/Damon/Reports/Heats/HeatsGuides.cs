using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Reports.Heats;

/// <summary>Collects the guides of all targets of a record, from its snapshots in file order.</summary>
sealed class HeatsGuides
{
    readonly Dictionary<SeriesKey, GuideTarget> _byKey = [];
    readonly List<(RecordSeries Series, GuideTarget Target)> _inOrder = [];
    readonly List<AddressRange> _gaps = [];

    /// <summary>Takes one snapshot into account.</summary>
    public void Add(RecordSeries series, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            SeriesKey key = SeriesKey.Of(series, target);
            if (!_byKey.TryGetValue(key, out GuideTarget? guide))
            {
                guide = new GuideTarget(target.Key, snapshot.TimeNs);
                _byKey.Add(key, guide);
                _inOrder.Add((series, guide));
            }

            guide.Add(snapshot.TimeNs, target.Regions, _gaps);
        }
    }

    /// <summary>The guides, the one with the largest sum of sizes first; of equals, the target that appeared first.</summary>
    public IReadOnlyList<HeatsGuide> ToGuides()
    {
        HeatsGuide[] guides = [.. _inOrder.Select(t => t.Target.Guide() with { Series = t.Series })];
        int?[] ordinals = ITargetGuide.Ordinals(guides);
        return [.. guides.Select((guide, i) => guide with { Ordinal = ordinals[i] }).OrderByDescending(g => g.Size)];
    }
}
