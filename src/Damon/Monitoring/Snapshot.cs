namespace Damon.Monitoring;

/// <summary>
/// What one aggregation interval saw: a time, then per target its regions. The only thing that flows from the engine, or from a
/// record, to writers, reports and live views.
/// </summary>
/// <remarks>
/// A producer fills one instance again and again, so that a long run allocates nothing; a consumer that wants to keep what it got
/// takes a <see cref="Clone"/>. All targets share two flat arrays: a snapshot of very many small targets costs no object per target.
/// </remarks>
public sealed class Snapshot
{
    TargetEntry[] _targets = new TargetEntry[4];
    SnapshotRegion[] _regions = new SnapshotRegion[64];
    ulong[] _filterPassed = [];
    int _nrTargets;
    int _nrRegions;
    int _nrFilterPassed;

    /// <summary>End of the aggregation interval in nanoseconds of the monotonic clock.</summary>
    public long TimeNs { get; set; }

    /// <summary>
    /// Beginning of the interval in nanoseconds; null where the source does not tell. Most do not: then it is the end of the snapshot
    /// before, see <see cref="Records.RecordReaders.WithStartTimes"/>.
    /// </summary>
    public long? StartNs { get; set; }

    /// <summary>Sampling interval that held for this snapshot in microseconds, where it is tuned while recording; else null.</summary>
    public ulong? SampleUs { get; set; }

    /// <summary>Counters of the scheme that took the snapshot, where the source has them.</summary>
    public SnapshotSchemeStatistics? SchemeStatistics { get; set; }

    /// <summary>
    /// Bytes that passed the filters of the scheme, for each region of all targets one after the other; empty where the source knows no
    /// filter, or none let anything pass.
    /// </summary>
    public ReadOnlySpan<ulong> FilterPassed => _filterPassed.AsSpan(0, _nrFilterPassed);

    /// <summary>Number of targets.</summary>
    public int NrTargets => _nrTargets;

    /// <summary>Number of regions of all targets.</summary>
    public int NrRegions => _nrRegions;

