using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Schemes;
using Damon.Schemes.Replay;

namespace Damon.Reports.Advice;

/// <summary>Huge pages for memory of no file that is hot for some time, tried on a record.</summary>
sealed class HugePageCandidate
{
    const int HotPercent = 50;
    const int HotSeconds = 1;
    const int IdleSeconds = 10;
    const long NsPerSecond = 1_000_000_000;

    readonly uint _hot;
    readonly uint _hotAge;
    readonly MappedMemory _anonymous;
    readonly Dictionary<TargetKey, (RangeMap HotSince, RangeMap Huge)> _targets = [];
    readonly ShareMeans _shares = new();
    double _hugeSum;
    double _idleSum;
    double _monitoredSum;
    long _times;

    public HugePageCandidate(MonitoringAttributes attributes, IReadOnlyList<RecordMappings> history)
    {
        _hot = Math.Max(attributes.MaxNrAccesses * HotPercent / 100, 1);
        _hotAge = (uint)Math.Min(HotSeconds * 1_000_000UL / attributes.AggregationUs, uint.MaxValue);
        _anonymous = new MappedMemory(history);
    }

    static Scheme CreateScheme() => new()
    {
        Action = SchemeAction.HugePage,
        Pattern = new AccessPattern
        {
            MinSize = Page.HugeSize,
            MinNrAccesses = PatternBound.OfPercent(HotPercent),
            MinAge = PatternBound.OfMicroseconds(HotSeconds * 1e6),
        },
    };

    public void Add(Snapshot all)
    {
        Snapshot snapshot = _anonymous.Cut(all, MappedMemory.IsAnonymous);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            if (!_targets.TryGetValue(snapshot[i].Key, out (RangeMap HotSince, RangeMap Huge) target))
            {
                _targets.Add(snapshot[i].Key, target = (new RangeMap(), new RangeMap()));
            }

            foreach (ref readonly SnapshotRegion region in snapshot[i].Regions)
            {
                if (region.NrAccesses < _hot)
                {
                    target.HotSince.Remove(region.Start, region.End);
                    continue;
                }

                target.HotSince.Fill(region.Start, region.End, snapshot.TimeNs);
                Take(in region, snapshot.TimeNs, target.HotSince, target.Huge);
            }
        }
    }

    /// <summary>Whole huge pages of a region that is hot for long enough, by its own age where that is known.</summary>
    void Take(in SnapshotRegion region, long nowNs, RangeMap hotSince, RangeMap huge)
    {
        ulong start = (region.Start + Page.HugeSize - 1) & ~(Page.HugeSize - 1);
        ulong end = region.End & ~(Page.HugeSize - 1);
        bool isOld = region.Age >= 0
            ? region.Age >= _hotAge
            : hotSince.Within(region.Start, region.End).All(entry => nowNs - entry.Value >= HotSeconds * NsPerSecond);
        if (start < end && start >= region.Start && isOld)
        {
            huge.Fill(start, end, nowNs);
        }
    }

    /// <summary>Adds a point in time to the means, from the first huge page on.</summary>
    public void Measure(Snapshot snapshot, IdleMemory idle)
    {
        if (_targets.Values.All(target => target.Huge.Count == 0))
        {
            return;
        }

        long sinceNs = snapshot.TimeNs - (IdleSeconds * NsPerSecond);
        _times++;
        _shares.Begin();
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            TargetKey id = snapshot[i].Key;
            foreach (ref readonly SnapshotRegion region in snapshot[i].Regions)
            {
                _monitoredSum += region.Size;
            }

            if (!_targets.TryGetValue(id, out (RangeMap HotSince, RangeMap Huge) target))
            {
                continue;
            }

            _hugeSum += target.Huge.Bytes;
            _idleSum += target.Huge.Within(0, ulong.MaxValue).Aggregate(0.0, (sum, entry) => sum + idle.Bytes(id, entry.Start, entry.End, sinceNs));
            IReadOnlyList<RecordMapping> mappings = _anonymous.Of(id.Id);
            foreach (RecordMapping mapping in mappings)
            {
                ulong bytes = target.Huge.Within(mapping.Start, mapping.End).Aggregate(0UL, static (sum, entry) => sum + entry.Size);
                _shares.Add(mapping, bytes, mapping.End - mapping.Start);
            }

            if (mappings.Count == 0)
            {
                _shares.Add(null, target.Huge.Bytes, target.Huge.Bytes);
            }
        }
    }

    /// <summary>The record is over.</summary>
    /// <returns>The proposal; null where nothing was hot for long enough.</returns>
    public SchemeProposal? Finish() => _times == 0 ? null : new SchemeProposal
    {
        Scheme = CreateScheme(),
        Seconds = HotSeconds,
        Mappings = _shares.Means(),
        Bytes = _hugeSum / _times,
        MonitoredBytes = _monitoredSum / _times,
        IdleShare = _hugeSum > 0 ? _idleSum / _hugeSum : 0,
    };
}
