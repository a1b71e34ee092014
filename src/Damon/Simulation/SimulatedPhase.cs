using System.Collections.Immutable;

namespace Damon.Simulation;

/// <summary>A time in which a <see cref="SimulatedPattern"/> keeps accessing the same memory.</summary>
/// <param name="DurationUs">How long it lasts, in microseconds, above 0.</param>
/// <param name="Accesses">What is accessed, in any order, not overlapping. Everything else is left alone.</param>
public sealed record SimulatedPhase(long DurationUs, ImmutableArray<SimulatedAccess> Accesses);
