using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Records;

/// <summary>A record completed with the ages of its sidecar, both read in step.</summary>
sealed class AgedRecordReader(IRecordReader record, SidecarReader sidecar) : IRecordReader
{
    long _index;
    bool _hasAges = true;
    bool _started;

    public RecordContent Content => record.Content;

    public bool IsCompressed => record.IsCompressed;

    public RecordDamage? Damage => record.Damage;

    public RecordSeries Series => record.Series;

    public bool Read(Snapshot snapshot)
    {
        if (!record.Read(snapshot))
        {
            return false;
        }

        while (_hasAges && (!_started || sidecar.AgesIndex < _index))
        {
            _started = true;
            _hasAges = sidecar.Read(SidecarEntryKinds.Ages);
        }

        // The time is compared too: a sidecar may have stayed behind from another record.
        if (_hasAges && sidecar.AgesIndex == _index && sidecar.AgesTimeNs == snapshot.TimeNs
            && sidecar.Ages.Length == snapshot.NrRegions)
        {
            Apply(snapshot.AllRegions, sidecar.Ages);
            for (int i = 0; i < snapshot.NrTargets && sidecar.AccessedBytes.Count == snapshot.NrTargets; i++)
            {
                if (sidecar.AccessedBytes[i] >= 0)
                {
                    snapshot.SetAccessedBytes(i, (ulong)sidecar.AccessedBytes[i]);
                }
            }
        }

        _index++;
        return true;
    }

    public void Dispose()
    {
        record.Dispose();
        sidecar.Dispose();
    }

    static void Apply(Span<SnapshotRegion> regions, ReadOnlySpan<int> ages)
    {
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i] = regions[i] with { Age = Math.Max(ages[i], SnapshotRegion.UnknownAge) };
        }
    }
}
