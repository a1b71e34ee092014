using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>Cuts ranges of addresses into what one system call is given.</summary>
static class MemoryPieces
{
    // The kernel's default.
    const ulong ReadAheadSize = 128 << 10;

    /// <summary>Adds the parts of a range that are mapped, each within one mapping, in whole pages.</summary>
    /// <remarks>Mappings of the kernel's own pages are left out: advice on them always fails.</remarks>
    internal static void AddMapped(AddressRange range, MappingTable mappings, List<AddressRange> runs)
    {
        ulong start = Page.AlignUp(range.Start);
        ulong end = Page.AlignDown(range.End);
        for (int i = mappings.FirstEndingAfter(start); i < mappings.Ranges.Length && mappings.Ranges[i].Start < end; i++)
        {
            Mapping mapping = mappings.Mappings[i];
            AddressRange part = new(Math.Max(start, mapping.Range.Start), Math.Min(end, mapping.Range.End));
            if (!part.IsEmpty && !IsKernels(mapping.Name))
            {
                runs.Add(part);
            }
        }
    }

    /// <summary>Adds a run in pieces that each fit into one system call; cuts are at multiples of 2 MiB, where no huge page is cut.</summary>
    internal static void AddCut(AddressRange run, List<AddressRange> pieces) => AddCut(run, RemoteAdvice.BytesPerCall, Page.HugeSize, pieces);

    /// <summary>Adds a run in pieces that are read in as a whole: of more than its read-ahead window a file system reads only the beginning.</summary>
    internal static void AddReadable(AddressRange run, List<AddressRange> pieces) => AddCut(run, ReadAheadSize, ReadAheadSize, pieces);

    /// <summary>Adds the aligned parts of 2 MiB that lie in a run as a whole, each by itself.</summary>
    internal static void AddHuge(AddressRange run, List<AddressRange> pieces)
    {
        for (ulong at = AlignUp(run.Start, Page.HugeSize); at < run.End && run.End - at >= Page.HugeSize; at += Page.HugeSize)
        {
            pieces.Add(new AddressRange(at, at + Page.HugeSize));
        }
    }

    internal static ulong AlignUp(ulong address, ulong alignment) =>
        address > ulong.MaxValue - alignment ? ulong.MaxValue & ~(alignment - 1) : (address + alignment - 1) & ~(alignment - 1);

    static void AddCut(AddressRange run, ulong most, ulong alignment, List<AddressRange> pieces)
    {
        ulong at = run.Start;
        while (at < run.End)
        {
            ulong end = run.End - at <= most ? run.End : (at + most) & ~(alignment - 1);
            pieces.Add(new AddressRange(at, end));
            at = end;
        }
    }

    static bool IsKernels(string name) => name.StartsWith("[v", StringComparison.Ordinal);
}
