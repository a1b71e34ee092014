namespace Damon.Reports.Distribution;

/// <summary>A target that was seen too briefly to have a distribution.</summary>
/// <param name="TargetId">The target.</param>
/// <param name="Snapshots">Number of its snapshots.</param>
public readonly record struct ShortTarget(Int128 TargetId, int Snapshots);
