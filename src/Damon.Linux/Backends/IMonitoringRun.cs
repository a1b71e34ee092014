using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records.Sidecar;

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

    /// <summary>How accesses are seen, as a sidecar gives it.</summary>
    RecordAccessCheck AccessCheck { get; }

    /// <summary>What hears of mappings and of targets that come and go, on the thread that gives out snapshots. To be set before <see cref="Start"/>.</summary>
    IMappingObserver? Mappings { get; set; }

    /// <summary>Starts to monitor, and returns when the first sample is about to be taken.</summary>
    /// <exception cref="BackendException">It could not be started.</exception>
    void Start();

    /// <summary>Gives each snapshot to an observer until the targets are gone, the observer has enough, or the run is stopped.</summary>
    /// <param name="observer">Gets the snapshots, one at a time.</param>
    /// <returns>What ended it.</returns>
    /// <exception cref="BackendException">Monitoring failed on the way.</exception>
    KdamondEnd Watch(ISnapshotObserver observer);

    /// <summary>Ends <see cref="Watch"/> soon, and with it monitoring.</summary>
    void RequestStop();

    /// <summary>What the schemes of the request have done so far, in their order. After the end: what they had done when it came.</summary>
    /// <exception cref="BackendException">The backend cannot tell.</exception>
    IReadOnlyList<SnapshotSchemeStatistics> ReadSchemeStatistics();

    /// <summary>Goes on with other attributes or schemes; what was found so far stays.</summary>
    /// <param name="request">What is wanted from now on.</param>
    /// <exception cref="BackendException">The backend cannot do that, or not while it runs.</exception>
    void Change(MonitoringRequest request);

    /// <summary>What the run did and cost so far, as a sidecar gives it, as far as the backend knows. May be read from any thread.</summary>
    RecordSummary Summary { get; }

    /// <summary>What the user should know at the end: what was lost, what could not be done or given back. Each is one line.</summary>
    IReadOnlyList<string> Notes { get; }
}
