using Damon.Monitoring;

namespace Damon.Linux.Backends;

/// <summary>Gets the snapshots of a run.</summary>
public interface ISnapshotObserver
{
    /// <summary>The result of an aggregation interval, of all targets. The snapshot is refilled the next time: clone what you want to keep.</summary>
    /// <returns>Whether to go on; false ends the run.</returns>
    bool OnSnapshot(Snapshot snapshot);
}
