namespace Damon.Reports.Footprints;

/// <summary>What is measured of memory.</summary>
enum FootprintMetric
{
    /// <summary>Virtual memory of the processes.</summary>
    VirtualSize,

    /// <summary>Memory of the processes that is present.</summary>
    ResidentSize,

    /// <summary>Memory of the machine that is not free.</summary>
    SystemUsed,
}
