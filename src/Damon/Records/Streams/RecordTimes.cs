using System.Runtime.InteropServices;
using Damon.Monitoring;

namespace Damon.Records.Streams;

/// <summary>
/// The times of the series of a record: enough to say when the first snapshot of each began, which no format but JSON tells. For a second
/// pass with <see cref="RecordReaders.WithStartTimes"/>, or for a consumer that looks at the first snapshots last.
/// </summary>
sealed class RecordTimes
{
    /// <summary>More series than these are not told apart.</summary>
    internal const int MaxSeries = 1 << 16;

    readonly Dictionary<SeriesKey, SeriesSpan> _spans = [];

    /// <summary>Number of snapshots.</summary>
    public long Snapshots { get; private set; }

    /// <summary>Least time of a snapshot; 0 where there is none.</summary>
    public long FirstNs { get; private set; }

    /// <summary>Greatest time of a snapshot; 0 where there is none.</summary>
    public long LastNs { get; private set; }

    /// <summary>Reads a record to its end.</summary>
    /// <exception cref="IOException">The record could not be read.</exception>
    public static RecordTimes Scan(IRecordReader record)
    {
        ArgumentNullException.ThrowIfNull(record);
        RecordTimes times = new();
        Snapshot snapshot = new();
        while (record.Read(snapshot))
        {
            times.Add(record.Series, snapshot);
        }

        return times;
    }

    /// <summary>Takes note of a snapshot.</summary>
    public void Add(RecordSeries series, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(snapshot);
        FirstNs = Snapshots == 0 ? snapshot.TimeNs : Math.Min(FirstNs, snapshot.TimeNs);
        LastNs = Snapshots == 0 ? snapshot.TimeNs : Math.Max(LastNs, snapshot.TimeNs);
        Snapshots++;
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SeriesKey key = SeriesKey.Of(series, snapshot[i]);
            if (_spans.Count < MaxSeries)
            {
                ref SeriesSpan span = ref CollectionsMarshal.GetValueRefOrAddDefault(_spans, key, out bool exists);
                span = exists ? span.With(snapshot.TimeNs) : new SeriesSpan(snapshot.TimeNs, snapshot.TimeNs, 1);
            }
            else if (_spans.TryGetValue(key, out SeriesSpan known))
            {
                _spans[key] = known.With(snapshot.TimeNs);
            }
        }
    }

    /// <summary>When the first snapshot of a series began, by the mean length of all its snapshots; null where there is only one.</summary>
    /// <param name="series">The series.</param>
    /// <param name="target">The target within.</param>
    public long? FirstStartNs(RecordSeries series, TargetKey target)
    {
        ArgumentNullException.ThrowIfNull(series);
        return (long?)FirstStart(SeriesKey.Of(series, target));
    }

    /// <summary>When the first snapshot of a series began, in nanoseconds with their fraction; null where that is unknown.</summary>
    public double? FirstStart(SeriesKey series) => _spans.TryGetValue(series, out SeriesSpan span) ? span.FirstStart : null;
}
