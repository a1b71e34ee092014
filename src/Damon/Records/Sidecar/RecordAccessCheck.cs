namespace Damon.Records.Sidecar;

/// <summary>How accesses were seen.</summary>
public sealed record RecordAccessCheck
{
    /// <summary>Name of the check, such as <c>page-table</c>, <c>idle-page</c> or <c>clear-refs</c>.</summary>
    public string? Name { get; init; }

    /// <summary>What one check tells apart: <c>page</c> or <c>mapping</c>.</summary>
    public string? Granularity { get; init; }

    /// <summary>What a reader of the figures should know, one sentence each.</summary>
    public IReadOnlyList<string>? Notes { get; init; }
}
