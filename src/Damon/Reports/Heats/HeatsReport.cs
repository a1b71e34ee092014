using Damon.Monitoring;

namespace Damon.Reports.Heats;

/// <summary>The first tool's <c>report heats</c>: access counts of one target, spread over a grid of times and addresses.</summary>
/// <remarks>
/// Oddities that are kept, since scripts live with them: a row is handed out when the next one begins, under the label of that next
/// one, so that the first row is empty and the last never comes; times and addresses count from the start of the grid; the last byte
/// of the grid is left out; a snapshot begins where the one before ended, also when that one was skipped, and the first at 0.
/// Only one row is kept. The cost grows with regions plus cells, not with their product.
/// </remarks>
sealed class HeatsReport
{
    readonly HeatsGrid _grid;
    readonly IHeatsRows _rows;
    readonly HeatCell[] _cells;
    readonly double[] _heats;
    long _lastRow = -1;
    long _end;

    /// <summary>Starts a report.</summary>
    public HeatsReport(HeatsGrid grid, IHeatsRows rows)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(rows);
        _grid = grid;
        _rows = rows;
        _cells = new HeatCell[grid.AddressCells];
        _heats = new double[grid.AddressCells];
    }

    /// <summary>Number of rows handed out.</summary>
    public long Rows { get; private set; }

    /// <summary>Spreads one snapshot.</summary>
    public void Add(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        long start = _end;
        long end = snapshot.TimeNs;
        _end = end;
        if (start >= _grid.EndNs || end <= _grid.StartNs || !Touches(snapshot))
        {
            return;
        }

        start = Math.Max(start, _grid.StartNs);
        end = Math.Min(end, _grid.EndNs);
        _end = end;
        long unit = _grid.TimeUnit;
        long last = (end - 1 - _grid.StartNs) / unit;
        bool whole = false;
        for (long row = (start - _grid.StartNs) / unit; row <= last; row++)
        {
            long rowStart = _grid.StartNs + (row * unit);
            long duration = Math.Min(end, rowStart + unit) - Math.Max(start, rowStart);
            bool begins = row != _lastRow;

            // A row that this snapshot fills alone is like the next one that it fills alone, so a long snapshot costs no more.
            bool same = whole && duration == unit;
            if (begins)
            {
                HandOut(row, same);
            }

            if (!same)
            {
                Spread(snapshot, duration);
                whole = begins && duration == unit;
            }
        }
    }

    /// <summary>Whether any region of the target gives a cell something, be it 0 bytes.</summary>
    bool Touches(Snapshot snapshot)
    {
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            if (target.Key != _grid.Target)
            {
                continue;
            }

            foreach (ref readonly SnapshotRegion region in target.Regions)
            {
                if (Clip(region, out ulong start, out ulong end) && start / _grid.AddressUnit <= (end - 1) / _grid.AddressUnit)
                {
                    return true;
                }
            }
        }

        return false;
    }

    void Spread(Snapshot snapshot, long duration)
    {
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            if (target.Key == _grid.Target)
            {
                foreach (ref readonly SnapshotRegion region in target.Regions)
                {
                    Spread(region, duration);
                }
            }
        }
    }

    void Spread(in SnapshotRegion region, long duration)
    {
        if (!Clip(region, out ulong start, out ulong end))
        {
            return;
        }

        ulong unit = _grid.AddressUnit;
        ulong last = (end - 1) / unit;
        for (ulong cell = start / unit; cell <= last; cell++)
        {
            ulong cellStart = cell * unit;
            ulong bytes = Math.Min(end, cellStart + unit) - Math.Max(start, cellStart);
            _cells[cell].Add(region.NrAccesses, (Int128)bytes * duration);
        }
    }

    /// <summary>The part of a region within the grid, counted from the start of the grid. It may hold no byte.</summary>
    bool Clip(in SnapshotRegion region, out ulong start, out ulong end)
    {
        ulong first = _grid.StartAddress;
        ulong behind = _grid.EndAddress;
        ulong regionEnd = Math.Min(region.End, behind - 1);
        if (regionEnd <= first || region.Start >= behind)
        {
            start = end = 0;
            return false;
        }

        start = Math.Max(region.Start, first) - first;
        end = regionEnd - first;
        return true;
    }

    /// <param name="row">The row that begins.</param>
    /// <param name="keep">Whether the cells stay filled for it.</param>
    void HandOut(long row, bool keep)
    {
        for (int i = 0; i < _cells.Length; i++)
        {
            _heats[i] = _cells[i].Value(_grid.TimeUnit, _grid.AddressUnit);
        }

        _rows.Add(row * _grid.TimeUnit, _heats);
        if (!keep)
        {
            Array.Clear(_cells);
        }

        _lastRow = row;
        Rows++;
    }
}
