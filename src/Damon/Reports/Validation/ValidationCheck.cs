namespace Damon.Reports.Validation;

/// <summary>What of a snapshot is compared with its limits.</summary>
enum ValidationCheck
{
    /// <summary>How long the snapshot took, in microseconds.</summary>
    AggregationInterval,

    /// <summary>The number of regions of the target.</summary>
    NrRegions,

    /// <summary>The number of accesses of each region.</summary>
    NrAccesses,

    /// <summary>Whether each region lies within the boundaries.</summary>
    Boundary,
}
