using Damon.Monitoring;

namespace Damon.Linux.Machine;

/// <summary>A zone of the kernel's page allocator.</summary>
/// <param name="Node">The NUMA node it belongs to.</param>
/// <param name="Name">Such as <c>DMA32</c> or <c>Normal</c>.</param>
/// <param name="Range">What it spans, holes included, in bytes.</param>
readonly record struct Zone(int Node, string Name, AddressRange Range);
