using System.Text.Json.Serialization;
using Damon.Linux.Diagnosis;

namespace Damo.Commands;

/// <summary>The findings of <c>damo doctor --json</c>.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
sealed partial class DoctorJson : JsonSerializerContext;
