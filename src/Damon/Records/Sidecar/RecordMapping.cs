using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>A part of a target's address space that has a name, <c>[Start, End)</c>.</summary>
public readonly record struct RecordMapping
{
    /// <summary>First address.</summary>
    [JsonConverter(typeof(HexJsonConverter))]
    public ulong Start { get; init; }

    /// <summary>First address after the mapping.</summary>
    [JsonConverter(typeof(HexJsonConverter))]
    public ulong End { get; init; }

    /// <summary>Permissions as in <c>/proc/PID/maps</c>, such as <c>rw-p</c>.</summary>
    [JsonConverter(typeof(PooledTextConverter))]
    public string? Perms { get; init; }

    /// <summary>Offset in the file, in bytes; null where there is none.</summary>
    [JsonConverter(typeof(HexJsonConverter))]
    public ulong? Offset { get; init; }

    /// <summary>Path of the file, or a name in brackets such as <c>[heap]</c>; null for unnamed memory.</summary>
    [JsonConverter(typeof(PooledTextConverter))]
    public string? Name { get; init; }
}
