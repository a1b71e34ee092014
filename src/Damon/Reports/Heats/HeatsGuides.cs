using Damon.Monitoring;

namespace Damon.Reports.Heats;

/// <summary>Collects the guides of all targets of a record, from its snapshots in file order.</summary>
internal sealed class HeatsGuides
{
    readonly Dictionary<TargetKey, GuideTarget> _byKey = [];
    readonly List<GuideTarget> _inOrder = [];
    readonly List<AddressRange> _gaps = [];

    /// <summary>Takes one snapshot into account.</summary>
    public void Add(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            if (!_byKey.TryGetValue(target.Key, out GuideTarget? guide))
            {
                guide = new GuideTarget(target.Key, snapshot.TimeNs);
                _byKey.Add(target.Key, guide);
                _inOrder.Add(guide);
            }

            guide.Add(snapshot.TimeNs, target.Regions, _gaps);
        }
    }

    /// <summary>The guides, the one with the largest sum of sizes first; of equals, the target that appeared first.</summary>
    public IReadOnlyList<HeatsGuide> ToGuides() => [.. _inOrder.Select(t => t.Guide()).OrderByDescending(g => g.Size)];
}
