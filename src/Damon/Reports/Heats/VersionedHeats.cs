using Damon.Monitoring;

namespace Damon.Reports.Heats;

/// <summary>
/// <c>report heats</c> as the tool's versions 0.0.1 to 2.4 worked it out: a mean of access counts for each cell, all in floating point numbers.
/// </summary>
/// <remarks>
/// Oddities that are kept: the first snapshot of the target does not count; a snapshot that begins before the grid gives what lies before to the
/// last rows, counted from the end. All cells are kept in memory.
/// </remarks>
sealed class VersionedHeats
{
    /// <summary>More cells than these are refused.</summary>
    public const int MaxCells = 16_000_000;

    readonly HeatsGrid _grid;
    readonly double[] _cells;
    bool _started;

    /// <summary>Starts a report.</summary>
    /// <exception cref="HeatsException">There are more than <see cref="MaxCells"/> cells.</exception>
    public VersionedHeats(HeatsGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if ((long)grid.TimeCells * grid.AddressCells > MaxCells)
        {
            throw new HeatsException($"{grid.TimeCells} x {grid.AddressCells} cells are more than {MaxCells}");
        }

        _grid = grid;
        _cells = new double[grid.TimeCells * grid.AddressCells];
    }

    /// <summary>The cells.</summary>
    public HeatsGrid Grid => _grid;

    /// <summary>Number of snapshots that gave something to a cell.</summary>
    public long Snapshots { get; private set; }

    /// <summary>The cells of a row.</summary>
    public ReadOnlySpan<double> Row(int row) => _cells.AsSpan(row * _grid.AddressCells, _grid.AddressCells);

    /// <summary>Spreads one snapshot. One whose beginning is unknown does not count.</summary>
    public void Add(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        bool isFirst = true;
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            if (snapshot[i].Key == _grid.Target)
            {
                isFirst &= !_started;
                _started = true;
                if (!isFirst && snapshot.StartNs is { } start)
                {
                    Spread(snapshot[i], start, snapshot.TimeNs);
                }
            }
        }
    }

    /// <summary>Hands out all rows, under times that count from the start of the grid.</summary>
    public void Write(IHeatsRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        for (int row = 0; row < _grid.TimeCells; row++)
        {
            rows.Add(row * _grid.TimeUnit, Row(row));
        }
    }

    void Spread(SnapshotTarget target, long startNs, long endNs)
    {
        double unit = _grid.TimeUnit;
        double t = startNs;
        double end = Math.Min((double)endNs, _grid.EndNs);
        double first = Math.Truncate((t - _grid.StartNs) / unit);
        if (first < -_grid.TimeCells)
        {
            // Before the rows that are counted from the end, where the tool died.
            first = -_grid.TimeCells;
            t = _grid.StartNs + (first * unit);
        }

        for (int row = (int)Math.Min(first, _grid.TimeCells); t < end && row < _grid.TimeCells; row++)
        {
            double pieceEnd = Math.Min(((row + 1) * unit) + _grid.StartNs, endNs);
            Span<double> cells = _cells.AsSpan((row < 0 ? row + _grid.TimeCells : row) * _grid.AddressCells, _grid.AddressCells);
            foreach (ref readonly SnapshotRegion region in target.Regions)
            {
                Spread(region, pieceEnd - t, cells);
            }

            Snapshots += row == (int)first ? 1 : 0;
            t = pieceEnd;
        }
    }

    void Spread(in SnapshotRegion region, double duration, Span<double> cells)
    {
        ulong start = Math.Max(region.Start, _grid.StartAddress);
        ulong end = Math.Min(region.End, _grid.EndAddress);
        if (start >= end)
        {
            return;
        }

        double unit = _grid.AddressUnit;
        double size = _grid.TimeUnit * unit;
        double at = start;
        int cell = (int)Math.Truncate((start - _grid.StartAddress) / unit);
        for (; at < end && cell < cells.Length; cell++)
        {
            double pieceEnd = Math.Min(((cell + 1) * unit) + _grid.StartAddress, end);
            cells[cell] = ((region.NrAccesses * duration * (pieceEnd - at)) + (cells[cell] * size)) / size;
            at = pieceEnd;
        }
    }
}
