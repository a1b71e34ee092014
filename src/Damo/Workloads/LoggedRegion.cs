using Damon.Monitoring;

namespace Damo.Workloads;

/// <summary>A region of a workload.</summary>
/// <param name="Range">Its addresses in the workload.</param>
/// <param name="PeriodNs">Time from sweep to sweep, in nanoseconds; 0 for never, <see cref="Varies"/> where it changes.</param>
readonly record struct LoggedRegion(AddressRange Range, long PeriodNs)
{
    /// <summary>The period of a region whose heat changes.</summary>
    public const long Varies = -1;
}
