using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>Mappings that an earlier line of the sidecar has already, all moved by the same distance.</summary>
/// <param name="List">Number of the list they are in.</param>
/// <param name="First">Index of the first of them in that list.</param>
/// <param name="Count">How many they are, at least 1.</param>
/// <param name="Start">Where the first of them starts now.</param>
[JsonConverter(typeof(MappingCopyJsonConverter))]
readonly record struct MappingCopy(long List, int First, int Count, ulong Start);
