namespace Damon.Monitoring;

/// <summary>One target of a <see cref="Snapshot"/>: a view, valid until the snapshot is cleared or refilled.</summary>
public readonly struct SnapshotTarget
{
    readonly Snapshot _snapshot;
    readonly int _index;

    internal SnapshotTarget(Snapshot snapshot, int index)
    {
        _snapshot = snapshot;
        _index = index;
    }

    /// <summary>
    /// The number users know the target by: a pid for virtual address spaces. Wide enough for every record format, which hold it as
    /// signed 32 bits (-1 is the physical address space) or as unsigned 64 bits.
    /// </summary>
    public Int128 Id => _snapshot.TargetId(_index);

    /// <summary>
    /// Bytes that were accessed in the interval, where the access check counted them itself: one that answers for whole mappings makes regions say too much.
    /// Null where the regions are all there is.
    /// </summary>
    internal ulong? AccessedBytes => _snapshot.AccessedBytes(_index);

    /// <summary>
    /// Which of the targets with this id in the record it is, counted from 0: threads of the kernel number their targets by themselves, and pids are used
    /// again.
    /// </summary>
    internal int Instance => _snapshot.TargetInstance(_index);

    /// <summary>What tells the target from all others of the record.</summary>
    internal TargetKey Key => new(Id, Instance);

    /// <summary>The regions in address order.</summary>
    public ReadOnlySpan<SnapshotRegion> Regions => _snapshot.TargetRegions(_index);
}
