using Damo.Workloads;
using Damon.Monitoring;
using Damon.Simulation;

namespace Damo.Demo;

/// <summary>The truth about a simulated address space: its script.</summary>
/// <param name="pattern">The script; simulated time starts at 0.</param>
/// <param name="regions">Regions whose pages the script accesses alike.</param>
sealed class SimulatedTruth(SimulatedPattern pattern, LoggedRegion[] regions) : IAccessTruth
{
    /// <inheritdoc/>
    public ReadOnlySpan<LoggedRegion> Regions => regions;

    /// <inheritdoc/>
    public SweepVerdict Judge(int region, in SamplingWindow window)
    {
        ulong address = regions[region].Range.Start;
        return pattern.IsAccessed(address, window.PrepareEndNs, window.CheckStartNs) ? SweepVerdict.Accessed
            : pattern.IsAccessed(address, window.PrepareStartNs, window.CheckEndNs) ? SweepVerdict.Unknown
            : SweepVerdict.NotAccessed;
    }
}
