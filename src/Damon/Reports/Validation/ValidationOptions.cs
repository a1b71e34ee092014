using Damon.Monitoring;

namespace Damon.Reports.Validation;

/// <summary>What a record must keep to be taken for sound.</summary>
sealed record ValidationOptions
{
    /// <summary>How long a snapshot takes, in microseconds.</summary>
    public ValidationLimits AggregationUs { get; init; } = new(75_000, 125_000);

    /// <summary>Number of regions of a target in a snapshot.</summary>
    public ValidationLimits NrRegions { get; init; } = new(3, 1200);

    /// <summary>Number of accesses of a region.</summary>
    public ValidationLimits NrAccesses { get; init; } = new(0, 24);

    /// <summary>Percentage of the snapshots of a series that may break a limit, [0, 100].</summary>
    public double AllowedErrorPercent { get; init; } = 2;

    /// <summary>Every region must lie within one of these; without any, no region is looked at.</summary>
    public IReadOnlyList<AddressRange> Boundaries { get; init; } = [];
}
