using Damo.Workloads;
using Damon.Monitoring;
using Damon.Simulation;

namespace Damo.Demo;

/// <summary>The stripes of the demo as the script of a simulated address space.</summary>
sealed class SimulatedScene
{
    // Shorter than the wandering stripe stays on one region (167 ms), a part of the time that the blinking one shines, and long enough that a
    // whole round fits into a script.
    const long StepUs = 150_000;
    const ulong FirstAddress = 1UL << 32;

    /// <param name="duration">How long the script lasts.</param>
    public SimulatedScene(TimeSpan duration)
    {
        WorkloadOptions options = WorkloadOptions.For(WorkloadPattern.Stripes);
        StripesPattern stripes = new(options.NrRegions);
        LoggedRegion[] regions = new LoggedRegion[options.NrRegions];
        for (int i = 0; i < regions.Length; i++)
        {
            ulong start = FirstAddress + ((ulong)i * (ulong)options.RegionBytes);
            regions[i] = new LoggedRegion(new AddressRange(start, start + (ulong)options.RegionBytes), stripes.NominalPeriodNs(i));
        }

        // The pattern comes round after a while, so that a script for long times stays short.
        long lengthNs = Math.Min((long)duration.TotalMicroseconds * 1000, StripesPattern.RoundNs);
        List<SimulatedPhase> phases = [];
        for (long ns = 0; ns < lengthNs; ns += StepUs * 1000)
        {
            phases.Add(new SimulatedPhase(StepUs, [.. Accesses(stripes, regions, ns)]));
        }

        Range = new AddressRange(regions[0].Range.Start, regions[^1].Range.End);
        Pattern = new SimulatedPattern([new SimulatedMapping(Range)], phases, repeats: true);
        Truth = new SimulatedTruth(Pattern, regions);
    }

    /// <summary>All that is mapped.</summary>
    public AddressRange Range { get; }

    /// <summary>The script.</summary>
    public SimulatedPattern Pattern { get; }

    /// <summary>What the script makes true.</summary>
    public SimulatedTruth Truth { get; }

    static IEnumerable<SimulatedAccess> Accesses(StripesPattern stripes, LoggedRegion[] regions, long ns)
    {
        for (int first = 0; first < regions.Length;)
        {
            long period = stripes.PeriodNs(first, ns);
            int end = first + 1;
            while (end < regions.Length && stripes.PeriodNs(end, ns) == period)
            {
                end++;
            }

            if (period > 0)
            {
                yield return new SimulatedAccess(new AddressRange(regions[first].Range.Start, regions[end - 1].Range.End), period / 1000);
            }

            first = end;
        }
    }
}
