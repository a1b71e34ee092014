namespace Damon.Reports.Access;

/// <summary>What regions can be sorted by.</summary>
enum AccessSortKey
{
    /// <summary>Where they begin.</summary>
    Address,

    /// <summary>How often they are accessed.</summary>
    AccessRate,

    /// <summary>For how long that has been so.</summary>
    Age,

    /// <summary>Their size.</summary>
    Size,

    /// <summary>How hot they are.</summary>
    Temperature,
}
