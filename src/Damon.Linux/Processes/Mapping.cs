using Damon.Monitoring;

namespace Damon.Linux.Processes;

/// <summary>One mapping of a process.</summary>
/// <param name="Range">Its addresses.</param>
/// <param name="Traits">Its permissions and kind.</param>
/// <param name="Name">The file, or a name like <c>[heap]</c>; empty for anonymous memory.</param>
public readonly record struct Mapping(AddressRange Range, MappingTraits Traits, string Name) : IAddressed;
