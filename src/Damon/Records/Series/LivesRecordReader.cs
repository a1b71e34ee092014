using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Records.Series;

/// <summary>A record whose targets are told apart where their id was used again.</summary>
sealed class LivesRecordReader(IRecordReader record, TargetLives lives) : IRecordReader
{
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

        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            Int128 id = snapshot[i].Id;
            if (!lives.IsAgain(id))
            {
                continue;
            }

            // While one goes and the next comes, a snapshot may show both: the later one is the last.
            int later = 0;
            for (int j = i + 1; j < snapshot.NrTargets; j++)
            {
                later += snapshot[j].Id == id ? 1 : 0;
            }

            snapshot.SetInstance(i, Math.Max(lives.InstanceAt(id, snapshot.TimeNs) - later, 0));
        }

        return true;
    }

    public void Dispose() => record.Dispose();
}
