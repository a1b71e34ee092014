using Damon.Linux.AccessChecks;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Engine;

/// <summary>What only the engine in user space can do, and how it does the rest.</summary>
public sealed record EngineOptions
{
    /// <summary>The access check; null for the best that works here.</summary>
    public AccessCheckKind? AccessCheck { get; init; }

    /// <summary>Whether descendants of the processes become targets as soon as they are seen, and leave when they end.</summary>
    public bool FollowsChildren { get; init; }

    /// <summary>
    /// Whether regions leave out what no instruction may access, where such a hole has a MiB or more; kernels leave out the two biggest gaps only.
    /// </summary>
    public bool LeavesOutInaccessible { get; init; }

    /// <summary>Whether schemes may stop a process with ptrace for a moment, to have it do what the kernel takes from no other process.</summary>
    public bool AllowPtrace { get; init; }

    /// <summary>The CPU time that monitoring may take, in percent of one CPU, above 0 and at most 100; null for no bound. Longer intervals keep it.</summary>
    public double? OverheadPercent { get; init; }

    /// <summary>Where the random numbers start: the same seed gives the same sampling addresses.</summary>
    public ulong Seed { get; init; }

    /// <summary>What carries out the actions of schemes; null for the address space itself.</summary>
    public ISchemeActions? Actions { get; init; }

    /// <summary>Whether schemes only count what they would do to the address space.</summary>
    public bool IsRehearsal { get; init; }

    /// <summary>Observers of the run, called in this order, before those who watch it.</summary>
    public IReadOnlyList<IKdamondObserver> Observers { get; init; } = [];

    /// <summary>Whether regions that are given stay as they are; else they follow the mappings after an update interval, as the kernel's do.</summary>
    internal bool KeepsGivenRegions { get; init; } = true;

    /// <summary>Descendants of the targets whose parents have ended; null where init gets them, and they are lost.</summary>
    internal AdoptedChildren? Adopted { get; init; }
}
