using Damon.Linux.AccessChecks;
using Damon.Linux.Actions;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.DamonFs;

/// <summary>Monitors the physical address space, in the regions that were given: without any there is nothing to see, as in the kernel.</summary>
internal sealed class PhysicalEngine : IDamonFsEngine
{
    readonly LinuxClock _clock;
    readonly PhysicalOperations _operations;

    /// <param name="accessCheck">How accesses are seen; null for the best that works.</param>
    /// <exception cref="TargetOpenException">It cannot be monitored here.</exception>
    internal PhysicalEngine(AccessCheckKind? accessCheck)
    {
        _operations = PhysicalOperations.Create(accessCheck);
        try
        {
            _clock = new LinuxClock();
        }
        catch
        {
            _operations.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IKdamondClock Clock => _clock;

    /// <inheritdoc/>
    public ISchemeOperations Operations => _operations;

    /// <inheritdoc/>
    public ISchemeMetrics? Metrics { get; } = new SystemMetrics();

    /// <inheritdoc/>
    public Target? OpenTarget(IDamonFsProcess? process) => PhysicalOperations.CreateTarget();

    /// <inheritdoc/>
    public void Dispose()
    {
        _operations.Dispose();
        _clock.Dispose();
    }
}
