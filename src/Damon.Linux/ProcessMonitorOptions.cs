using Damon.Linux.AccessChecks;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux;

/// <summary>What a <see cref="ProcessMonitor"/> monitors, and how. Without any setting: this very process, for at most 5 % of a CPU.</summary>
public sealed record ProcessMonitorOptions
{
    /// <summary>Pids of the processes; this very process by default, which may stand beside others.</summary>
    public IReadOnlyList<int> ProcessIds { get; init; } = [Environment.ProcessId];

    /// <summary>Whether descendants of the processes become targets as soon as they are seen, and leave when they end.</summary>
    public bool FollowsChildren { get; init; }

    /// <summary>The intervals and the limits of the number of regions.</summary>
    public MonitoringAttributes Attributes { get; init; } = new();

    /// <summary>
    /// The CPU time that monitoring may take, in percent of one CPU, above 0 and at most 100; null for no bound. It is kept by longer intervals, so snapshots
    /// may come less often than
    /// <see cref="Attributes"/> say.
    /// </summary>
    public double? OverheadPercent { get; init; } = 5;

    /// <summary>
    /// The only addresses that are monitored, of each process: in bytes, in address order, disjoint, whole pages. None for whole address spaces,
    /// without what no instruction may access.
    /// </summary>
    public IReadOnlyList<AddressRange> Regions { get; init; } = [];

    /// <summary>
    /// Called with each snapshot, on the thread that monitors. It is refilled the next time: clone what you keep. What it throws ends the run.
    /// </summary>
    public Action<Snapshot>? OnSnapshot { get; init; }

    /// <summary>More observers of the run, called in this order, before <see cref="OnSnapshot"/>.</summary>
    public IReadOnlyList<IKdamondObserver> Observers { get; init; } = [];

    /// <summary>
    /// The file into which the run is recorded, with a sidecar beside it that knows names and ages, for <c>damo report</c>; null for none. What was there
    /// becomes <c>.old</c>.
    /// </summary>
    public string? RecordPath { get; init; }

    /// <summary>What is done to memory by how it is accessed, in this order. Their statistics are those of one run: make new ones for the next.</summary>
    public IReadOnlyList<Scheme> Schemes { get; init; } = [];

    /// <summary>Carries out the actions of <see cref="Schemes"/>; null for the kernel, on the memory of the processes.</summary>
    public ISchemeActions? Actions { get; init; }

    /// <summary>
    /// Whether schemes may stop other processes with ptrace for some 50 us, to have them do what the kernel takes from no other process. Never done to this
    /// very process.
    /// </summary>
    public bool AllowPtrace { get; init; }

    /// <summary>How accesses are seen; null for the best way that works here.</summary>
    public AccessCheckKind? AccessCheck { get; init; }

    /// <summary>
    /// Whether addresses of this very process' managed heap are named by generation; costs events of the runtime at each garbage collection. See
    /// <see cref="Processes.ManagedHeap"/>.
    /// </summary>
    public bool NamesManagedHeap { get; init; } = true;

    /// <summary>Tells the run from others in metrics and activities.</summary>
    public string Name { get; init; } = "default";

    /// <summary>From which share of the samples on metrics count memory as hot, in percent of the most that an interval can count, in (0, 100].</summary>
    public double HotPercent { get; init; } = 50;

    /// <summary>Starts the random numbers by which sampled pages are chosen.</summary>
    public ulong Seed { get; init; } = (ulong)Environment.TickCount64;
}
