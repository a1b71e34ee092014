using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>A region that a scheme tried, and what came of it.</summary>
public readonly record struct RecordTriedRegion
{
    /// <summary>The id of the region's target.</summary>
    [JsonConverter(typeof(Int128JsonConverter))]
    public Int128 TargetId { get; init; }

    /// <summary>First address.</summary>
    [JsonConverter(typeof(HexJsonConverter))]
    public ulong Start { get; init; }

    /// <summary>First address after the region.</summary>
    [JsonConverter(typeof(HexJsonConverter))]
    public ulong End { get; init; }

    /// <summary>Samples of the last aggregation interval that found it accessed.</summary>
    public uint NrAccesses { get; init; }

    /// <summary>Aggregation intervals for which its access frequency stayed about the same.</summary>
    public uint Age { get; init; }

    /// <summary>Bytes on which the action did something.</summary>
    public ulong Applied { get; init; }

    /// <summary>Bytes that passed the filters by kind of page.</summary>
    public ulong FilterPassed { get; init; }
}
