using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Records.Json;

/// <summary>
/// Reads regions in exactly the layout that damo writes, by comparing instead of parsing: a record of 300 MB has half a million of them, and
/// two bytes of three are blanks. Whatever deviates is left to the parser.
/// </summary>
static class JsonRegionLayout
{
    /// <summary>No region in the layout is longer.</summary>
    public const int MaxLength = 1024;

    static ReadOnlySpan<byte> Start => "{\n                        \"start\": \""u8;

    static ReadOnlySpan<byte> End => "\",\n                        \"end\": \""u8;

    static ReadOnlySpan<byte> Samples => "\",\n                        \"nr_accesses\": {\n                            \"samples\": "u8;

    static ReadOnlySpan<byte> Percent => ",\n                            \"percent\": null\n                        },\n"u8;

    static ReadOnlySpan<byte> Age =>
        "                        \"age\": {\n                            \"usec\": null,\n                            \"aggr_intervals\": "u8;

    static ReadOnlySpan<byte> AgeEnd => "\n                        }"u8;

    static ReadOnlySpan<byte> ProbeHits => ",\n                        \"probe_hits\": []"u8;

    static ReadOnlySpan<byte> FilterPassed => ",\n                        \"sz_filter_passed\": \"0 B\""u8;

    static ReadOnlySpan<byte> Close => "\n                    }"u8;

    /// <summary>Reads the region at the beginning of <paramref name="text"/>.</summary>
    /// <returns>Its length in bytes; 0 where it has another layout or is not there whole.</returns>
    public static int TryRead(ReadOnlySpan<byte> text, out SnapshotRegion region)
    {
        region = default;
        int at = 0;
        if (!Take(text, ref at, Start) || !TakeNumber(text, ref at, out ulong start)
            || !Take(text, ref at, End) || !TakeNumber(text, ref at, out ulong end)
            || !Take(text, ref at, Samples) || !AsciiNumber.TryRead(text, ref at, out ulong samples) || samples > uint.MaxValue
            || !Take(text, ref at, Percent) || !Take(text, ref at, Age) || !TakeAge(text, ref at, out int age) || !Take(text, ref at, AgeEnd) || end < start)
        {
            return 0;
        }

        // Two members that came with later versions.
        Take(text, ref at, ProbeHits);
        Take(text, ref at, FilterPassed);
        region = new SnapshotRegion(start, end, (uint)samples, age);
        return Take(text, ref at, Close) ? at : 0;
    }

    static bool TakeAge(ReadOnlySpan<byte> text, ref int at, out int age)
    {
        age = SnapshotRegion.UnknownAge;
        ulong value = 0;
        if (Take(text, ref at, "null"u8))
        {
            return true;
        }

        bool isAge = Take(text, ref at, "\""u8) && TakeNumber(text, ref at, out value) && value <= int.MaxValue && Take(text, ref at, "\""u8);
        age = (int)value;
        return isAge;
    }

    static bool Take(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> wanted)
    {
        if (!text[at..].StartsWith(wanted))
        {
            return false;
        }

        at += wanted.Length;
        return true;
    }

    /// <summary>Digits with commas; numbers long enough to pass 64 bits are left to the parser.</summary>
    static bool TakeNumber(ReadOnlySpan<byte> text, ref int at, out ulong value)
    {
        const int SafeDigits = 19;
        int digits = 0;
        value = 0;
        for (; at < text.Length; at++)
        {
            uint digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                value = (value * 10) + digit;
                digits++;
            }
            else if (text[at] != ',')
            {
                break;
            }
        }

        return digits is > 0 and <= SafeDigits;
    }
}
