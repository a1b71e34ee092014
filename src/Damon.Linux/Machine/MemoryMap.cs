using System.Globalization;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Machine;

/// <summary>Where memory is among the physical addresses: the <c>System RAM</c> lines of /proc/iomem.</summary>
public sealed class MemoryMap
{
    const int MaxRanges = 1 << 16;

    // Wider than any processor's.
    const ulong MaxAddress = 1UL << 52;

    readonly AddressRange[] _ranges;

    MemoryMap(AddressRange[] ranges, string? fault)
    {
        _ranges = ranges;
        Fault = fault;
    }

    /// <summary>The ranges, of whole pages, in address order. Empty when <see cref="Fault"/> is set.</summary>
    public ReadOnlySpan<AddressRange> Ranges => _ranges;

    /// <summary>Why there are none, with what to do; null when there are.</summary>
    public string? Fault { get; }

    /// <summary>First address behind all of them, in bytes; 0 when there are none.</summary>
    public ulong End => _ranges.Length == 0 ? 0 : _ranges[^1].End;

    /// <summary>The biggest range, the first of several; empty when there are none.</summary>
    public AddressRange Biggest
    {
        get
        {
            AddressRange biggest = default;
            foreach (AddressRange range in _ranges)
            {
                biggest = range.Size > biggest.Size ? range : biggest;
            }

            return biggest;
        }
    }

    /// <summary>Reads the file. Does not fail: see <see cref="Fault"/>.</summary>
    /// <param name="procRoot">Usually <c>/proc</c>.</param>
    public static MemoryMap Read(string procRoot = "/proc") =>
        new ProcFileSystem(procRoot).TryRead($"{procRoot}/iomem", out ReadOnlySpan<byte> text, out Errno errno)
            ? Parse(text)
            : new MemoryMap([], $"{procRoot}/iomem, which tells where memory is, cannot be read: {errno.ToText()}; run as root");

    /// <summary>Takes the ranges from the text. Lines that do not parse, or go back in the address order, are left out.</summary>
    internal static MemoryMap Parse(ReadOnlySpan<byte> text)
    {
        List<AddressRange> ranges = [];
        bool areHidden = false;
        while (!text.IsEmpty && ranges.Count < MaxRanges)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).TrimStart((byte)' ');
            text = end < 0 ? default : text[(end + 1)..];

            // "00100000-bfffffff : System RAM"; memory that came as a device's says "System RAM (kmem)", within that device.
            int dash = line.IndexOf((byte)'-');
            int colon = line.IndexOf(" : System RAM"u8);
            if (dash <= 0
                || colon < dash
                || !ulong.TryParse(line[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong start)
                || !ulong.TryParse(line[(dash + 1)..colon], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong last)
                || last >= MaxAddress)
            {
                continue;
            }

            // Without CAP_SYS_ADMIN all addresses read as 0.
            areHidden |= start == 0 && last == 0;
            AddressRange range = new(start > MaxAddress ? MaxAddress : Page.AlignUp(start), Page.AlignDown(last + 1));
            if (!range.IsEmpty && (ranges.Count == 0 || range.Start >= ranges[^1].End))
            {
                ranges.Add(range);
            }
        }

        return new MemoryMap(
            [.. ranges],
            ranges.Count > 0 ? null
            : areHidden ? "/proc/iomem shows 0 for all addresses, so it is not known where memory is; run as root (it takes CAP_SYS_ADMIN)"
            : "/proc/iomem has no line 'System RAM', so it is not known where memory is; give the addresses with --regions on a machine where it has");
    }

    /// <summary>The parts of some ranges that are memory.</summary>
    /// <param name="ranges">In address order, disjoint.</param>
    public IReadOnlyList<AddressRange> Within(IReadOnlyList<AddressRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        List<AddressRange> parts = [];
        foreach (AddressRange range in ranges)
        {
            foreach (AddressRange memory in _ranges)
            {
                AddressRange part = new(Math.Max(range.Start, memory.Start), Math.Min(range.End, memory.End));
                if (!part.IsEmpty)
                {
                    parts.Add(part);
                }
            }
        }

        return parts;
    }
}
