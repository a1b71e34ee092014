using Damon.Linux.Memory;
using Damon.Monitoring;

namespace Damon.Linux.AccessChecks;

/// <summary>One way of seeing whether pages of a process were accessed. Used by the thread that owns the context only.</summary>
interface IAccessChecker : IAccessCheck
{
    /// <summary>Starts a sample: picks sampling addresses and makes their pages look not accessed.</summary>
    /// <param name="process">The process. Its <see cref="MonitoredProcess.AddressSpaceChanged"/> is set when it has executed another program.</param>
    /// <param name="regions">Its regions.</param>
    /// <param name="random">Where to sample.</param>
    /// <param name="nowNs">Now, in nanoseconds of CLOCK_MONOTONIC.</param>
    void Prepare(MonitoredProcess process, Span<Region> regions, RandomSource random, long nowNs);

    /// <summary>Ends a sample: sets <see cref="Region.Accessed"/>.</summary>
    /// <inheritdoc cref="Prepare" path="/param"/>
    void Check(MonitoredProcess process, Span<Region> regions, long nowNs);

    /// <summary>The process is not monitored any more: frees what was kept for it.</summary>
    void Forget(MonitoredProcess process);
}
