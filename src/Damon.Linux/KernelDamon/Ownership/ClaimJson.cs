using System.Text.Json.Serialization;

namespace Damon.Linux.KernelDamon.Ownership;

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(KernelClaim))]
[JsonSerializable(typeof(ModuleClaim))]
sealed partial class ClaimJson : JsonSerializerContext;
