namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>Where snapshots come from in the kernel.</summary>
enum SnapshotOrigin
{
    /// <summary>The event where there is one, else the regions.</summary>
    Auto,

    /// <summary>The event damon_aggregated: every aggregation interval, nothing is left out.</summary>
    Event,

    /// <summary>The regions that a scheme is tried on.</summary>
    TriedRegions,
}
