using System.Text.Json.Serialization;

namespace Damon.Reports.Footprints;

/// <summary>JSON of footprint files, generated at build time so that it works without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FootprintEntry))]
sealed partial class FootprintJson : JsonSerializerContext;
