using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.DamonFs;

/// <summary>What one run of one context needs. Disposed by the thread that monitored, after the run.</summary>
internal interface IDamonFsEngine : IDisposable
{
    IKdamondClock Clock { get; }

    ISchemeOperations Operations { get; }

    /// <summary>What watermarks look at, or null.</summary>
    ISchemeMetrics? Metrics { get; }

    /// <summary>Makes a target of a process, or of the physical address space.</summary>
    /// <param name="process">Null for the physical address space.</param>
    /// <returns>Null when the process has ended.</returns>
    /// <exception cref="TargetOpenException">It cannot be monitored.</exception>
    Target? OpenTarget(IDamonFsProcess? process);
}
