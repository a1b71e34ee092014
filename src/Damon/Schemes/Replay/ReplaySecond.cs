namespace Damon.Schemes.Replay;

/// <summary>What a scheme would have been tried on within one second of a record.</summary>
/// <param name="Second">Since the first snapshot.</param>
/// <param name="Regions">Number of regions, counted again in each snapshot.</param>
/// <param name="Bytes">Their bytes.</param>
public readonly record struct ReplaySecond(long Second, ulong Regions, ulong Bytes);
