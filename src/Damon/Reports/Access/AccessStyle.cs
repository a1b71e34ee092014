namespace Damon.Reports.Access;

/// <summary>What a report of accesses shows of each snapshot.</summary>
enum AccessStyle
{
    /// <summary>A line of heat, then each region.</summary>
    Detailed,

    /// <summary>Each region with a box: the longer the older, its digit tells how often it is accessed.</summary>
    SimpleBoxes,

    /// <summary>As <see cref="SimpleBoxes"/>, the hottest region first.</summary>
    Hot,

    /// <summary>As <see cref="SimpleBoxes"/>, the coldest region first.</summary>
    Cold,

    /// <summary>Memory by temperature.</summary>
    TemperatureHistogram,

    /// <summary>Memory by the time since it was accessed.</summary>
    RecencyHistogram,

    /// <summary>Percentiles of the time since memory was accessed.</summary>
    RecencyPercentiles,

    /// <summary>Percentiles of temperature.</summary>
    TemperaturePercentiles,
}
