using Damon.Monitoring;

namespace Damon.Reports.Heatmap;

/// <summary>Accesses of one series of snapshots, spread over a grid of times (rows) and addresses (columns).</summary>
/// <remarks>
/// Nothing is lost or made: the sum of <see cref="Mass"/> over all cells is the sum of accesses times bytes times nanoseconds over all
/// regions, each clipped to the grid, whatever the number of cells. The cost grows with regions plus cells, not with their product.
/// </remarks>
/// <param name="grid">The cells.</param>
public sealed class HeatmapModel(HeatmapGrid grid)
{
    // One more: a step behind the last column.
    readonly HeatmapColumn[] _columns = new HeatmapColumn[grid.AddressCells + 1];
    readonly double[] _mass = new double[grid.TimeCells * grid.AddressCells];
    readonly double[] _covered = new double[grid.TimeCells * grid.AddressCells];
    long _untilNs = long.MinValue;
    int _row;
    double _scale = 1;
    bool _pending;

    /// <summary>The cells.</summary>
    public HeatmapGrid Grid { get; } = grid;

    /// <summary>Number of snapshots that had a part in the grid's time.</summary>
    public long Snapshots { get; private set; }

    /// <summary>
    /// Spreads what a snapshot saw over the time from <paramref name="startNs"/> to <paramref name="endNs"/>. Time that an earlier call has
    /// passed is not filled again, so snapshots come in order.
    /// </summary>
    /// <param name="startNs">Beginning of the snapshot.</param>
    /// <param name="endNs">Its end.</param>
    /// <param name="regions">The regions, in any order.</param>
    /// <param name="scale">What one of <see cref="SnapshotRegion.NrAccesses"/> counts, such as 10 for accesses per second of an aggregation interval of 100 ms;
    /// finite, above 0.</param>
    public void Add(long startNs, long endNs, ReadOnlySpan<SnapshotRegion> regions, double scale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        long start = Math.Max(Math.Max(startNs, _untilNs), Grid.StartNs);
        long end = Math.Min(endNs, Grid.EndNs);
        _untilNs = Math.Max(_untilNs, endNs);
        if (start >= end)
        {
            return;
        }

        Snapshots++;
        int first = Grid.RowOf(start);
        int last = Grid.RowOf(end - 1);
        if (_pending && (first != _row || last != _row || scale != _scale))
        {
            Flush();
        }

        _scale = scale;
        if (first == last)
        {
            _row = first;
            _pending = true;
            Spread(regions, end - start);
            return;
        }

        // Of all snapshots, only so many cross the border between two rows as there are borders: they may cost all their cells.
        Spread(regions, 1);
        AddTo(first, last, start, end);
    }

    /// <summary>Accesses (times scale) times bytes times nanoseconds of a cell.</summary>
    public double Mass(int row, int column)
    {
        Flush();
        return _mass[Index(row, column)];
    }

    /// <summary>How much of a cell the regions cover, [0, 1]: 0 means that nothing is known of it. Above 1 where regions overlap.</summary>
    public double Coverage(int row, int column)
    {
        Flush();
        return _covered[Index(row, column)] / Area(row, column);
    }

    /// <summary>
    /// Accesses (times scale) of a cell: its <see cref="Mass"/> over bytes times nanoseconds of the whole cell; not a number where nothing is known of it. A
    /// part that no region covers counts as not accessed.
    /// </summary>
    public double Mean(int row, int column)
    {
        Flush();
        int index = Index(row, column);
        return _covered[index] > 0 ? _mass[index] / Area(row, column) : double.NaN;
    }

    /// <summary>Least and greatest <see cref="Mean"/>; null where nothing is known of any cell.</summary>
    public (double Least, double Greatest)? Extent()
    {
        double least = double.PositiveInfinity;
        double greatest = double.NegativeInfinity;
        for (int row = 0; row < Grid.TimeCells; row++)
        {
            for (int column = 0; column < Grid.AddressCells; column++)
            {
                double mean = Mean(row, column);
                least = mean < least ? mean : least;
                greatest = mean > greatest ? mean : greatest;
            }
        }

        return least <= greatest ? (least, greatest) : null;
    }

    int Index(int row, int column) => (row * Grid.AddressCells) + column;

    double Area(int row, int column) => (double)Grid.RowNs(row) * Grid.ColumnBytes(column);

    void Spread(ReadOnlySpan<SnapshotRegion> regions, long ns)
    {
        AddressRange all = Grid.Addresses;
        ulong border = 0;
        int borderColumn = -1;
        foreach (ref readonly SnapshotRegion region in regions)
        {
            ulong start = Math.Max(region.Start, all.Start);
            ulong end = Math.Min(region.End, all.End);
            if (start >= end)
            {
                continue;
            }

            // Regions mostly begin where the one before ended.
            int first = start == border && borderColumn >= 0 ? borderColumn : Grid.ColumnOf(start);
            int last = end < Grid.ColumnStart(first + 1) ? first : end == all.End ? Grid.AddressCells : Grid.ColumnOf(end);
            (border, borderColumn) = (end, last < Grid.AddressCells ? last : -1);
            if (first == last)
            {
                AddPart(first, end - start, region.NrAccesses, ns);
                continue;
            }

            AddPart(first, Grid.ColumnStart(first + 1) - start, region.NrAccesses, ns);
            if (last < Grid.AddressCells && end > Grid.ColumnStart(last))
            {
                AddPart(last, end - Grid.ColumnStart(last), region.NrAccesses, ns);
            }

            if (last > first + 1)
            {
                Int128 step = (Int128)region.NrAccesses * ns;
                _columns[first + 1].MassStep += step;
                _columns[first + 1].CoveredStep += ns;
                _columns[last].MassStep -= step;
                _columns[last].CoveredStep -= ns;
            }
        }
    }

    void AddPart(int column, ulong bytes, uint nrAccesses, long ns)
    {
        double area = (double)bytes * ns;
        ref HeatmapColumn to = ref _columns[column];
        to.Covered += area;
        to.Mass += nrAccesses * area;
    }

    void Flush()
    {
        if (_pending)
        {
            _pending = false;
            AddTo(_row, _row, 0, 1);
        }
    }

    /// <summary>Adds what the columns hold to each row, times the nanoseconds of the row that lie in the time given, and empties them.</summary>
    void AddTo(int first, int last, long startNs, long endNs)
    {
        Int128 massStep = 0;
        Int128 coveredStep = 0;
        for (int i = 0; i < Grid.AddressCells; i++)
        {
            ref HeatmapColumn column = ref _columns[i];
            massStep += column.MassStep;
            coveredStep += column.CoveredStep;
            double bytes = Grid.ColumnBytes(i);
            column.Mass = (column.Mass + ((double)massStep * bytes)) * _scale;
            column.Covered += (double)coveredStep * bytes;
        }

        for (int row = first; row <= last; row++)
        {
            double ns = first == last ? endNs - startNs : Math.Min(endNs, Grid.RowStartNs(row + 1)) - Math.Max(startNs, Grid.RowStartNs(row));
            Span<double> mass = _mass.AsSpan(Index(row, 0), Grid.AddressCells);
            Span<double> covered = _covered.AsSpan(Index(row, 0), Grid.AddressCells);
            for (int i = 0; i < mass.Length; i++)
            {
                mass[i] += _columns[i].Mass * ns;
                covered[i] += _columns[i].Covered * ns;
            }
        }

        Array.Clear(_columns);
    }
}
