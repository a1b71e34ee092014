namespace Damon.Schemes;

/// <summary>
/// When a scheme is active: from <see cref="Mid"/> down to <see cref="Low"/>, and on up to <see cref="High"/> once it is. Outside there is too
/// much free memory to bother, or too little to afford it.
/// </summary>
public sealed record Watermarks
{
    /// <summary>What is compared.</summary>
    public WatermarkMetric Metric { get; init; }

    /// <summary>Time between two looks while every scheme is inactive, in microseconds.</summary>
    public ulong IntervalUs { get; init; }

    /// <summary>Above this, in 1/1000, the scheme turns inactive.</summary>
    public ulong High { get; init; }

    /// <summary>An inactive scheme stays so above this, in 1/1000.</summary>
    public ulong Mid { get; init; }

    /// <summary>Below this, in 1/1000, the scheme turns inactive.</summary>
    public ulong Low { get; init; }

    /// <summary>Says what is wrong with the values, or null when nothing is.</summary>
    public string? Check() => Metric != WatermarkMetric.None && (Low > Mid || Mid > High)
        ? $"the watermarks are high {High}, mid {Mid}, low {Low}, but must descend"
        : null;
}
