using System.Runtime.InteropServices;
using Damon.Monitoring;

namespace Damon.Schemes.Replay;

/// <summary>Watches what becomes of the memory that one scheme took.</summary>
sealed class SchemeRegret
{
    const long NsPerSecond = 1_000_000_000;

    static readonly int[] s_seconds = [RegretWindow.Shortest, 60, 300];

    readonly Dictionary<TargetKey, RangeMap> _taken = [];

    /// <summary>Bytes that came back in time, by window and time of the action: they count once the record has shown the whole window.</summary>
    readonly Dictionary<(int Seconds, long TakenNs), ulong> _returned = [];

    /// <summary>One per time that is looked at, ascending.</summary>
    public IReadOnlyList<RegretWindow> Windows { get; } = [.. s_seconds.Select(seconds => new RegretWindow(seconds))];

    /// <summary>Bytes that are taken and not accessed since.</summary>
    public ulong TakenBytes => _taken.Values.Aggregate(0UL, static (sum, map) => sum + map.Bytes);

    /// <summary>Memory is taken; what was taken before and not accessed since is gone already, and watched from then on.</summary>
    public void Take(TargetKey target, ulong start, ulong end, long nowNs)
    {
        if (!_taken.TryGetValue(target, out RangeMap? map))
        {
            _taken.Add(target, map = new RangeMap());
        }

        map.Fill(start, end, nowNs);
    }

    /// <summary>Memory is accessed: what of it was taken is judged and no longer watched.</summary>
    public void Access(TargetKey target, ulong start, ulong end, long nowNs)
    {
        if (_taken.TryGetValue(target, out RangeMap? map))
        {
            Judge(map, start, end, nowNs, isAccessed: true);
            map.Remove(start, end);
        }
    }

    /// <summary>The record ends: what was not accessed until now is judged as far as it was watched.</summary>
    public void End(long nowNs)
    {
        foreach (RangeMap map in _taken.Values)
        {
            Judge(map, 0, ulong.MaxValue, nowNs, isAccessed: false);
            map.Remove(0, ulong.MaxValue);
        }

        // What came back of an action near the end is no fair sample of it: what did not come back could not be judged.
        foreach (((int seconds, long takenNs), ulong bytes) in _returned)
        {
            if (nowNs - takenNs > seconds * NsPerSecond)
            {
                RegretWindow window = Windows.First(w => w.Seconds == seconds);
                window.JudgedBytes += bytes;
                window.RegrettedBytes += bytes;
            }
        }

        _returned.Clear();
    }

    void Judge(RangeMap map, ulong start, ulong end, long nowNs, bool isAccessed)
    {
        foreach (RangeMap.Entry entry in map.Within(start, end))
        {
            foreach (RegretWindow window in Windows)
            {
                if (nowNs - entry.Value > window.Seconds * NsPerSecond)
                {
                    window.JudgedBytes += entry.Size;
                }
                else if (isAccessed)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(_returned, (window.Seconds, entry.Value), out _) += entry.Size;
                }
            }
        }
    }
}
