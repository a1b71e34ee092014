namespace Damon.Reports.Advice;

/// <summary>What is worth proposing.</summary>
public sealed record AdviceOptions
{
    /// <summary>Greatest share of what an action takes that may be wanted back too soon, [0, 1].</summary>
    public double MaxRegret { get; init; } = 0.1;

    /// <summary>Least share of the monitored memory that a proposal must be about, [0, 1].</summary>
    public double MinShare { get; init; } = 0.01;
}
