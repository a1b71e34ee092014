using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Schemes;
using Damon.Schemes.Replay;

namespace Damon.Reports.Advice;

/// <summary>Paging out what is idle for some time, tried on a record.</summary>
sealed class PageOutCandidate
{
    const long NsPerSecond = 1_000_000_000;

    readonly SchemeReplay _replay;
    readonly ShareMeans _idle = new();
    double _takenSum;
    double _monitoredSum;
    long _times;

    public PageOutCandidate(int seconds, MonitoringAttributes attributes)
    {
        Seconds = seconds;
        Scheme = new Scheme
        {
            Action = SchemeAction.PageOut,
            Pattern = new AccessPattern { MinSize = Page.Size, MaxNrAccesses = PatternBound.Min, MinAge = PatternBound.OfMicroseconds(seconds * 1e6) },
        };
        _replay = new SchemeReplay([Scheme], attributes);
    }

    /// <summary>How long memory has to be idle.</summary>
    public int Seconds { get; }

    public Scheme Scheme { get; }

    /// <summary>The greatest share that came back within any of the times that the record is long enough for; null when for none.</summary>
    public double? WorstRegret => _replay.RegretOf(0).Max(window => window.Share);

    public void Add(Snapshot snapshot) => _replay.Add(snapshot);

    /// <summary>Adds a point in time to the means, once memory can have been idle for long enough.</summary>
    public void Measure(Snapshot snapshot, long firstNs, IdleMemory idle, MappedMemory mapped)
    {
        long sinceNs = snapshot.TimeNs - (Seconds * NsPerSecond);
        if (sinceNs < firstNs)
        {
            return;
        }

        _times++;
        _takenSum += _replay.TakenBytes(0);
        _idle.Begin();
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            TargetKey id = snapshot[i].Key;
            IReadOnlyList<RecordMapping> mappings = mapped.Of(id.Id);
            foreach (RecordMapping mapping in mappings)
            {
                _idle.Add(mapping, idle.Bytes(id, mapping.Start, mapping.End, sinceNs), mapping.End - mapping.Start);
            }

            foreach (ref readonly SnapshotRegion region in snapshot[i].Regions)
            {
                _monitoredSum += region.Size;
                if (mappings.Count == 0)
                {
                    _idle.Add(null, idle.Bytes(id, region.Start, region.End, sinceNs), region.Size);
                }
            }
        }
    }

    /// <summary>The record is over.</summary>
    /// <returns>The proposal; null where the record is too short for one.</returns>
    public SchemeProposal? Finish()
    {
        _replay.End();
        return _times == 0 ? null : new SchemeProposal
        {
            Scheme = Scheme,
            Seconds = Seconds,
            Mappings = _idle.Means(),
            Bytes = _takenSum / _times,
            MonitoredBytes = _monitoredSum / _times,
            Regret = _replay.RegretOf(0),
        };
    }
}
