namespace Damon.Records.Sidecar;

/// <summary>The regions that a scheme tried in one pass.</summary>
public sealed record RecordTried
{
    /// <summary>Index of the scheme.</summary>
    public int Scheme { get; init; }

    /// <summary>When, in nanoseconds of the record's clock.</summary>
    public long TimeNs { get; init; }

    /// <summary>The regions, in the order in which they were tried.</summary>
    public IReadOnlyList<RecordTriedRegion> Regions { get; init; } = [];
}
