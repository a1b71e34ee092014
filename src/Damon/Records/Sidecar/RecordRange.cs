using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>A range of addresses in bytes, <c>[Start, End)</c>; in JSON both are hexadecimal strings.</summary>
public sealed record RecordRange
{
    /// <summary>First address.</summary>
    [JsonConverter(typeof(HexJsonConverter))]
    public ulong Start { get; init; }

    /// <summary>First address after the range.</summary>
    [JsonConverter(typeof(HexJsonConverter))]
    public ulong End { get; init; }
}
