using Damon.Monitoring;

namespace Damon.Reports.Html;

/// <summary>The working set size over time, in a bounded number of points: neighbours are put together where there are too many.</summary>
sealed class WorkingSetLine
{
    /// <summary>The largest number of points.</summary>
    public const int MaxPoints = 4096;

    readonly List<WorkingSetPoint> _points = [];
    int _snapshotsPerPoint = 1;
    int _inLast;

    /// <summary>The points in order of time.</summary>
    public IReadOnlyList<WorkingSetPoint> Points => _points;

    /// <summary>Adds the bytes that the access check counted, or else those of the regions that were accessed at least once.</summary>
    public void Add(long startNs, long endNs, ReadOnlySpan<SnapshotRegion> regions, ulong? counted = null)
    {
        UInt128 sum = counted ?? 0;
        foreach (ref readonly SnapshotRegion region in counted is null ? regions : default)
        {
            sum += region.NrAccesses > 0 ? region.Size : 0;
        }

        ulong bytes = (ulong)UInt128.Min(sum, ulong.MaxValue);
        if (_points.Count > 0 && _inLast < _snapshotsPerPoint)
        {
            _points[^1] = _points[^1].With(new WorkingSetPoint(startNs, endNs, bytes, bytes));
            _inLast++;
            return;
        }

        if (_points.Count == MaxPoints)
        {
            for (int i = 0; i < MaxPoints / 2; i++)
            {
                _points[i] = _points[2 * i].With(_points[(2 * i) + 1]);
            }

            _points.RemoveRange(MaxPoints / 2, MaxPoints / 2);
            _snapshotsPerPoint *= 2;
        }

        _points.Add(new WorkingSetPoint(startNs, endNs, bytes, bytes));
        _inLast = 1;
    }
}
