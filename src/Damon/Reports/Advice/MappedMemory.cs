using Damon.Monitoring;
using Damon.Records.Sidecar;

namespace Damon.Reports.Advice;

/// <summary>Cuts the regions of a record to what was mapped at their time, so that holes count for nothing and every piece has a name.</summary>
/// <param name="history">The mappings of all targets, in order of time; targets without any are taken as they are.</param>
sealed class MappedMemory(IReadOnlyList<RecordMappings> history)
{
    readonly Dictionary<Int128, RecordMapping[]> _current = [];
    readonly Snapshot _cut = new();
    int _next;

    /// <summary>Whether memory belongs to no file.</summary>
    public static bool IsAnonymous(RecordMapping mapping) => mapping.Name is null or "" or ['[', ..];

    /// <summary>The snapshot, cut. Valid until the next call.</summary>
    /// <param name="snapshot">Snapshots come in the order of time.</param>
    /// <param name="isWanted">Which mappings count; memory without a known mapping always does.</param>
    public Snapshot Cut(Snapshot snapshot, Func<RecordMapping, bool> isWanted)
    {
        for (; _next < history.Count && history[_next].TimeNs <= snapshot.TimeNs; _next++)
        {
            _current[history[_next].TargetId] = Ordered(history[_next].Mappings);
        }

        _cut.Reset(snapshot.TimeNs);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            _cut.AddTarget(target.Key);
            Cut(target, isWanted);
        }

        return _cut;
    }

    /// <summary>The mappings of a target in the order of their addresses; empty where none are known.</summary>
    public IReadOnlyList<RecordMapping> Of(Int128 target) => _current.GetValueOrDefault(target) ?? [];

    void Cut(SnapshotTarget target, Func<RecordMapping, bool> isWanted)
    {
        if (!_current.TryGetValue(target.Id, out RecordMapping[]? mappings))
        {
            foreach (ref readonly SnapshotRegion region in target.Regions)
            {
                _cut.AddRegion(region);
            }

            return;
        }

        int first = 0;
        foreach (ref readonly SnapshotRegion region in target.Regions)
        {
            while (first < mappings.Length && mappings[first].End <= region.Start)
            {
                first++;
            }

            for (int m = first; m < mappings.Length && mappings[m].Start < region.End; m++)
            {
                if (isWanted(mappings[m]))
                {
                    _cut.AddRegion(
                        new SnapshotRegion(Math.Max(region.Start, mappings[m].Start), Math.Min(region.End, mappings[m].End), region.NrAccesses, region.Age));
                }
            }
        }
    }

    /// <summary>Files come from anywhere: what overlaps or ends below its start is left out.</summary>
    static RecordMapping[] Ordered(IReadOnlyList<RecordMapping> mappings)
    {
        List<RecordMapping> ordered = [];
        foreach (RecordMapping mapping in mappings.OrderBy(mapping => mapping.Start))
        {
            if (mapping.End > mapping.Start && (ordered.Count == 0 || ordered[^1].End <= mapping.Start))
            {
                ordered.Add(mapping);
            }
        }

        return [.. ordered];
    }
}
