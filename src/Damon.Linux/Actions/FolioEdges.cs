using Damon.Linux.Memory;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>Keeps runs of memory from ending within a folio, which the kernel would split to advise on a part of it.</summary>
static class FolioEdges
{
    /// <summary>A run without the folios of which it holds only a part; ends that the mapping has itself stay.</summary>
    /// <param name="run">Whole pages within the mapping.</param>
    /// <param name="mapping">The mapping.</param>
    /// <param name="map">The page map of the process.</param>
    /// <param name="pages">The page frames.</param>
    internal static AddressRange Trim(AddressRange run, AddressRange mapping, PageMap map, PhysicalPages pages)
    {
        ulong start = run.Start;
        ulong end = run.End;
        if (start > mapping.Start && FolioAt(start, map, pages) is { } first && first.Start < start)
        {
            start = Math.Min(first.End, end);
        }

        if (end < mapping.End && end > start && FolioAt(end - Page.Size, map, pages) is { } last && last.End > end)
        {
            end = Math.Max(last.Start, start);
        }

        return new AddressRange(start, end);
    }

    static FolioRange? FolioAt(ulong address, PageMap map, PhysicalPages pages)
    {
        ulong entry = 0;
        map.Read(address, new Span<ulong>(ref entry));
        ulong frame = PageMap.FrameOf(entry);
        return pages.FolioOf(frame, out _) is { } folio
            ? FolioRange.Of(address, PageEntry.OfFrame(frame), folio.Order)
            : null;
    }
}
