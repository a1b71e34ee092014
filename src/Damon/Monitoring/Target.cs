namespace Damon.Monitoring;

/// <summary>Something that is monitored: an address space, cut into regions.</summary>
/// <param name="id">The number users know it by: the pid of a process, -1 for physical memory.</param>
public sealed class Target(long id)
{
    /// <summary>The number users know the target by.</summary>
    public long Id { get; } = id;

    /// <summary>The regions, sorted and disjoint. Empty until the operations or the caller set some.</summary>
    public RegionList Regions { get; } = new();

    /// <summary>Whatever the operations of the context keep for this target; nobody else's business.</summary>
    public object? OperationsState { get; set; }
}
