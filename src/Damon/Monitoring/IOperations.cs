namespace Damon.Monitoring;

/// <summary>
/// Access checks for one kind of address space; the counterpart of the kernel's damon_operations. Implement it to monitor something
/// new. A hook that is not overridden does nothing.
/// </summary>
/// <remarks>All hooks run on the thread that owns the context, one at a time. What one throws ends the run, after <see cref="Cleanup"/>.</remarks>
public interface IOperations
{
    /// <summary>Whether <see cref="IsTargetValid"/> means anything. Where it does not, monitoring never ends by itself.</summary>
    bool ChecksTargets => false;

    /// <summary>Called once before the first sample: gives regions to the targets that have none.</summary>
    void Init(MonitoringContext context)
    {
    }

    /// <summary>Called each update interval: follows what is mapped now.</summary>
    void Update(MonitoringContext context)
    {
    }

    /// <summary>
    /// Starts a sample: picks a <see cref="Region.SamplingAddress"/> in each region (see <see cref="MonitoringContext.Random"/>) and
    /// makes its page look not accessed.
    /// </summary>
    void PrepareAccessChecks(MonitoringContext context);

    /// <summary>
    /// Ends a sample: says in <see cref="Region.Accessed"/> of each region whether its sampling address was accessed since
    /// <see cref="PrepareAccessChecks"/>. Counting is the engine's work.
    /// </summary>
    void CheckAccesses(MonitoringContext context);

    /// <summary>Whether the target can still be monitored. Monitoring ends when no target is valid.</summary>
    bool IsTargetValid(Target target) => true;

    /// <summary>A target leaves the context: frees what <see cref="Target.OperationsState"/> holds.</summary>
    void CleanupTarget(Target target)
    {
    }

    /// <summary>Called once after the last sample.</summary>
    void Cleanup(MonitoringContext context)
    {
    }
}
