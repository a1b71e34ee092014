using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;

namespace Damon.Reports.Distribution;

/// <summary>The working set sizes of one target: snapshots are added up, and each sum gives a size.</summary>
sealed class WorkingSetSeries(RecordSeries series, Int128 targetId, WorkingSetOptions options)
{
    /// <summary>What people would call the beginning, in nanoseconds: so long regions are still being found.</summary>
    const double StartNs = 2e9;

    readonly RegionAggregation _sum = new();
    readonly Snapshot _regions = new();
    long? _startNs;
    long _firstNs;
    long _lastNs;
    int _seen;
    int _group;
    int _inSum;
    bool _isExact;
    long _sumStartNs;

    public Int128 TargetId { get; } = targetId;

    /// <summary>Number of snapshots.</summary>
    public int Snapshots { get; private set; }

    public List<ulong> Values { get; } = [];

    /// <summary>What the values are of.</summary>
    public WorkingSetSpan Span => new(series, TargetId, Snapshots, Math.Min(Excluded(), Snapshots), Length, _isExact);

    public void Measure(Snapshot snapshot)
    {
        if (Snapshots++ == 0)
        {
            _startNs = snapshot.StartNs;
            _firstNs = snapshot.TimeNs;
        }

        _lastNs = snapshot.TimeNs;
    }

    public void Add(Snapshot snapshot, SnapshotTarget target)
    {
        bool byTime = options.Style.Since(1, 6, 8);
        if (_seen++ == 0)
        {
            _group = byTime ? 0 : GroupSize();
        }

        if (_seen <= Excluded())
        {
            return;
        }

        if (_inSum++ == 0)
        {
            _sumStartNs = snapshot.StartNs ?? snapshot.TimeNs;
        }

        _sum.Add(target.Regions);
        if (_sum.Count > RecordLimits.MaxRegions)
        {
            throw new OverflowException("The regions differ so much that too many come out.");
        }

        if (byTime ? snapshot.TimeNs - (Int128)_sumStartNs >= (Int128)options.WorkTimeUs * 1000 : _inSum >= _group)
        {
            Close(_inSum == 1 && options is { AccessThreshold: 1, SizeThreshold: <= 1 } ? target.AccessedBytes : null);
        }
    }

    /// <summary>The last group may be short; a working time that is not full does not count.</summary>
    public void Finish()
    {
        if (_inSum > 0 && !options.Style.Since(1, 6, 8))
        {
            Close(null);
        }
    }

    /// <summary>Mean length of a snapshot in nanoseconds; 0 where a single one does not say.</summary>
    double Length => _startNs is { } start ? ((double)_lastNs - start) / Snapshots : Snapshots > 1 ? ((double)_lastNs - _firstNs) / (Snapshots - 1) : 0;

    int Excluded()
    {
        // Those before 1.6.8 left the first ones out only when they added up.
        if (!options.Style.Since(1, 6, 8) && _group <= 1)
        {
            return 0;
        }

        double length = Length;
        return !options.HasShortStart ? options.Exclude
            : (int)Math.Min(Math.Min(options.Exclude, Snapshots / 2), length > 0 ? StartNs / length : 0);
    }

    /// <summary>Number of snapshots that make up the working time, from their mean length, rounded to even.</summary>
    int GroupSize()
    {
        double length = Length;
        return length > 0 ? (int)Math.Clamp(Math.Round(options.WorkTimeUs * 1000.0 / length, MidpointRounding.ToEven), 1, int.MaxValue) : 1;
    }

    /// <param name="counted">What the access check counted; null where the regions must tell.</param>
    void Close(ulong? counted)
    {
        _regions.Reset(0);
        _regions.AddTarget(TargetId);
        _sum.CopyTo(_regions);
        _sum.Clear();
        _inSum = 0;
        _isExact |= counted is not null;
        ulong bytes = counted ?? 0;
        foreach (ref readonly SnapshotRegion region in counted is null ? _regions[0].Regions : default)
        {
            if (region.NrAccesses >= options.AccessThreshold && region.Size >= options.SizeThreshold)
            {
                bytes = checked(bytes + region.Size);
            }
        }

        Values.Add(bytes);
    }
}
