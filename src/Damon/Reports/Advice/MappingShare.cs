namespace Damon.Reports.Advice;

/// <summary>How much of the memory of one name a proposal is about, on average.</summary>
/// <param name="Name">The file, or a name in brackets; null for memory without a name.</param>
/// <param name="Bytes">Bytes that the proposal is about.</param>
/// <param name="Size">Bytes that are mapped under that name.</param>
public readonly record struct MappingShare(string? Name, double Bytes, double Size);
