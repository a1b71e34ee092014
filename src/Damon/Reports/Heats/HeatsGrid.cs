using Damon.Monitoring;

namespace Damon.Reports.Heats;

/// <summary>The cells of a heats report. Units are whole, so the end lies up to a cell count below what was asked for.</summary>
sealed record HeatsGrid
{
    /// <summary>Cuts what was asked for into cells.</summary>
    /// <exception cref="HeatsException">The cells would be shorter than 1 ns, or smaller than 1 byte.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of cells is below 1.</exception>
    public HeatsGrid(HeatsRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.TimeCells < 1 || request.AddressCells < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(request), "A grid has at least one cell.");
        }

        Target = new TargetKey(request.TargetId, request.Instance);
        StartNs = request.StartNs;
        StartAddress = request.StartAddress;
        TimeCells = request.TimeCells;
        AddressCells = request.AddressCells;
        TimeUnit = (long)Unit((Int128)request.EndNs - request.StartNs, request.TimeCells, "ns of time");
        AddressUnit = (ulong)Unit((Int128)request.EndAddress - request.StartAddress, request.AddressCells, "bytes of addresses");
    }

    /// <summary>The target.</summary>
    public Int128 TargetId => Target.Id;

    /// <summary>The target, told from others with its id.</summary>
    public TargetKey Target { get; }

    /// <summary>Where the first row starts.</summary>
    public long StartNs { get; }

    /// <summary>Where the last row ends.</summary>
    public long EndNs => StartNs + (TimeUnit * TimeCells);

    /// <summary>Nanoseconds per row.</summary>
    public long TimeUnit { get; }

    /// <summary>Number of rows.</summary>
    public int TimeCells { get; }

    /// <summary>Where the first cell starts.</summary>
    public ulong StartAddress { get; }

    /// <summary>Where the last cell ends.</summary>
    public ulong EndAddress => StartAddress + (AddressUnit * (ulong)AddressCells);

    /// <summary>Bytes per cell.</summary>
    public ulong AddressUnit { get; }

    /// <summary>Number of cells per row.</summary>
    public int AddressCells { get; }

    static Int128 Unit(Int128 length, int cells, string what) => length >= cells
        ? length / cells
        : throw new HeatsException($"{length} {what} cannot be cut into {cells} cells");
}
