using System.Globalization;
using Damo.CommandLine;
using Damon.Linux.Machine;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damo.Recording;

/// <summary>Which part of physical memory is meant; without anything given the biggest piece, as the first tool did.</summary>
sealed record PhysicalSelection
{
    /// <summary>The word that means all memory, in place of regions.</summary>
    public const string AllWord = "all";

    /// <summary>Whether all memory is meant.</summary>
    public bool IsAll { get; init; }

    /// <summary>The NUMA nodes whose memory is meant; empty for those of any.</summary>
    public IReadOnlyList<int> Nodes { get; init; } = [];

    /// <summary>The addresses to monitor.</summary>
    /// <param name="regions">Those given; empty for none.</param>
    /// <param name="memory">Where memory is.</param>
    /// <param name="say">Takes a line about what was left out.</param>
    /// <exception cref="UserErrorException">Nothing of what is meant is memory.</exception>
    public IReadOnlyList<AddressRange> Ranges(IReadOnlyList<AddressRange> regions, MemoryMap memory, Action<string> say)
    {
        if (Nodes.Count > 0)
        {
            try
            {
                return NodeMemory.Of(Nodes, memory);
            }
            catch (TargetOpenException e)
            {
                throw new UserErrorException($"--numa_node: {e.Message}");
            }
        }

        if (regions.Count == 0)
        {
            return IsAll ? [.. memory.Ranges] : [memory.Biggest];
        }

        AddressRange[] pages = [.. regions.Select(r => new AddressRange(Page.AlignDown(r.Start), Page.AlignUp(r.End)))];
        for (int i = 1; i < pages.Length; i++)
        {
            pages[i] = pages[i] with { Start = Math.Max(pages[i].Start, pages[i - 1].End) };
        }

        IReadOnlyList<AddressRange> inside = memory.Within(pages);
        ulong outside = (ulong)pages.Sum(r => (decimal)r.Size) - (ulong)inside.Sum(r => (decimal)r.Size);
        if (inside.Count == 0)
        {
            throw new UserErrorException(
                $"--regions: there is no memory at {Text(regions)}; memory is at {Text([.. memory.Ranges])} ('damo record paddr --regions all' takes all of "
                    + "it)");
        }

        if (outside > 0)
        {
            say($"--regions: {ByteText.Of(outside)} of them are no memory and left out; memory is at {Text([.. memory.Ranges])}");
        }

        return inside;
    }

    static string Text(IReadOnlyList<AddressRange> ranges)
    {
        const int Most = 8;
        return string.Join(", ", ranges.Take(Most).Select(r => string.Create(CultureInfo.InvariantCulture, $"0x{r.Start:x}-0x{r.End:x}")))
            + (ranges.Count > Most ? ", ..." : "");
    }
}
