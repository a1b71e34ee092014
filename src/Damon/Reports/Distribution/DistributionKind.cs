namespace Damon.Reports.Distribution;

/// <summary>What a distribution is of.</summary>
public enum DistributionKind
{
    /// <summary>Bytes of the regions that were accessed often enough: the first tool's <c>report wss</c>.</summary>
    WorkingSetSize,

    /// <summary>Number of regions: the first tool's <c>report nr_regions</c>.</summary>
    NrRegions,
}
