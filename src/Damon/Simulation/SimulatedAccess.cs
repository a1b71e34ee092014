using Damon.Monitoring;

namespace Damon.Simulation;

/// <summary>Memory that a phase of a <see cref="SimulatedPattern"/> accesses.</summary>
/// <param name="Range">The addresses, <c>[start, end)</c>; all of them are accessed at the same moments.</param>
/// <param name="PeriodUs">Time between two accesses in microseconds, the first when the phase begins; <see cref="Always"/> for no pause.</param>
public readonly record struct SimulatedAccess(AddressRange Range, long PeriodUs)
{
    /// <summary>The period of memory that every sample finds accessed.</summary>
    public const long Always = 0;

    /// <summary>Whether there is an access in <c>[fromNs, untilNs)</c>, counted in nanoseconds from the begin of the phase.</summary>
    internal bool HappensIn(long fromNs, long untilNs)
    {
        if (PeriodUs == Always || fromNs <= 0)
        {
            return fromNs < untilNs;
        }

        // The last access before the end is at or after the begin.
        long periodNs = PeriodUs * 1000;
        return (untilNs - 1) / periodNs * periodNs >= fromNs;
    }
}
