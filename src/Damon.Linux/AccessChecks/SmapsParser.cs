using System.Buffers.Text;
using System.Globalization;
using Damon.Monitoring;

namespace Damon.Linux.AccessChecks;

/// <summary>Reads the three facts the clear-refs check needs from the text of /proc/PID/smaps (proc(5)).</summary>
static class SmapsParser
{
    /// <summary>Fills <paramref name="mappings"/>, in address order. Lines that do not parse are left out.</summary>
    internal static void Parse(ReadOnlySpan<byte> text, List<SmapsMapping> mappings)
    {
        mappings.Clear();
        AddressRange range = default;
        ulong resident = 0;
        ulong referenced = 0;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (TryParseHeader(line, out AddressRange header))
            {
                Add(mappings, range, resident, referenced);
                (range, resident, referenced) = (header, 0, 0);
            }
            else if (line.StartsWith("Rss:"u8))
            {
                resident = Bytes(line[4..]);
            }
            else if (line.StartsWith("Referenced:"u8))
            {
                referenced = Bytes(line[11..]);
            }
        }

        Add(mappings, range, resident, referenced);
    }

    static void Add(List<SmapsMapping> mappings, AddressRange range, ulong resident, ulong referenced)
    {
        if (!range.IsEmpty && (mappings.Count == 0 || mappings[^1].Range.End <= range.Start))
        {
            mappings.Add(new SmapsMapping(range, resident, referenced));
        }
    }

    static bool TryParseHeader(ReadOnlySpan<byte> line, out AddressRange range)
    {
        range = default;
        int dash = line.IndexOf((byte)'-');
        int blank = line.IndexOf((byte)' ');
        if (dash <= 0
            || blank <= dash
            || !ulong.TryParse(line[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong start)
            || !ulong.TryParse(line[(dash + 1)..blank], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong end))
        {
            return false;
        }

        range = new AddressRange(start, end);
        return true;
    }

    static ulong Bytes(ReadOnlySpan<byte> kibibytes) =>
        Utf8Parser.TryParse(kibibytes.TrimStart((byte)' '), out ulong value, out _) && value <= ulong.MaxValue / 1024 ? value * 1024 : 0;
}
