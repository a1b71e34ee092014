namespace Damon.Reports.Footprints;

/// <summary>Memory at one moment, in bytes.</summary>
/// <param name="Time">Seconds since 1970.</param>
/// <param name="VirtualSize">Virtual memory of all processes.</param>
/// <param name="ResidentSize">Memory of all processes that is present; what they share counts for each.</param>
/// <param name="SystemUsed">Memory of the machine that is not free; null where it was not measured.</param>
readonly record struct FootprintSample(double Time, ulong VirtualSize, ulong ResidentSize, ulong? SystemUsed)
{
    /// <summary>The number of a metric; null where it was not measured.</summary>
    public ulong? Value(FootprintMetric metric) => metric switch
    {
        FootprintMetric.VirtualSize => VirtualSize,
        FootprintMetric.ResidentSize => ResidentSize,
        _ => SystemUsed,
    };
}
