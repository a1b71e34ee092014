namespace Damon.Reports.Distribution;

/// <summary>What a distribution shows.</summary>
public sealed record DistributionOptions
{
    /// <summary>What is counted in each snapshot.</summary>
    public DistributionKind Kind { get; init; }

    /// <summary>Least number of accesses of a region that belongs to the working set. Not used for the number of regions.</summary>
    public long Threshold { get; init; } = 1;

    /// <summary>The percentiles shown, each in [0, 100].</summary>
    public IReadOnlyList<int> Percentiles { get; init; } = [0, 25, 50, 75, 100];

    /// <summary>Whether the values keep the order of time, so that percentiles are parts of the run, rather than being sorted.</summary>
    public bool SortByTime { get; init; }

    /// <summary>Whether the text names a target <c>target_id</c>, as later tools did, rather than <c>pid</c>.</summary>
    public bool TargetIdLabel { get; init; }
}
