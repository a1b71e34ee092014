using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Records.Series;

/// <summary>
/// Puts the snapshots of a record into the order series after series, each with one target, for reports that show one target after the other.
/// Small records stay in memory, large ones go to one temporary file.
/// </summary>
sealed class SeriesSpool : IDisposable
{
    readonly Spool _spool = new();
    readonly Dictionary<SeriesKey, SpooledSnapshots> _byKey = [];
    readonly List<SpooledSnapshots> _inOrder = [];

    /// <summary>Keeps a snapshot.</summary>
    /// <exception cref="IOException">The temporary file could not be written.</exception>
    public void Add(RecordSeries series, Snapshot snapshot)
    {
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            SeriesKey key = SeriesKey.Of(series, target);
            if (!_byKey.TryGetValue(key, out SpooledSnapshots? spooled))
            {
                spooled = new SpooledSnapshots(series, target.Key, _spool.Add());
                _byKey.Add(key, spooled);
                _inOrder.Add(spooled);
            }

            spooled.Add(snapshot, target, default);
        }
    }

    /// <summary>Hands out all snapshots, once: series in the order of their first appearance, each in the order of the record.</summary>
    /// <exception cref="IOException">The temporary file could not be read.</exception>
    public void Read(Action<RecordSeries, Snapshot> add)
    {
        Snapshot snapshot = new();
        foreach (SpooledSnapshots spooled in _inOrder)
        {
            while (spooled.Read(snapshot))
            {
                add(spooled.Series, snapshot);
            }

            spooled.Close();
        }
    }

    /// <summary>Hands out all snapshots, once, in the order of time; those of the same time are one snapshot with all their targets.</summary>
    /// <remarks>Each series is taken to be in the order of time. Of series of the same target only one counts at a time.</remarks>
    /// <exception cref="IOException">The temporary file could not be read.</exception>
    public void ReadByTime(Action<RecordSeries, Snapshot> add)
    {
        Snapshot whole = new();
        PriorityQueue<(SpooledSnapshots Series, Snapshot Next), (long TimeNs, int Index)> waiting = new();
        for (int i = 0; i < _inOrder.Count; i++)
        {
            Wait(_inOrder[i], new Snapshot(), i);
        }

        // What several schemes of a context saw of a target is one; what another kdamond has, or came later under the same id, is not.
        Dictionary<SeriesKey, (int? Scheme, TargetKey Target)> known = [];
        HashSet<TargetKey> present = [];
        while (waiting.TryPeek(out (SpooledSnapshots Series, Snapshot Next) first, out (long TimeNs, int Index) at))
        {
            whole.Reset(at.TimeNs);
            present.Clear();
            while (waiting.TryPeek(out (SpooledSnapshots Series, Snapshot Next) one, out (long TimeNs, int Index) due) && due.TimeNs == at.TimeNs)
            {
                _ = waiting.Dequeue();
                SnapshotTarget target = one.Next[0];
                TargetKey key = KeyOf(one.Series.Series, target.Key);
                if (present.Add(key))
                {
                    whole.AddTarget(key);
                    foreach (ref readonly SnapshotRegion region in target.Regions)
                    {
                        whole.AddRegion(region);
                    }
                }

                Wait(one.Series, one.Next, due.Index);
            }

            add(first.Series.Series, whole);
        }

        TargetKey KeyOf(RecordSeries series, TargetKey target)
        {
            SeriesKey one = new(series.KdamondIndex, series.ContextIndex, null, new TargetKey(target.Id));
            if (!known.TryGetValue(one, out (int? Scheme, TargetKey Target) first))
            {
                known.Add(one, first = (series.SchemeIndex, target));
            }

            return series.SchemeIndex == first.Scheme ? target : first.Target;
        }

        void Wait(SpooledSnapshots series, Snapshot next, int index)
        {
            if (series.Read(next))
            {
                waiting.Enqueue((series, next), (next.TimeNs, index));
            }
            else
            {
                series.Close();
            }
        }
    }

    /// <summary>Deletes the temporary file.</summary>
    public void Dispose() => _spool.Dispose();
}
