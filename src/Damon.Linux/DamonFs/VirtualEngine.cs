using Damon.Linux.AccessChecks;
using Damon.Linux.Actions;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.DamonFs;

/// <summary>Monitors virtual address spaces. Regions that were given follow the mappings after an update interval, as the kernel's do.</summary>
internal sealed class VirtualEngine : IDamonFsEngine
{
    readonly LinuxClock _clock;
    readonly VirtualOperations _operations;

    /// <param name="checker">How accesses are seen; disposed with the engine.</param>
    internal VirtualEngine(IAccessChecker checker)
    {
        try
        {
            _clock = new LinuxClock();
        }
        catch
        {
            checker.Dispose();
            throw;
        }

        _operations = new VirtualOperations(checker, new ProcFileSystem());
    }

    /// <inheritdoc/>
    public IKdamondClock Clock => _clock;

    /// <inheritdoc/>
    public ISchemeOperations Operations => _operations;

    /// <inheritdoc/>
    public ISchemeMetrics? Metrics { get; } = new SystemMetrics();

    /// <inheritdoc/>
    public Target? OpenTarget(IDamonFsProcess? process)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (process.Pid == Environment.ProcessId)
        {
            throw new TargetOpenException($"{process.Pid} is this very process: it cannot monitor itself");
        }

        if (!process.IsAlive)
        {
            return null;
        }

        Target? target = null;
        try
        {
            target = _operations.OpenTarget(process.Pid);
        }
        catch (TargetOpenException) when (!process.IsAlive)
        {
            return null;
        }

        // It lived all the time, so the pid was its own.
        if (process.IsAlive)
        {
            return target;
        }

        _operations.CleanupTarget(target);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _operations.Dispose();
        _clock.Dispose();
    }
}
