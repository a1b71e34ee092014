using System.Buffers.Binary;
using System.Text;
using Damon.Records.Binary;
using Damon.Records.Streams;
using Damon.Records.TraceText;

namespace Damon.Records;

/// <summary>Recognises formats from the first bytes, without taking any of them.</summary>
static class RecordSniffer
{
    /// <summary>Number of bytes that are looked at where the first twenty do not settle it.</summary>
    const int Window = 4096;

    /// <summary>Number of bytes of text searched for a line of DAMON, since headers and lines of other events may come first.</summary>
    const int TextWindow = 64 * 1024;

    /// <summary>Text that was put into a file as UTF-16, as PowerShell does, is read as UTF-8; a mark of the encoding at the beginning is taken away.</summary>
    public static RecordInput InUtf8(RecordInput input)
    {
        // With as few bytes as possible, again; a time of version 0 never looks like two letters of UTF-16.
        const int Shortest = 8;
        input.Ensure(Shortest);
        ReadOnlySpan<byte> bytes = input.Available;
        Encoding? encoding = bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || IsWide(bytes, 1) ? Encoding.Unicode
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]) || IsWide(bytes, 0) ? Encoding.BigEndianUnicode
            : null;
        input = encoding is null ? input : input.Transcode(encoding);
        ReadOnlySpan<byte> mark = [0xef, 0xbb, 0xbf];
        if (input.Ensure(mark.Length) && input.Available.StartsWith(mark))
        {
            input.Advance(mark.Length);
        }

        return input;

        static bool IsWide(ReadOnlySpan<byte> bytes, int zero)
        {
            if (bytes.Length < Shortest)
            {
                return false;
            }

            for (int i = 0; i < Shortest; i++)
            {
                if ((i & 1) == zero ? bytes[i] != 0 : bytes[i] is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or >= 0x7f)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Whether plain text goes on beyond what was searched: in traces of busy machines much may stand before the first event of DAMON.</summary>
    public static bool MayHaveEventsLater(RecordInput input) => input.Available.Length >= TextWindow && input.Available[..TextWindow].Contains((byte)'\n');

    public static RecordContent Look(RecordInput input)
    {
        // First with as few bytes as possible: a live pipe may have no more yet.
        input.Ensure(BinaryFormat.TimeSize);
        if (input.Available.IsEmpty)
        {
            return RecordContent.Empty;
        }

        if (input.Available.StartsWith(BinaryFormat.Magic) || BinaryFormat.Magic.StartsWith(input.Available))
        {
            return RecordContent.Binary;
        }

        RecordContent text = LookForText(input);
        if (text != RecordContent.Unknown)
        {
            return text;
        }

        input.Ensure(Window);
        ReadOnlySpan<byte> bytes = input.Available[..Math.Min(Window, input.Available.Length)];

        // A version 0 record has no magic, and the low bytes of its first second may look like that of another format. So it
        // goes first where it names targets; with none there is too little to tell, and known signatures win.
        return IsVersion0(bytes, needsTargets: true) ? RecordContent.Binary
            : Signature(bytes) is var known and not RecordContent.Unknown ? known
            : !bytes.ContainsAnyExcept((byte)0) ? RecordContent.Zeros
            : IsVersion0(bytes, needsTargets: false) ? RecordContent.Binary
            : RecordContent.Unknown;
    }

    /// <summary>Whether the bytes can be the beginning of a version 0 record: as far as they go, each value of its first snapshot is sane.</summary>
    static bool IsVersion0(ReadOnlySpan<byte> bytes, bool needsTargets)
    {
        if (bytes.Length < BinaryFormat.TimeSize
            || !BinaryFormat.IsPlausibleTime(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..])))
        {
            return false;
        }

        bytes = bytes[BinaryFormat.TimeSize..];
        if (bytes.Length < sizeof(uint))
        {
            return !needsTargets;
        }

        uint nrTargets = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bytes = bytes[sizeof(uint)..];
        if (nrTargets > RecordLimits.MaxTargets || (needsTargets && nrTargets == 0))
        {
            return false;
        }

        const int TargetSize = sizeof(ulong) + sizeof(uint);
        for (uint i = 0; i < nrTargets && bytes.Length >= TargetSize; i++)
        {
            uint nrRegions = BinaryPrimitives.ReadUInt32LittleEndian(bytes[sizeof(ulong)..]);
            if (nrRegions > RecordLimits.MaxRegions)
            {
                return false;
            }

            bytes = bytes[TargetSize..];
            for (uint j = 0; j < nrRegions && bytes.Length >= BinaryRegion.Size; j++)
            {
                if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) < BinaryPrimitives.ReadUInt64LittleEndian(bytes))
                {
                    return false;
                }

                bytes = bytes[BinaryRegion.Size..];
            }

            if (bytes.Length < BinaryRegion.Size)
            {
                break;
            }
        }

        return true;
    }

    static RecordContent Signature(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("PERFILE2"u8) ? RecordContent.PerfData
        : bytes.StartsWith("\u0017\u0008Dtracing"u8) ? RecordContent.TraceDat
        : bytes.StartsWith("\u007fELF"u8) ? RecordContent.Elf
        : bytes.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? RecordContent.Gzip
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? RecordContent.OtherCompressed
        : bytes.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) ? RecordContent.OtherCompressed
        : bytes.StartsWith("BZh"u8) && !IsText(bytes) ? RecordContent.OtherCompressed
        : bytes.Length >= 2 && bytes[0] == 0x78 && ((bytes[0] * 256) + bytes[1]) % 31 == 0 && !IsText(bytes) ? RecordContent.Zlib
        : RecordContent.Unknown;

    /// <summary>Whether JSON begins as records do: an array, empty or of objects with at least one of their names.</summary>
    public static bool IsRecordJson(RecordInput input)
    {
        input.Ensure(Window);
        ReadOnlySpan<byte> text = input.Available.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] != '[')
        {
            return false;
        }

        text = text[1..].TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] != '{')
        {
            return text.IsEmpty || text[0] == ']';
        }

        text = text[..Math.Min(text.Length, Window)];
        return text.IndexOf("\"kdamond_idx\""u8) >= 0 || text.IndexOf("\"target_id\""u8) >= 0 || text.IndexOf("\"snapshots\""u8) >= 0;
    }

    /// <summary>
    /// Text is recognised as soon as it is settled what it is: a tracer that writes into a pipe may take minutes for more. Text never
    /// looks like a version 0 record, whose time would be far beyond the range.
    /// </summary>
    static RecordContent LookForText(RecordInput input)
    {
        int seen = 0;
        while (true)
        {
            ReadOnlySpan<byte> bytes = input.Available[..Math.Min(input.Available.Length, TextWindow)];
            if (!IsText(bytes[seen..]) || (seen == 0 && Signature(bytes) != RecordContent.Unknown))
            {
                return RecordContent.Unknown;
            }

            ReadOnlySpan<byte> text = bytes.TrimStart(" \t\r\n"u8);
            if (text.IndexOfAny((byte)'[', (byte)'{') == 0)
            {
                return RecordContent.Json;
            }

            if (TraceLine.HasEvent(bytes))
            {
                return RecordContent.TraceText;
            }

            // A character cut in two by the end is looked at again.
            seen = Math.Max(0, bytes.Length - 3);
            while (seen > 0 && seen < bytes.Length && (bytes[seen] & 0xc0) == 0x80)
            {
                seen--;
            }

            if (bytes.Length == TextWindow || !input.Ensure(bytes.Length + 1))
            {
                return RecordContent.Text;
            }
        }
    }

    /// <summary>Printable UTF-8. A character that the window cuts in two does not count against it.</summary>
    static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0c or 0x1b) or 0x7f)
            {
                return false;
            }
        }

        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out _, out int consumed) == System.Buffers.OperationStatus.InvalidData)
            {
                return false;
            }

            bytes = bytes[consumed..];
        }

        return true;
    }
}
