namespace Damon.Schemes;

/// <summary>A NUMA node that a migrating scheme moves memory to.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Weight">Its share of the pages, over the sum of all weights.</param>
public readonly record struct MigrationDestination(int NodeId, uint Weight);
