using Damon.Monitoring;

namespace Damon.Linux.AccessChecks;

/// <summary>One way of seeing whether page frames were accessed, by whomever. Used by the thread that owns the context only.</summary>
interface IFrameChecker : IAccessCheck
{
    /// <summary>Starts a sample: picks sampling addresses and makes their frames look not accessed.</summary>
    /// <param name="regions">Of physical addresses.</param>
    /// <param name="random">Where to sample.</param>
    /// <param name="nowNs">Now, in nanoseconds of CLOCK_MONOTONIC.</param>
    void Prepare(Span<Region> regions, RandomSource random, long nowNs);

    /// <summary>Ends a sample: sets <see cref="Region.Accessed"/>.</summary>
    /// <inheritdoc cref="Prepare" path="/param"/>
    void Check(Span<Region> regions, long nowNs);
}
