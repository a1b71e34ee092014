using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>A target of a record.</summary>
public sealed record RecordTarget
{
    /// <summary>The id in the record: see <see cref="Monitoring.SnapshotTarget.Id"/>.</summary>
    [JsonConverter(typeof(Int128JsonConverter))]
    public Int128 Id { get; init; }

    /// <summary>Short name of the process.</summary>
    public string? Comm { get; init; }

    /// <summary>File it executes.</summary>
    public string? Exe { get; init; }

    /// <summary>Its command line, one item per argument.</summary>
    public IReadOnlyList<string>? CommandLine { get; init; }

    /// <summary>Since when it was monitored, in nanoseconds of the record's clock.</summary>
    public long? FromNs { get; init; }

    /// <summary>Until when it was monitored; null while it is.</summary>
    public long? UntilNs { get; init; }
}
