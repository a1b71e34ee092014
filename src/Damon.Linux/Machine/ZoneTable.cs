using System.Buffers.Text;
using System.Text;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Machine;

/// <summary>The zones of memory, by /proc/zoneinfo.</summary>
static class ZoneTable
{
    const int MaxZones = 1 << 14;
    const int MaxNameLength = 32;
    const ulong MaxFrame = 1UL << 40;

    /// <summary>The zones that span something, in address order; none when the file cannot be read.</summary>
    /// <param name="procRoot">Usually <c>/proc</c>.</param>
    public static IReadOnlyList<Zone> Read(string procRoot = "/proc") =>
        new ProcFileSystem(procRoot).TryRead($"{procRoot}/zoneinfo", out ReadOnlySpan<byte> text, out _) ? Parse(text) : [];

    /// <summary>Takes the zones from the text; those that do not parse, or span nothing, are left out.</summary>
    public static IReadOnlyList<Zone> Parse(ReadOnlySpan<byte> text)
    {
        List<Zone> zones = [];
        int node = -1;
        string name = "";
        ulong spanned = 0;
        while (!text.IsEmpty && zones.Count < MaxZones)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).TrimStart((byte)' ');
            text = end < 0 ? default : text[(end + 1)..];
            if (line.StartsWith("Node "u8))
            {
                // "Node 0, zone    DMA32"
                int zone = line.IndexOf(", zone "u8);
                bool isZone = zone > 0
                    && Utf8Parser.TryParse(line["Node ".Length..], out int number, out int used)
                    && "Node ".Length + used == zone
                    && (node = number) >= 0;
                ReadOnlySpan<byte> word = isZone ? line[(zone + ", zone ".Length)..].Trim((byte)' ') : default;
                name = word.Length is > 0 and <= MaxNameLength && !word.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? Encoding.ASCII.GetString(word) : "";
                spanned = 0;
            }
            else if (Number(line, "spanned "u8) is { } pages)
            {
                spanned = pages;
            }
            else if (Number(line, "start_pfn:"u8) is { } first && name.Length > 0 && spanned is > 0 and < MaxFrame && first < MaxFrame)
            {
                zones.Add(new Zone(node, name, new AddressRange(first << Page.Shift, (first + spanned) << Page.Shift)));
                spanned = 0;
            }
        }

        zones.Sort(static (a, b) => a.Range.Start.CompareTo(b.Range.Start));
        return zones;
    }

    static ulong? Number(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key) =>
        line.StartsWith(key) && Utf8Parser.TryParse(line[key.Length..].TrimStart((byte)' '), out ulong value, out _) ? value : null;
}
