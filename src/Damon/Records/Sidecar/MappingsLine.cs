using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>The mappings of a target as a line of the sidecar has them: <see cref="RecordMappings"/> are what it means.</summary>
sealed record MappingsLine
{
    /// <inheritdoc cref="RecordMappings.TimeNs"/>
    public long TimeNs { get; init; }

    /// <inheritdoc cref="RecordMappings.TargetId"/>
    [JsonConverter(typeof(Int128JsonConverter))]
    public Int128 TargetId { get; init; }

    /// <summary>The number by which later lines copy from this one; null where none does.</summary>
    public long? List { get; init; }

    /// <summary>What earlier lines have already, in address order; null for nothing.</summary>
    public IReadOnlyList<MappingCopy>? Copies { get; init; }

    /// <summary>All other mappings, in address order.</summary>
    public IReadOnlyList<RecordMapping> Mappings { get; init; } = [];
}
