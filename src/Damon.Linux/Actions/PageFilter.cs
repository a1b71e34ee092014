using Damon.Linux.Memory;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>Finds the parts of mapped memory whose pages pass the filters of a scheme. Works in chunks, so its own memory is bounded.</summary>
sealed class PageFilter
{
    const int PagesPerChunk = 4096;
    const ulong BytesPerChunk = PagesPerChunk * Page.Size;

    readonly ulong[] _entries = new ulong[PagesPerChunk];
    readonly bool[] _young = new bool[PagesPerChunk];

    /// <summary>Adds the runs of pages within one chunk that pass.</summary>
    /// <param name="plan">The filters.</param>
    /// <param name="chunk">From <see cref="NextChunk"/>.</param>
    /// <param name="mapping">The mapping that the chunk is in.</param>
    /// <param name="process">The process.</param>
    /// <param name="sources">Where the pages' facts come from.</param>
    /// <param name="runs">A run that the last one here goes on with is joined to it.</param>
    /// <returns>Bytes that passed.</returns>
    internal ulong AddRuns(
        PageFilterPlan plan,
        AddressRange chunk,
        AddressRange mapping,
        MonitoredProcess process,
        in PageSources sources,
        List<AddressRange> runs)
    {
        int count = (int)(chunk.Size / Page.Size);
        Span<ulong> entries = _entries.AsSpan(0, count);
        sources.Map.Read(chunk.Start, entries);
        Span<bool> young = _young.AsSpan(0, count);
        if (plan.NeedsYoung)
        {
            sources.Young!.Look(process, chunk.Start, mapping, young);
        }

        ulong passed = 0;
        Folio folio = default;
        PageFacts known = default;
        for (int i = 0; i < count; i++)
        {
            // Where there is no page there is nothing to filter, and nothing to act on.
            if (!PageMap.IsPresent(entries[i]))
            {
                continue;
            }

            if (plan.NeedsFolios)
            {
                ulong frame = PageMap.FrameOf(entries[i]);
                if (!folio.Contains(frame) || folio.Head == 0)
                {
                    if (sources.Pages!.FolioOf(frame, out bool isActive) is not { } found)
                    {
                        continue;
                    }

                    folio = found;
                    known = new PageFacts(
                        IsAnonymous: false,
                        isActive,
                        plan.NeedsCgroups ? sources.Pages.CgroupOf(folio) : 0,
                        IsYoung: false,
                        folio.Size);
                }
            }

            if (plan.Passes(known with { IsAnonymous = PageMap.IsAnonymous(entries[i]), IsYoung = young[i] }))
            {
                Append(runs, chunk.Start + ((ulong)i * Page.Size), mapping);
                passed += Page.Size;
            }
        }

        return passed;
    }

    /// <summary>The part of a range that is looked at next; chunks end where no huge page is cut.</summary>
    internal static AddressRange NextChunk(AddressRange rest) =>
        new(rest.Start, Math.Min(rest.End, (rest.Start & ~(BytesPerChunk - 1)) + BytesPerChunk));

    static void Append(List<AddressRange> runs, ulong page, AddressRange mapping)
    {
        if (runs.Count > 0 && runs[^1].End == page && page > mapping.Start)
        {
            runs[^1] = runs[^1] with { End = page + Page.Size };
            return;
        }

        runs.Add(new AddressRange(page, page + Page.Size));
    }
}
