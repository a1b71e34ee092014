namespace Damon.Schemes;

/// <summary>What watermarks are compared with.</summary>
public enum WatermarkMetric
{
    /// <summary>Nothing: the scheme is always active.</summary>
    None,

    /// <summary>Free memory of the system in 1/1000 of all memory.</summary>
    FreeMemoryRate,
}
