using Damon.Linux.Backends;
using Damon.Monitoring;

namespace Damon.Linux.Tests.KernelDamon;

/// <summary>Keeps snapshots, up to a number of them.</summary>
sealed class KeepingObserver(int most = int.MaxValue) : ISnapshotObserver
{
    public List<Snapshot> Snapshots { get; } = [];

    public bool OnSnapshot(Snapshot snapshot)
    {
        Snapshots.Add(snapshot.Clone());
        return Snapshots.Count < most;
    }
}
