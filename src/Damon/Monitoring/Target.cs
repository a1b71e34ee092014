namespace Damon.Monitoring;

/// <summary>Something that is monitored: an address space, cut into regions.</summary>
/// <param name="id">The number users know it by: the pid of a process, -1 for physical memory.</param>
public sealed class Target(long id)
{
    /// <summary>The number users know the target by.</summary>
    public long Id { get; } = id;

    /// <summary>The regions, sorted and disjoint. Empty until the operations or the caller set some.</summary>
    public RegionList Regions { get; } = new();

    /// <summary>
    /// Bytes that were accessed in the last aggregation interval, where the operations count them themselves because their answers for regions say less; null
    /// elsewhere.
    /// </summary>
    internal ulong? AccessedBytes { get; private set; }

    /// <summary>Whatever the operations of the context keep for this target; for their use only.</summary>
    public object? OperationsState { get; set; }

    bool _isCounted;

    /// <summary>The operations have counted the bytes accessed in a part of the interval; of several such parts the greatest counts.</summary>
    internal void CountAccessed(ulong bytes)
    {
        AccessedBytes = _isCounted ? Math.Max(AccessedBytes ?? 0, bytes) : bytes;
        _isCounted = true;
    }

    /// <summary>An interval has ended. Until the next count the last one holds.</summary>
    internal void EndInterval() => _isCounted = false;
}
