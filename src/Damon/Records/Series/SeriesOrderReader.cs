using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Records.Series;

/// <summary>A record put in the order of its series, each target a series of its own: all is read first, and kept in a <see cref="Spool"/>.</summary>
sealed class SeriesOrderReader(IRecordReader record) : IRecordReader
{
    readonly Spool _spool = new();
    readonly List<SpooledSnapshots> _series = [];
    int _at = -1;

    public RecordContent Content => record.Content;

    public bool IsCompressed => record.IsCompressed;

    public RecordDamage? Damage => record.Damage;

    public RecordSeries Series { get; private set; } = RecordSeries.Unknown;

    public bool Read(Snapshot snapshot)
    {
        if (_at < 0)
        {
            ReadAll(snapshot);
            _at = 0;
        }

        for (; _at < _series.Count; _series[_at++].Close())
        {
            if (_series[_at].Read(snapshot))
            {
                Series = _series[_at].Series;
                return true;
            }
        }

        snapshot.Reset(0);
        return false;
    }

    public void Dispose()
    {
        record.Dispose();
        _spool.Dispose();
    }

    void ReadAll(Snapshot snapshot)
    {
        Dictionary<SeriesKey, SpooledSnapshots> known = [];
        while (record.Read(snapshot))
        {
            int first = 0;
            for (int i = 0; i < snapshot.NrTargets; i++)
            {
                SnapshotTarget target = snapshot[i];
                SeriesKey key = SeriesKey.Of(record.Series, target);
                if (!known.TryGetValue(key, out SpooledSnapshots? series))
                {
                    if (known.Count == RecordTimes.MaxSeries)
                    {
                        throw new RecordFormatException($"there are more than {RecordTimes.MaxSeries} targets, which cannot be put in order");
                    }

                    series = new SpooledSnapshots(record.Series, target.Key, _spool.Add());
                    known.Add(key, series);
                    _series.Add(series);
                }

                ReadOnlySpan<ulong> passed = snapshot.FilterPassed;
                series.Add(snapshot, target, passed.IsEmpty ? passed : passed.Slice(first, target.Regions.Length));
                first += target.Regions.Length;
            }
        }
    }
}
