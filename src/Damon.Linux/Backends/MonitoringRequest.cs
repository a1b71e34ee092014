using Damon.Schemes;

namespace Damon.Linux.Backends;

/// <summary>What a backend is to monitor, and to do about it.</summary>
public sealed record MonitoringRequest
{
    /// <summary>
    /// Address space, targets with the regions to begin with, intervals and limits of the number of regions, and schemes. Physical memory is one
    /// target without a pid; which of its addresses are memory is the caller's business.
    /// </summary>
    public required ContextSpecification Context { get; init; }

    /// <summary>Whether snapshots are wanted; without them, a run that only applies schemes costs less.</summary>
    public bool WantsSnapshots { get; init; } = true;

    /// <summary>What users know the targets by: the pid, or -1 for physical memory.</summary>
    internal IReadOnlyList<Int128> TargetIds => [.. Context.Targets.Select(static target => (Int128)(target.Pid ?? -1))];
}
