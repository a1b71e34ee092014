using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>JSON of the sidecar's lines, generated at build time so that it works without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(Int64JsonConverter)])]
[JsonSerializable(typeof(RecordHeader))]
[JsonSerializable(typeof(RecordTarget))]
[JsonSerializable(typeof(MappingsLine))]
[JsonSerializable(typeof(RecordTried))]
[JsonSerializable(typeof(RecordSummary))]
sealed partial class SidecarJson : JsonSerializerContext;
