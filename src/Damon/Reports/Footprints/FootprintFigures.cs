namespace Damon.Reports.Footprints;

/// <summary>What was measured: of a process in pages, of the machine in KiB.</summary>
sealed record FootprintFigures
{
    public ulong? Size { get; init; }

    public ulong? Resident { get; init; }

    public ulong? Total { get; init; }

    public ulong? Free { get; init; }
}
