using System.Text.Json.Serialization;
using Damon.Linux.KernelDamon.Features;

namespace Damo.Commands;

/// <summary>The features of <c>damo features json</c>.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<KernelFeature>))]
sealed partial class FeaturesJson : JsonSerializerContext;
