namespace Damon.Monitoring;

/// <summary>An observer that only wants the snapshots.</summary>
/// <remarks>
/// The callback runs on the thread that owns the context and holds it up. The snapshot is refilled the next time: clone what you want to keep. What the
/// callback throws ends the run.
/// </remarks>
/// <param name="onSnapshot">Called at the end of each aggregation interval.</param>
public sealed class SnapshotCallback(Action<Snapshot> onSnapshot) : IKdamondObserver
{
    /// <inheritdoc/>
    /// <returns>Always true: it never ends a run.</returns>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        onSnapshot(snapshot);
        return true;
    }
}
