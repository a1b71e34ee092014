namespace Damon.Reports.Distribution;

/// <summary>The working set sizes of a target.</summary>
/// <param name="TargetId">The target; 0 for all together.</param>
/// <param name="Sizes">In bytes.</param>
public sealed record WorkingSetDistribution(Int128 TargetId, ValueDistribution Sizes);
