using Damon.Monitoring;

namespace Damon.Linux.Backends;

/// <summary>One run of a backend: set up, started, watched, stopped, given back.</summary>
/// <remarks>
/// <see cref="Start"/> and <see cref="Watch"/> belong to one thread; <see cref="RequestStop"/>, <see cref="ReadSchemeStatistics"/> and
/// <see cref="Change"/> may be called by any while it watches.
/// </remarks>
public interface IMonitoringRun : IDisposable
{
    /// <summary>What monitors, in one line for the user.</summary>
    string Description { get; }

    /// <summary>Starts to monitor, and returns at once.</summary>
    /// <exception cref="KernelDamon.Files.KernelDamonException">It could not be started.</exception>
    void Start();

    /// <summary>Gives each snapshot to an observer until the targets are gone, the observer has enough, or somebody stops it.</summary>
    /// <param name="observer">Who gets the snapshots, on this thread.</param>
    /// <returns>What ended it.</returns>
    /// <exception cref="KernelDamon.Files.KernelDamonException">Monitoring failed on the way.</exception>
    KdamondEnd Watch(ISnapshotObserver observer);

    /// <summary>Ends <see cref="Watch"/> soon, and with it monitoring.</summary>
    void RequestStop();

    /// <summary>What the schemes of the request have done so far, in their order. After the end: what they had done when it came.</summary>
    /// <exception cref="KernelDamon.Files.KernelDamonException">The backend cannot tell.</exception>
    IReadOnlyList<SnapshotSchemeStatistics> ReadSchemeStatistics();

    /// <summary>Goes on with other attributes or schemes; what was found so far stays.</summary>
    /// <param name="request">What is wanted from now on.</param>
    /// <exception cref="KernelDamon.Files.KernelDamonException">The backend cannot do that, or not while it runs.</exception>
    void Change(MonitoringRequest request);

    /// <summary>What the user should know at the end: what was lost, what could not be given back. Each is one line.</summary>
    IReadOnlyList<string> Notes { get; }
}
