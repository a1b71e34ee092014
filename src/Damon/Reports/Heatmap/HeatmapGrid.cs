using Damon.Monitoring;
using Damon.Reports.Heats;

namespace Damon.Reports.Heatmap;

/// <summary>A range of times and addresses, cut into cells that cover it without a rest.</summary>
/// <remarks>Edges of cells are whole nanoseconds and bytes; where a range cannot be cut evenly, some cells are longer by 1 than others.</remarks>
public sealed class HeatmapGrid
{
    /// <summary>More cells than these are refused.</summary>
    public const int MaxCells = 16_000_000;

    readonly long[] _times;
    readonly ulong[] _addresses;
    readonly double _rowsPerNs;
    readonly double _columnsPerByte;

    /// <summary>Cuts a range.</summary>
    /// <param name="startNs">Where the first row begins.</param>
    /// <param name="endNs">Where the last row ends; at least <paramref name="timeCells"/> later.</param>
    /// <param name="addresses">At least <paramref name="addressCells"/> bytes.</param>
    /// <param name="timeCells">Number of rows, at least 1.</param>
    /// <param name="addressCells">Number of columns, at least 1.</param>
    /// <exception cref="HeatsException">Cells would be shorter than 1 ns or 1 byte, or there would be more than <see cref="MaxCells"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of cells is below 1.</exception>
    public HeatmapGrid(long startNs, long endNs, AddressRange addresses, int timeCells, int addressCells)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeCells, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(addressCells, 1);
        Int128 duration = (Int128)endNs - startNs;
        if (duration < timeCells || duration > long.MaxValue)
        {
            throw new HeatsException($"{duration} ns of time cannot be cut into {timeCells} cells");
        }

        if (addresses.Size < (ulong)addressCells)
        {
            throw new HeatsException($"{(Int128)addresses.End - addresses.Start} bytes of addresses cannot be cut into {addressCells} cells");
        }

        if ((long)timeCells * addressCells > MaxCells)
        {
            throw new HeatsException($"{timeCells} x {addressCells} cells are more than {MaxCells}");
        }

        StartNs = startNs;
        EndNs = endNs;
        Addresses = addresses;
        TimeCells = timeCells;
        AddressCells = addressCells;
        _times = new long[timeCells + 1];
        for (int i = 0; i <= timeCells; i++)
        {
            _times[i] = startNs + (long)(duration * i / timeCells);
        }

        _addresses = new ulong[addressCells + 1];
        for (int i = 0; i <= addressCells; i++)
        {
            _addresses[i] = addresses.Start + (ulong)((UInt128)addresses.Size * (uint)i / (uint)addressCells);
        }

        _rowsPerNs = timeCells / (double)duration;
        _columnsPerByte = addressCells / (double)addresses.Size;
    }

    /// <summary>Where the first row begins.</summary>
    public long StartNs { get; }

    /// <summary>Where the last row ends.</summary>
    public long EndNs { get; }

    /// <summary>All columns.</summary>
    public AddressRange Addresses { get; }

    /// <summary>Number of rows.</summary>
    public int TimeCells { get; }

    /// <summary>Number of columns.</summary>
    public int AddressCells { get; }

    /// <summary>Where a row begins; for the number of rows, where the last one ends.</summary>
    public long RowStartNs(int row) => _times[row];

    /// <summary>Length of a row in nanoseconds.</summary>
    public long RowNs(int row) => _times[row + 1] - _times[row];

    /// <summary>First address of a column; for the number of columns, the end of the last one.</summary>
    public ulong ColumnStart(int column) => _addresses[column];

    /// <summary>Size of a column in bytes.</summary>
    public ulong ColumnBytes(int column) => _addresses[column + 1] - _addresses[column];

    /// <summary>The row of a time within the range.</summary>
    internal int RowOf(long ns)
    {
        // The product is off by one at most.
        int row = Math.Clamp((int)((ns - StartNs) * _rowsPerNs), 0, TimeCells - 1);
        while (_times[row] > ns)
        {
            row--;
        }

        while (_times[row + 1] <= ns)
        {
            row++;
        }

        return row;
    }

    /// <summary>The column of an address within the range.</summary>
    internal int ColumnOf(ulong address)
    {
        int column = Math.Clamp((int)((address - Addresses.Start) * _columnsPerByte), 0, AddressCells - 1);
        while (_addresses[column] > address)
        {
            column--;
        }

        while (_addresses[column + 1] <= address)
        {
            column++;
        }

        return column;
    }
}
