namespace Damon.Records.Streams;

/// <summary>Monitoring intervals in microseconds: asked for, or achieved on average.</summary>
public sealed record RecordIntervals
{
    /// <summary>Between two access checks of a region.</summary>
    public double? SampleUs { get; init; }

    /// <summary>Between two snapshots.</summary>
    public double? AggrUs { get; init; }

    /// <summary>Between two looks at the layout of the address space.</summary>
    public double? UpdateUs { get; init; }
}
