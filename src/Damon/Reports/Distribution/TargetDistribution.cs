namespace Damon.Reports.Distribution;

/// <summary>The distribution of one target.</summary>
/// <param name="TargetId">The target.</param>
/// <param name="Snapshots">Number of snapshots that count, without those dropped at the beginning.</param>
/// <param name="Average">Arithmetic mean, cut to a whole number.</param>
/// <param name="Percentiles">A value for each percentile asked for, in that order.</param>
public sealed record TargetDistribution(Int128 TargetId, int Snapshots, ulong Average, IReadOnlyList<PercentileValue> Percentiles);
