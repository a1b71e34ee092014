namespace Damon.Records.Sidecar;

/// <summary>What a record was asked to monitor.</summary>
public sealed record RecordRequest
{
    /// <summary>The command that was started for it, as given.</summary>
    public string? Command { get; init; }

    /// <summary>The processes that were named.</summary>
    public IReadOnlyList<int>? Pids { get; init; }

    /// <summary>Whether descendants were followed.</summary>
    public bool? IncludeChildren { get; init; }

    /// <summary>The address ranges that were given, if any.</summary>
    public IReadOnlyList<RecordRange>? Regions { get; init; }
}
