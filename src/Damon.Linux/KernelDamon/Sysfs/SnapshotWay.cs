namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>How snapshots come out of the kernel.</summary>
internal enum SnapshotWay
{
    /// <summary>By the event where there is one, else by the regions.</summary>
    Auto,

    /// <summary>By the event damon_aggregated: every aggregation interval, nothing is left out.</summary>
    Event,

    /// <summary>By the regions that a scheme is tried on.</summary>
    TriedRegions,
}
