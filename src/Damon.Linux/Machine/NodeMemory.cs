using System.Globalization;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Machine;

/// <summary>Which physical addresses belong to a NUMA node: its memory blocks in sysfs, or its zones where sysfs has none.</summary>
static class NodeMemory
{
    const int MaxBlocks = 1 << 20;
    const ulong LeastBlockSize = 1 << 20;
    const ulong MostBlockSize = 1UL << 40;

    /// <summary>The memory of some nodes, in address order.</summary>
    /// <param name="nodes">Their numbers.</param>
    /// <param name="memory">Where memory is.</param>
    /// <param name="procRoot">Usually <c>/proc</c>.</param>
    /// <param name="sysRoot">Usually <c>/sys</c>.</param>
    /// <exception cref="TargetOpenException">There is no such node, it has no memory, or the machine does not tell.</exception>
    public static IReadOnlyList<AddressRange> Of(IReadOnlyList<int> nodes, MemoryMap memory, string procRoot = "/proc", string sysRoot = "/sys")
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(memory);
        List<AddressRange> ranges = [];
        IReadOnlyList<Zone> zones = ZoneTable.Read(procRoot);
        foreach (int node in nodes.Distinct())
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"{sysRoot}/devices/system/node/node{node}");
            bool isZoned = zones.Any(z => z.Node == node);
            if (!Directory.Exists(folder) && !isZoned)
            {
                int[] known = [.. zones.Select(z => z.Node).Distinct().Order()];
                throw new TargetOpenException(
                    $"there is no NUMA node {node}"
                        + (known.Length == 0 ? "" : $"; with memory there {(known.Length == 1 ? "is" : "are")} {string.Join(", ", known)}"));
            }

            // Zones of different nodes may span the same addresses, blocks do not.
            IReadOnlyList<AddressRange> blocks = Blocks(folder, sysRoot);
            IReadOnlyList<AddressRange> parts = memory.Within(blocks.Count > 0 ? blocks : Union([.. zones.Where(z => z.Node == node).Select(z => z.Range)]));
            if (parts.Count == 0)
            {
                throw new TargetOpenException($"NUMA node {node} has no memory");
            }

            ranges.AddRange(parts);
        }

        return Union(ranges);
    }

    /// <summary>Sorted, those that touch or overlap made one.</summary>
    internal static IReadOnlyList<AddressRange> Union(List<AddressRange> ranges)
    {
        ranges.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        List<AddressRange> union = [];
        foreach (AddressRange range in ranges)
        {
            if (union.Count > 0 && range.Start <= union[^1].End)
            {
                union[^1] = union[^1] with { End = Math.Max(union[^1].End, range.End) };
            }
            else
            {
                union.Add(range);
            }
        }

        return union;
    }

    /// <summary>The memory blocks of a node; none where the kernel has none.</summary>
    static IReadOnlyList<AddressRange> Blocks(string folder, string sysRoot)
    {
        if (!new ProcFileSystem().TryRead($"{sysRoot}/devices/system/memory/block_size_bytes", out ReadOnlySpan<byte> text, out Errno _)
            || !ulong.TryParse(text.TrimEnd((byte)'\n'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong size)
            || size is < LeastBlockSize or > MostBlockSize)
        {
            return [];
        }

        List<AddressRange> blocks = [];
        try
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(folder, "memory*"))
            {
                if (blocks.Count < MaxBlocks
                    && uint.TryParse(Path.GetFileName(path.AsSpan())["memory".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
                    && number < (ulong.MaxValue / size) - 1)
                {
                    blocks.Add(new AddressRange(number * size, (number + 1) * size));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return Union(blocks);
    }
}
