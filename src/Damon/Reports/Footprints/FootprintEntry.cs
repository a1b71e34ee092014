using System.Text.Json.Serialization;

namespace Damon.Reports.Footprints;

/// <summary>One moment of a footprint file. Members that are not known are skipped.</summary>
sealed record FootprintEntry
{
    /// <summary>Seconds since 1970.</summary>
    public double Time { get; init; }

    /// <summary>One item for each process, and one for the machine.</summary>
    [JsonRequired]
    public IReadOnlyList<FootprintOwner?>? Footprints { get; init; }
}
