using System.Buffers.Text;
using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Records.TraceText;

/// <content>All other layouts: what the options of the tracers print, and what happened to text on its way.</content>
ref partial struct TraceLine
{
    static ReadOnlySpan<byte> Blanks => " \t\r"u8;

    /// <summary>Whether the name of an event read here is somewhere in the text, with what follows a name.</summary>
    public static bool HasEvent(ReadOnlySpan<byte> text) => TryFindEvent(text, out _, out _, out _);

    /// <summary>Whether a line that says nothing by itself may have its end in the next one.</summary>
    public static bool MayGoOn(ReadOnlySpan<byte> line) => line.TrimEnd(" \t\r"u8).EndsWith(":"u8);

    /// <summary>Whether the line may hold a last number of the one before, that was put there by what wrapped it.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        return line.Length is > 0 and <= 10 && !line.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>
    /// How many events a tracer says that it lost in front of this line; 0 where it does not know the number, null where the line says nothing of that.
    /// </summary>
    public static ulong? LostEvents(ReadOnlySpan<byte> line)
    {
        int at = line.IndexOf("LOST"u8);
        if (at < 0)
        {
            // trace-cmd: CPU:0 [60 EVENTS DROPPED]
            at = line.IndexOf("EVENTS DROPPED]"u8);
            int bracket = at < 0 ? -1 : line[..at].LastIndexOf((byte)'[');
            return bracket < 0 ? null : Number(line[(bracket + 1)..at]);
        }

        ReadOnlySpan<byte> behind = line[(at + "LOST"u8.Length)..];

        // tracefs: CPU:0 [LOST 60 EVENTS]; perf script: PERF_RECORD_LOST lost 60; perf trace: LOST 60 events!
        return line[..at].EndsWith("["u8) && behind.TrimEnd(" \r"u8).EndsWith("EVENTS]"u8) ? Number(behind)
            : line[..at].EndsWith("PERF_RECORD_"u8) && behind.IndexOf("lost "u8) is >= 0 and int lost ? Number(behind[(lost + "lost "u8.Length)..])
            : behind.TrimEnd(" \r"u8).EndsWith("events!"u8) ? Number(behind)
            : null;
    }

    static ulong Number(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart((byte)' ');
        int at = 0;
        return AsciiNumber.TryRead(text, ref at, out ulong value) ? value : 0;
    }

    TraceLineKind ParseAny(ReadOnlySpan<byte> line)
    {
        if (!TryFindEvent(line, out int name, out int behind, out TraceEvent which))
        {
            return TraceLineKind.Foreign;
        }

        bool inBrackets = line[behind] == '(';
        ReadOnlySpan<byte> fields = line[(behind + 1)..].TrimEnd(" \t\r"u8);
        if (inBrackets)
        {
            if (!fields.EndsWith(")"u8))
            {
                return TraceLineKind.Broken;
            }

            fields = fields[..^1];
        }

        if (!inBrackets && !IsFirstField(fields.TrimStart(Blanks), which))
        {
            return TraceLineKind.Foreign;
        }

        Age = SnapshotRegion.UnknownAge;
        bool isRead = inBrackets && !fields.Contains((byte)'=') ? ReadNamed(fields, which) : ReadFields(fields, which);
        if (!isRead)
        {
            return TraceLineKind.Broken;
        }

        TraceLineKind time = inBrackets ? TakeFirstTime(line[..name]) : TakeTime(line[..name]);
        return time != TraceLineKind.Region ? time : which == TraceEvent.Tuned ? TraceLineKind.Tune : TraceLineKind.Region;
    }

    static bool TryFindEvent(ReadOnlySpan<byte> text, out int name, out int behind, out TraceEvent which)
    {
        which = default;
        name = behind = 0;
        for (int from = 0; text[from..].IndexOf("damo"u8) is >= 0 and int found; from = behind)
        {
            name = from + found;
            ReadOnlySpan<byte> here = text[name..];
            bool isOf = here.StartsWith("damon:"u8);
            here = isOf ? here["damon:"u8.Length..] : here;
            behind = text.Length - here.Length;
            int length = here.StartsWith(Aggregated) ? Is(TraceEvent.Aggregated, Aggregated, out which)
                : here.StartsWith(RegionAggregated) ? Is(TraceEvent.Aggregated, RegionAggregated, out which)
                : here.StartsWith(BeforeApply) ? Is(TraceEvent.Tried, BeforeApply, out which)
                : here.StartsWith(Tuned) ? Is(TraceEvent.Tuned, Tuned, out which)
                : 0;
            behind += length;
            if (length > 0
                && behind < text.Length
                && text[behind] is (byte)':' or (byte)'('
                && (name == 0 || text[name - 1] is (byte)' ' or (byte)'\t' or (byte)'\n'))
            {
                return true;
            }

            behind = Math.Max(behind, name + "damo"u8.Length);
        }

        return false;

        static int Is(TraceEvent one, ReadOnlySpan<byte> name, out TraceEvent which)
        {
            which = one;
            return name.Length;
        }
    }

    static bool IsFirstField(ReadOnlySpan<byte> fields, TraceEvent which) => which switch
    {
        TraceEvent.Aggregated => fields.StartsWith("target_id="u8),
        TraceEvent.Tried => fields.StartsWith("ctx_idx="u8) || fields.StartsWith("context_idx="u8),
        _ => fields.StartsWith("sample_us="u8),
    };

    /// <summary>Fields with their names, or the region as <c>start-end: accesses age</c>. What stands after all of them is skipped.</summary>
    bool ReadFields(ReadOnlySpan<byte> fields, TraceEvent which)
    {
        while (true)
        {
            ReadOnlySpan<byte> word = Word(ref fields);
            if (word.IsEmpty)
            {
                return IsWhole(which);
            }

            int equals = word.IndexOf((byte)'=');
            if (equals > 0)
            {
                // The option fields of tracefs: 0x10 (16).
                if (!SetField(word[..equals], word[(equals + 1)..]))
                {
                    return false;
                }

                ReadOnlySpan<byte> rest = fields;
                ReadOnlySpan<byte> next = Word(ref rest);
                fields = next.StartsWith("("u8) && next.EndsWith(")"u8) ? rest : fields;
            }
            else if (!_hasStart && which != TraceEvent.Tuned)
            {
                return TakeRegion(word, ref fields) && IsWhole(which) && IsForeign(fields);
            }
            else
            {
                return IsWhole(which) && IsForeign(word) && IsForeign(fields);
            }
        }
    }

    readonly bool IsWhole(TraceEvent which) => which == TraceEvent.Tuned
        ? SampleUs > 0
        : _hasTarget
            && _hasRegions
            && _hasStart
            && _hasEnd
            && _hasAccesses
            && (which == TraceEvent.Aggregated || (ContextIndex is not null && SchemeIndex is not null));

    /// <summary>
    /// What may stand after the fields: the names of functions and their addresses, and anything else that is no number and no event glued to this one.
    /// </summary>
    static bool IsForeign(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> word = Word(ref text);
        return word.IsEmpty || (!IsDigits(word) && word[0] != ')' && word[0] != '-' && !HasEvent(text));
    }

    bool TakeRegion(scoped ReadOnlySpan<byte> range, scoped ref ReadOnlySpan<byte> fields)
    {
        int at = 0;
        if (!AsciiNumber.TryRead(range, ref at, out Start)
            || !Take(range, ref at, "-"u8)
            || !AsciiNumber.TryRead(range, ref at, out End)
            || !range[at..].SequenceEqual(":"u8)
            || !TryNumber(Word(ref fields), out ulong nrAccesses, out bool isNone))
        {
            return false;
        }

        NrAccesses = isNone ? -1 : (long)Math.Min(nrAccesses, long.MaxValue);
        _hasStart = _hasEnd = _hasAccesses = true;
        ReadOnlySpan<byte> rest = fields;
        ReadOnlySpan<byte> age = Word(ref rest);
        if (TryNumber(age, out ulong value, out isNone))
        {
            fields = rest;
            Age = isNone ? SnapshotRegion.UnknownAge : (int)Math.Min(value, int.MaxValue);
            return value <= uint.MaxValue;
        }

        if (age.SequenceEqual("x"u8) || age.SequenceEqual("None"u8))
        {
            fields = rest;
            return true;
        }

        // Half an age is none; an address of the kernel is longer.
        const int ShortestAddress = 8;
        return age.IsEmpty
            || age.Contains((byte)'=')
            || (age.Length >= ShortestAddress
                && !AsciiNumber.IsDigit(age[0])
                && Utf8Parser.TryParse(age, out ulong _, out int consumed, 'x')
                && consumed == age.Length);
    }

    static bool TryNumber(ReadOnlySpan<byte> word, out ulong value, out bool isNone)
    {
        int at = 0;
        isNone = word.SequenceEqual("-1"u8);
        value = 0;
        return isNone || (AsciiNumber.TryRead(word, ref at, out value) && at == word.Length);
    }

    /// <summary>
    /// The spelling of newer <c>perf trace</c>: <c>damon:damon_aggregated(target_id: 0, nr_regions: 15, start: 4096, ...)</c>, in which zeros are left out.
    /// </summary>
    bool ReadNamed(scoped ReadOnlySpan<byte> fields, TraceEvent which)
    {
        ContextIndex = SchemeIndex = which == TraceEvent.Tried ? 0 : null;
        Age = 0;
        while (!fields.IsEmpty)
        {
            int comma = fields.IndexOf(", "u8);
            ReadOnlySpan<byte> field = comma < 0 ? fields : fields[..comma];
            fields = comma < 0 ? default : fields[(comma + 2)..];
            int colon = field.IndexOf(": "u8);
            if (colon < 0 || !SetField(field[..colon], field[(colon + 2)..]))
            {
                return false;
            }
        }

        return true;
    }

    bool SetField(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> text)
    {
        bool isNumber = TryValue(text, out ulong value);
        if (name.SequenceEqual("target_id"u8) || name.SequenceEqual("target_idx"u8))
        {
            (TargetId, _hasTarget) = (value, true);
        }
        else if (name.SequenceEqual("nr_regions"u8))
        {
            (NrRegions, _hasRegions) = (value, true);
        }
        else if (name.SequenceEqual("start"u8))
        {
            (Start, _hasStart) = (value, true);
        }
        else if (name.SequenceEqual("end"u8))
        {
            (End, _hasEnd) = (value, true);
        }
        else if (name.SequenceEqual("nr_accesses"u8))
        {
            (NrAccesses, _hasAccesses) = ((long)Math.Min(value, long.MaxValue), true);
        }
        else if (name.SequenceEqual("age"u8))
        {
            Age = (int)Math.Min(value, int.MaxValue);
        }
        else if (name.SequenceEqual("ctx_idx"u8) || name.SequenceEqual("context_idx"u8))
        {
            ContextIndex = (int)Math.Min(value, int.MaxValue);
            isNumber &= value <= int.MaxValue;
        }
        else if (name.SequenceEqual("scheme_idx"u8))
        {
            SchemeIndex = (int)Math.Min(value, int.MaxValue);
            isNumber &= value <= int.MaxValue;
        }
        else if (name.SequenceEqual("sample_us"u8))
        {
            SampleUs = value;
        }
        else
        {
            return true;
        }

        return isNumber;
    }

    static bool TryValue(ReadOnlySpan<byte> text, out ulong value)
    {
        if (text.StartsWith("0x"u8))
        {
            return Utf8Parser.TryParse(text[2..], out value, out int consumed, 'x') && consumed == text.Length - 2;
        }

        int at = 0;
        return AsciiNumber.TryRead(text, ref at, out value) && at == text.Length;
    }

    /// <summary>For <c>perf trace</c>: milliseconds at the beginning, and the thread last.</summary>
    TraceLineKind TakeFirstTime(ReadOnlySpan<byte> head)
    {
        head = head.Trim(Blanks);
        if (head.IsEmpty)
        {
            return TraceLineKind.Timeless;
        }

        _time = Word(ref head);
        _timeScale = NsPerMs;
        head = head.Trim(Blanks);
        Thread = head[(head.LastIndexOfAny(Blanks) + 1)..];
        return TraceLineKind.Region;
    }

    /// <summary>
    /// In front of the event: a time and a colon; between them and the event there may be a number (perf's period) or one in brackets (what trace-cmd counted
    /// since the line before).
    /// </summary>
    TraceLineKind TakeTime(ReadOnlySpan<byte> head)
    {
        head = head.TrimEnd(Blanks);
        if (!head.EndsWith(":"u8))
        {
            int last = head.LastIndexOfAny(Blanks) + 1;
            ReadOnlySpan<byte> word = head[last..];
            if (!IsDigits(word) && !(word.StartsWith("("u8) && word.EndsWith(")"u8)))
            {
                return TraceLineKind.Timeless;
            }

            head = head[..last].TrimEnd(Blanks);
            if (!head.EndsWith(":"u8))
            {
                return TraceLineKind.Timeless;
            }
        }

        // The latency format of tracefs has a mark for long delays: 26757us+:
        head = head[..^1].TrimEnd(Blanks);
        if (!head.IsEmpty && "+!#*@$"u8.Contains(head[^1]))
        {
            head = head[..^1];
        }

        int start = head.LastIndexOfAny(Blanks) + 1;
        ReadOnlySpan<byte> time = head[start..];
        if (time.EndsWith("us"u8) && IsDigits(time[..^2]))
        {
            return TakeTime(head, start, time[..^2], NsPerUs);
        }

        // trace-cmd: a whole number right after the processor counts nanoseconds.
        int bracket = time.LastIndexOf((byte)']');
        if (bracket >= 0 && IsDigits(time[(bracket + 1)..]))
        {
            return TakeTime(head, start + bracket + 1, time[(bracket + 1)..], 1);
        }

        return IsDigits(time) ? TraceLineKind.Uncounted
            : time.Length > 0 && AsciiNumber.IsDigit(time[0]) ? TakeTime(head, start, time, NsPerSecond)
            : TraceLineKind.Timeless;
    }

    TraceLineKind TakeTime(ReadOnlySpan<byte> head, int start, ReadOnlySpan<byte> time, double scale)
    {
        _time = time;
        _timeScale = scale;
        Thread = ThreadIn(head[..start]);
        return TraceLineKind.Region;
    }

    /// <summary>What the columns before the time say of the thread: without the processor and what follows it.</summary>
    static ReadOnlySpan<byte> ThreadIn(ReadOnlySpan<byte> columns)
    {
        columns = columns.Trim(Blanks);
        int processor = columns.IndexOf((byte)'[');
        if (processor >= 0 && processor + 1 < columns.Length && AsciiNumber.IsDigit(columns[processor + 1]))
        {
            return columns[..processor].TrimEnd(Blanks);
        }

        // No processor is printed, or without brackets: the thread ends with its number.
        ReadOnlySpan<byte> rest = columns;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> word = Word(ref rest);
            if (IsDigits(word[(word.LastIndexOfAny((byte)'-', (byte)'/') + 1)..]))
            {
                return columns[..(columns.Length - rest.Length)];
            }
        }

        return columns;
    }

    static bool IsDigits(ReadOnlySpan<byte> text) => text.Length > 0 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>Takes the next word and the blanks in front of it.</summary>
    static ReadOnlySpan<byte> Word(scoped ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(Blanks);
        int end = text.IndexOfAny(Blanks);
        ReadOnlySpan<byte> word = end < 0 ? text : text[..end];
        text = text[word.Length..];
        return word;
    }
}
