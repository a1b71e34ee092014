using Damon.Monitoring;

namespace Damon.Linux.Backends;

/// <summary>Who gets the snapshots of a run.</summary>
public interface ISnapshotObserver
{
    /// <summary>The result of an aggregation interval, of all targets. The snapshot is filled anew the next time: clone what is to be kept.</summary>
    /// <returns>Whether to go on; false ends the run.</returns>
    bool OnSnapshot(Snapshot snapshot);
}
