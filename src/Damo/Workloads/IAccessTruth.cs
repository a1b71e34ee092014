using Damon.Monitoring;

namespace Damo.Workloads;

/// <summary>What really happens to an address space, for comparison with what monitoring finds.</summary>
interface IAccessTruth
{
    /// <summary>Its regions in address order; all pages of one are accessed alike.</summary>
    ReadOnlySpan<LoggedRegion> Regions { get; }

    /// <summary>What became of a region in a sampling window.</summary>
    SweepVerdict Judge(int region, in SamplingWindow window);
}
