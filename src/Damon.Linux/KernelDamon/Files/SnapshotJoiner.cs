using Damon.Monitoring;

namespace Damon.Linux.KernelDamon.Files;

/// <summary>Puts snapshots of single targets, which come one after the other for each aggregation interval, together to those of all targets.</summary>
/// <param name="ids">What users know the targets by; the parts have the index in this list as id.</param>
/// <param name="unit">Bytes of a unit of addresses.</param>
/// <param name="byAppearance">
/// Whether other ids are numbered by when they come first: kernels before 5.18 name targets by addresses of their own, but tell them in the
/// order of the list.
/// </param>
sealed class SnapshotJoiner(IReadOnlyList<Int128> ids, ulong unit, bool byAppearance = false)
{
    readonly Dictionary<Int128, int> _appeared = [];
    Snapshot _open = new();
    Snapshot _whole = new();
    int _last = -1;
    bool _isWhole;

    /// <summary>Parts of targets that are not in the list.</summary>
    public long NrUnknown { get; private set; }

    /// <summary>Takes a part. What became whole has to be taken before.</summary>
    public void Add(Snapshot part)
    {
        for (int i = 0; i < part.NrTargets; i++)
        {
            int index = IndexOf(part[i].Id);
            if (index < 0)
            {
                NrUnknown++;
                continue;
            }

            if (index <= _last)
            {
                Flush();
            }

            if (_last < 0)
            {
                _open.Reset(part.TimeNs);
                _open.StartNs = part.StartNs;
            }

            _open.TimeNs = Math.Max(_open.TimeNs, part.TimeNs);
            _open.SampleUs = part.SampleUs;
            _last = index;
            _open.AddTarget(ids[index]);
            foreach (ref readonly SnapshotRegion region in part[i].Regions)
            {
                _open.AddRegion(unit == 1 ? region : region with { Start = Bytes(region.Start), End = Bytes(region.End) });
            }

            if (index == ids.Count - 1)
            {
                Flush();
            }
        }
    }

    /// <summary>What there is counts as whole: no more parts of it will come.</summary>
    public void Flush()
    {
        if (_last >= 0)
        {
            (_open, _whole) = (_whole, _open);
            _isWhole = true;
            _last = -1;
        }
    }

    /// <summary>Takes a snapshot that is whole.</summary>
    public bool TryTake(Snapshot snapshot)
    {
        if (!_isWhole)
        {
            return false;
        }

        _isWhole = false;
        snapshot.Reset(_whole.TimeNs);
        snapshot.StartNs = _whole.StartNs;
        snapshot.SampleUs = _whole.SampleUs;
        for (int i = 0; i < _whole.NrTargets; i++)
        {
            snapshot.AddTarget(_whole[i].Id);
            foreach (ref readonly SnapshotRegion region in _whole[i].Regions)
            {
                snapshot.AddRegion(region);
            }
        }

        return true;
    }

    int IndexOf(Int128 id)
    {
        if (id >= 0 && id < ids.Count)
        {
            return (int)id;
        }

        if (byAppearance && !_appeared.ContainsKey(id) && _appeared.Count < ids.Count)
        {
            _appeared.Add(id, _appeared.Count);
        }

        return _appeared.TryGetValue(id, out int index) ? index : -1;
    }

    ulong Bytes(ulong address) => (ulong)UInt128.Min((UInt128)address * unit, ulong.MaxValue);
}
