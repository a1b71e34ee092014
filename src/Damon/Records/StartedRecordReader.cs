using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Records;

/// <summary>A record whose snapshots begin where the one before of the same target ended.</summary>
sealed class StartedRecordReader(IRecordReader record, RecordTimes? times) : IRecordReader
{
    readonly Dictionary<SeriesKey, long> _last = [];

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

        long? start = null;
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SeriesKey key = SeriesKey.Of(record.Series, snapshot[i]);
            bool isKnown = _last.TryGetValue(key, out long last);

            // The targets of a snapshot share the interval; one that just came has no snapshot before.
            start = isKnown ? Math.Max(start ?? last, last) : start;
            if (isKnown || _last.Count < RecordTimes.MaxSeries)
            {
                _last[key] = snapshot.TimeNs;
            }
        }

        if (snapshot.NrTargets > 0)
        {
            snapshot.StartNs ??= start ?? times?.FirstStartNs(record.Series, snapshot[0].Key);
        }

        return true;
    }

    public void Dispose() => record.Dispose();
}
