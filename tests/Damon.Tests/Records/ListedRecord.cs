using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Tests.Records;

/// <summary>A record of given snapshots, each of a series, that tells how it was used.</summary>
sealed class ListedRecord(params (RecordSeries Series, Snapshot Snapshot)[] all) : IRecordReader
{
    public int Reads { get; private set; }

    public bool IsDisposed { get; private set; }

    public RecordContent Content => RecordContent.Json;

    public bool IsCompressed => true;

    public RecordDamage? Damage { get; init; }

    public RecordSeries Series => Reads == 0 ? RecordSeries.Unknown : all[Math.Min(Reads, all.Length) - 1].Series;

    public bool Read(Snapshot snapshot)
    {
        if (Reads++ >= all.Length)
        {
            snapshot.Reset(0);
            return false;
        }

        Snapshot from = all[Reads - 1].Snapshot;
        snapshot.Reset(from.TimeNs);
        snapshot.StartNs = from.StartNs;
        snapshot.SampleUs = from.SampleUs;
        snapshot.SchemeStatistics = from.SchemeStatistics;
        int region = 0;
        for (int i = 0; i < from.NrTargets; i++)
        {
            snapshot.AddTarget(from[i].Id);
            foreach (SnapshotRegion one in from[i].Regions)
            {
                snapshot.AddRegion(one);
                if (!from.FilterPassed.IsEmpty)
                {
                    snapshot.SetFilterPassed(from.FilterPassed[region]);
                }

                region++;
            }
        }

        return true;
    }

    public void Dispose() => IsDisposed = true;
}