    /// <summary>The target at <paramref name="index"/>, in the order of the context.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in <c>[0, NrTargets)</c>.</exception>
    public SnapshotTarget this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _nrTargets);
            return new SnapshotTarget(this, index);
        }
    }

    /// <summary>Drops all targets and sets the time. The storage is kept.</summary>
    /// <param name="timeNs">End of the aggregation interval in nanoseconds.</param>
    public void Reset(long timeNs)
    {
        TimeNs = timeNs;
        StartNs = null;
        SampleUs = null;
        SchemeStatistics = null;
        _nrTargets = 0;
        _nrRegions = 0;
        _nrFilterPassed = 0;
    }

    /// <summary>Starts a new target; <see cref="AddRegion"/> adds to the last one started.</summary>
    /// <param name="id">See <see cref="SnapshotTarget.Id"/>.</param>
    public void AddTarget(Int128 id) => AddTarget(new TargetKey(id));

    /// <summary>Starts a new target, which need not be the first of its id in the record.</summary>
    internal void AddTarget(TargetKey key)
    {
        if (_nrTargets == _targets.Length)
        {
            Array.Resize(ref _targets, _nrTargets * 2);
        }

        _targets[_nrTargets++] = new TargetEntry(key.Id, key.Instance, _nrRegions, null);
    }

    /// <summary>Says how many bytes of the target started last were accessed, where that is known better than by its regions.</summary>
    /// <exception cref="InvalidOperationException">No target was started.</exception>
    internal void SetAccessedBytes(ulong bytes)
    {
        if (_nrTargets == 0)
        {
            throw new InvalidOperationException("Bytes need a target: call AddTarget first.");
        }

        SetAccessedBytes(_nrTargets - 1, bytes);
    }

    internal void SetAccessedBytes(int index, ulong bytes) => _targets[index] = _targets[index] with { AccessedBytes = bytes };

    internal ulong? AccessedBytes(int index) => _targets[index].AccessedBytes;

    /// <summary>Adds a region to the target started last.</summary>
    /// <exception cref="InvalidOperationException">No target was started.</exception>
    public void AddRegion(in SnapshotRegion region)
    {
        if (_nrTargets == 0)
        {
            throw new InvalidOperationException("A region needs a target: call AddTarget first.");
        }

        if (_nrRegions == _regions.Length)
        {
            Array.Resize(ref _regions, _nrRegions * 2);
        }

        _regions[_nrRegions++] = region;
        if (_nrFilterPassed > 0)
        {
            SetFilterPassed(0);
        }
    }

    /// <summary>Says how many bytes of the region added last passed the filters of the scheme.</summary>
    /// <exception cref="InvalidOperationException">There is no region.</exception>
    public void SetFilterPassed(ulong bytes)
    {
        if (_nrRegions == 0)
        {
            throw new InvalidOperationException("There is no region yet: call AddRegion first.");
        }

        // The storage comes with the first region that has any.
        if (bytes == 0 && _nrFilterPassed == 0)
        {
            return;
        }

        if (_filterPassed.Length < _nrRegions)
        {
            Array.Resize(ref _filterPassed, _regions.Length);
        }

        _filterPassed.AsSpan(_nrFilterPassed, _nrRegions - _nrFilterPassed).Clear();
        _filterPassed[_nrRegions - 1] = bytes;
        _nrFilterPassed = _nrRegions;
    }

    /// <summary>
    /// Makes room for <paramref name="count"/> regions of the target started last and hands them out to be filled: the way in for
    /// readers that decode many regions at once. The room holds what an earlier snapshot left there.
    /// </summary>
    /// <exception cref="InvalidOperationException">No target was started.</exception>
    internal Span<SnapshotRegion> AddRegions(int count)
    {
        if (_nrTargets == 0)
        {
            throw new InvalidOperationException("A region needs a target: call AddTarget first.");
        }

        int needed = checked(_nrRegions + count);
        if (needed > _regions.Length)
        {
            Array.Resize(ref _regions, (int)Math.Clamp(_regions.Length * 2L, needed, Math.Max(needed, Array.MaxLength)));
        }

        Span<SnapshotRegion> added = _regions.AsSpan(_nrRegions, count);
        _nrRegions = needed;
        return added;
    }

    /// <summary>Room for <see cref="FilterPassed"/> of all regions, to be filled.</summary>
    internal Span<ulong> AllFilterPassed()
    {
        if (_filterPassed.Length < _nrRegions)
        {
            Array.Resize(ref _filterPassed, _regions.Length);
        }

        _nrFilterPassed = _nrRegions;
        return _filterPassed.AsSpan(0, _nrRegions);
    }

    /// <summary>The regions of all targets, to complete them with what comes from a second source (ages).</summary>
    internal Span<SnapshotRegion> AllRegions => _regions.AsSpan(0, _nrRegions);

    /// <summary>A copy that stays unchanged when this instance is refilled.</summary>
    public Snapshot Clone() => new()
    {
        TimeNs = TimeNs,
        StartNs = StartNs,
        SampleUs = SampleUs,
        SchemeStatistics = SchemeStatistics,
        _filterPassed = FilterPassed.ToArray(),
        _nrFilterPassed = _nrFilterPassed,
        _targets = _targets.AsSpan(0, Math.Max(_nrTargets, 1)).ToArray(),
        _regions = _regions.AsSpan(0, Math.Max(_nrRegions, 1)).ToArray(),
        _nrTargets = _nrTargets,
        _nrRegions = _nrRegions,
    };

    internal Int128 TargetId(int index) => _targets[index].Id;

    internal int TargetInstance(int index) => _targets[index].Instance;

    /// <summary>Says which of the targets with its id a target is.</summary>
    internal void SetInstance(int index, int instance) => _targets[index] = _targets[index] with { Instance = instance };

    /// <summary>Exchanges all that both hold, so that one can be filled while the other is looked at.</summary>
    internal void Swap(Snapshot other)
    {
        (TimeNs, other.TimeNs) = (other.TimeNs, TimeNs);
        (StartNs, other.StartNs) = (other.StartNs, StartNs);
        (SampleUs, other.SampleUs) = (other.SampleUs, SampleUs);
        (SchemeStatistics, other.SchemeStatistics) = (other.SchemeStatistics, SchemeStatistics);
        (_targets, other._targets) = (other._targets, _targets);
        (_regions, other._regions) = (other._regions, _regions);
        (_filterPassed, other._filterPassed) = (other._filterPassed, _filterPassed);
        (_nrTargets, other._nrTargets) = (other._nrTargets, _nrTargets);
        (_nrRegions, other._nrRegions) = (other._nrRegions, _nrRegions);
        (_nrFilterPassed, other._nrFilterPassed) = (other._nrFilterPassed, _nrFilterPassed);
    }

    internal ReadOnlySpan<SnapshotRegion> TargetRegions(int index)
    {
        int first = _targets[index].FirstRegion;
        int end = index + 1 < _nrTargets ? _targets[index + 1].FirstRegion : _nrRegions;
        return _regions.AsSpan(first, end - first);
    }

    readonly record struct TargetEntry(Int128 Id, int Instance, int FirstRegion, ulong? AccessedBytes);
}
