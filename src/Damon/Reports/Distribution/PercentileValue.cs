namespace Damon.Reports.Distribution;

/// <summary>The value at a percentile.</summary>
/// <param name="Percentile">In [0, 100].</param>
/// <param name="Value">Bytes, or a number of regions.</param>
public readonly record struct PercentileValue(int Percentile, ulong Value);
