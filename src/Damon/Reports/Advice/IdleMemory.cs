using Damon.Monitoring;
using Damon.Schemes.Replay;

namespace Damon.Reports.Advice;

/// <summary>Since when each piece of memory is idle, as far as a record shows it.</summary>
sealed class IdleMemory
{
    readonly Dictionary<TargetKey, RangeMap> _since = [];

    /// <summary>Follows one snapshot. Memory is idle from the first snapshot on that found no access.</summary>
    public void Add(Snapshot snapshot)
    {
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            RangeMap since = Of(snapshot[i].Key);
            foreach (ref readonly SnapshotRegion region in snapshot[i].Regions)
            {
                if (region.NrAccesses > 0)
                {
                    since.Remove(region.Start, region.End);
                }
                else
                {
                    since.Fill(region.Start, region.End, snapshot.TimeNs);
                }
            }
        }
    }

    /// <summary>How many bytes of a range have been idle since then, or longer.</summary>
    public ulong Bytes(TargetKey target, ulong start, ulong end, long sinceNs)
    {
        ulong sum = 0;
        foreach (RangeMap.Entry entry in Of(target).Within(start, end))
        {
            sum += entry.Value <= sinceNs ? entry.Size : 0;
        }

        return sum;
    }

    RangeMap Of(TargetKey target)
    {
        if (!_since.TryGetValue(target, out RangeMap? map))
        {
            _since.Add(target, map = new RangeMap());
        }

        return map;
    }
}
