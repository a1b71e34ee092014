using Damon.Monitoring;

namespace Damon.Simulation;

/// <summary>Memory that a <see cref="SimulatedPattern"/> maps for some time.</summary>
/// <param name="Range">The addresses, <c>[start, end)</c>.</param>
/// <param name="FromUs">When it is mapped, in microseconds from the start.</param>
/// <param name="UntilUs">When it is unmapped, in microseconds from the start; <see cref="Forever"/> for never.</param>
public readonly record struct SimulatedMapping(AddressRange Range, long FromUs = 0, long UntilUs = SimulatedMapping.Forever)
{
    /// <summary>The end of a mapping that stays.</summary>
    public const long Forever = long.MaxValue;
}
