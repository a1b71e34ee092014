using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Monitoring;

namespace Damon.Records.Streams;

/// <summary>A record that is refused where it has more targets than reports keep room for: a few bytes of a record may name very many.</summary>
sealed class LimitedRecordReader(IRecordReader record) : IRecordReader
{
    readonly HashSet<SeriesKey> _known = [];
    readonly List<TargetKey> _last = [];
    RecordSeries? _lastSeries;

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

        // Nearly all snapshots have the targets of the one before.
        RecordSeries series = record.Series;
        bool isSame = ReferenceEquals(series, _lastSeries) && snapshot.NrTargets == _last.Count;
        Span<TargetKey> last = CollectionsMarshal.AsSpan(_last);
        for (int i = 0; isSame && i < last.Length; i++)
        {
            isSame = snapshot[i].Key == last[i];
        }

        if (isSame)
        {
            return true;
        }

        _lastSeries = series;
        _last.Clear();
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            _last.Add(target.Key);
            if (_known.Add(SeriesKey.Of(series, target)) && _known.Count > RecordTimes.MaxSeries)
            {
                throw new RecordFormatException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"there are more than {RecordTimes.MaxSeries} targets, which reports have no room for; damo convert takes it"),
                    Content);
            }
        }

        return true;
    }

    public void Dispose() => record.Dispose();
}
