using Damon.Monitoring;

namespace Damon.Records;

/// <summary>
/// Puts the snapshots of a record into the order series after series, each with one target, for reports that show one target after the other.
/// Small records stay in memory, large ones go to one temporary file.
/// </summary>
public sealed class SeriesSpool : IDisposable
{
    readonly Spool _spool = new();
    readonly Dictionary<SeriesKey, SpooledSnapshots> _byKey = [];
    readonly List<SpooledSnapshots> _inOrder = [];

    /// <summary>Keeps a snapshot.</summary>
    /// <exception cref="IOException">The temporary file could not be written.</exception>
    public void Add(RecordSeries series, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            SeriesKey key = SeriesKey.Of(series, target);
            if (!_byKey.TryGetValue(key, out SpooledSnapshots? spooled))
            {
                spooled = new SpooledSnapshots(series, target.Id, _spool.Add());
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
        ArgumentNullException.ThrowIfNull(add);
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

    /// <summary>Deletes the temporary file.</summary>
    public void Dispose() => _spool.Dispose();
}
