using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>The mappings of a target from a time on, until the next entry for the same target.</summary>
public sealed record RecordMappings
{
    /// <summary>Since when, in nanoseconds of the record's clock.</summary>
    public long TimeNs { get; init; }

    /// <summary>The target's id.</summary>
    [JsonConverter(typeof(Int128JsonConverter))]
    public Int128 TargetId { get; init; }

    /// <summary>The mappings in address order.</summary>
    public IReadOnlyList<RecordMapping> Mappings { get; init; } = [];
}
