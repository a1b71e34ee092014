using Damon.Monitoring;

namespace Damon.Records;

/// <summary>
/// One line of trace text, of <c>perf script</c>, <c>perf trace</c> or <c>trace-cmd report</c>. The columns before the event differ between
/// them and between their versions, so the line is read from the first <c>=</c>, the one behind the first field, in both directions.
/// </summary>
ref struct TraceLine
{
    ReadOnlySpan<byte> _time;
    double _timeScale;

    /// <summary>Context of the scheme; null for an event of all regions.</summary>
    public int? ContextIndex;

    /// <summary>The scheme that the region is about to be tried on; null for an event of all regions.</summary>
    public int? SchemeIndex;

    public ulong TargetId;

    /// <summary>Number of regions in the snapshot, which is the number of its lines.</summary>
    public ulong NrRegions;

    public ulong Start;

    public ulong End;

    /// <summary>-1 in the line that old tools put behind a single snapshot.</summary>
    public long NrAccesses;

    public int Age;

    /// <summary>Where the time begins in the line, for the layouts that have it before the event; where it ends, and where the region begins.</summary>
    public int TimeStart;

    /// <inheritdoc cref="TimeStart"/>
    public int TimeEnd;

    /// <inheritdoc cref="TimeStart"/>
    public int RegionStart;

    /// <summary>The new sampling interval in microseconds, of a tuning event.</summary>
    public ulong SampleUs;

    static ReadOnlySpan<byte> Aggregated => "damon_aggregated"u8;

    static ReadOnlySpan<byte> RegionAggregated => "damon_region_aggregated"u8;

    static ReadOnlySpan<byte> BeforeApply => "damos_before_apply"u8;

    static ReadOnlySpan<byte> Tuned => "damon_monitor_intervals_tune"u8;

    /// <summary>Whether the name of an event read here is somewhere in the text, with what follows a name.</summary>
    public static bool HasEvent(ReadOnlySpan<byte> text) =>
        Has(text, Aggregated) || Has(text, RegionAggregated) || Has(text, BeforeApply) || Has(text, Tuned);

    /// <summary>Whether this is the region that old tools put behind a series of a single snapshot, to tell its length by the time.</summary>
    public readonly bool IsFake => NrRegions == 1 && Start == 0 && End == 0 && NrAccesses == -1 && Age == SnapshotRegion.UnknownAge;

    /// <summary>Whether both are of the same target and scheme.</summary>
    public readonly bool IsOf(in TraceKey key) => TargetId == key.TargetId && SchemeIndex == key.SchemeIndex && ContextIndex == key.ContextIndex;

    /// <summary>The time in nanoseconds. Apart, since only the first line of a snapshot tells its time.</summary>
    public readonly bool TryTime(out long ns) => AsciiNumber.TryTime(_time, _timeScale, out ns);

    /// <summary>Reads a line without its line feed.</summary>
    public static TraceLineKind Parse(ReadOnlySpan<byte> line, out TraceLine result)
    {
        result = default;
        int equals = line.IndexOf((byte)'=');
        if (equals < 0)
        {
            return result.ParseNamed(line);
        }

        ReadOnlySpan<byte> head = line[..equals];
        int at = equals + 1;
        if (head.EndsWith("target_id"u8))
        {
            bool hasMore = false;
            head = Separator(head[..^"target_id".Length], out bool inBrackets);
            if (!TakeName(ref head, Aggregated))
            {
                hasMore = TakeName(ref head, RegionAggregated);
                if (!hasMore)
                {
                    return TraceLineKind.Foreign;
                }
            }

            return !result.TakeTime(head, inBrackets) ? TraceLineKind.Foreign
                : AsciiNumber.TryRead(line, ref at, out result.TargetId) && result.ParseRegion(line, at, inBrackets, hasMore) ? TraceLineKind.Region
                : TraceLineKind.Broken;
        }

        if (head.EndsWith("ctx_idx"u8))
        {
            head = Separator(head[..^"ctx_idx".Length], out bool inBrackets);
            return !TakeName(ref head, BeforeApply) || !result.TakeTime(head, inBrackets) ? TraceLineKind.Foreign
                : result.ParseScheme(line, at, inBrackets) ? TraceLineKind.Region
                : TraceLineKind.Broken;
        }

        if (head.EndsWith("sample_us"u8))
        {
            head = Separator(head[..^"sample_us".Length], out bool inBrackets);
            return !TakeName(ref head, Tuned) || !result.TakeTime(head, inBrackets) ? TraceLineKind.Foreign
                : AsciiNumber.TryRead(line, ref at, out result.SampleUs) && IsEnd(line[at..], inBrackets) ? TraceLineKind.Tune
                : TraceLineKind.Broken;
        }

        return TraceLineKind.Foreign;
    }

    static bool Has(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        for (int found; (found = text.IndexOf(name)) >= 0; text = text[(found + name.Length)..])
        {
            int behind = found + name.Length;
            if (behind < text.Length && text[behind] is (byte)':' or (byte)'(')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes what stands between the name of an event and its fields: a colon and blanks, or a bracket.</summary>
    static ReadOnlySpan<byte> Separator(ReadOnlySpan<byte> head, out bool inBrackets)
    {
        inBrackets = head.EndsWith("("u8);
        if (inBrackets)
        {
            return head[..^1];
        }

        int end = head.Length;
        while (end > 0 && head[end - 1] == ' ')
        {
            end--;
        }

        return end > 0 && end < head.Length && head[end - 1] == ':' ? head[..(end - 1)] : default;
    }

    static bool TakeName(scoped ref ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        if (!head.EndsWith(name))
        {
            return false;
        }

        head = head[..^name.Length];
        if (head.EndsWith("damon:"u8))
        {
            head = head[..^"damon:".Length];
        }

        return true;
    }

    /// <summary>The time in front of the name: seconds and a colon right before it, or for <c>perf trace</c> milliseconds at the beginning.</summary>
    bool TakeTime(ReadOnlySpan<byte> head, bool inBrackets)
    {
        int end = head.Length;
        while (end > 0 && head[end - 1] == ' ')
        {
            end--;
        }

        if (end == 0 || end == head.Length)
        {
            return false;
        }

        if (inBrackets)
        {
            // Neither is empty: something stands there, and blanks behind it.
            head = head.TrimStart((byte)' ');
            _time = head[..head.IndexOf((byte)' ')];
            _timeScale = 1e6;
            return true;
        }

        if (head[--end] != ':')
        {
            return false;
        }

        int start = end;
        while (start > 0 && head[start - 1] != ' ')
        {
            start--;
        }

        _time = head[start..end];
        TimeStart = start;
        TimeEnd = end;
        _timeScale = 1e9;
        return start < end && head[start] is >= (byte)'0' and <= (byte)'9';
    }

    bool ParseScheme(ReadOnlySpan<byte> line, int at, bool inBrackets)
    {
        if (!AsciiNumber.TryRead(line, ref at, out ulong context) || !Take(line, ref at, " scheme_idx="u8)
            || !AsciiNumber.TryRead(line, ref at, out ulong scheme) || !Take(line, ref at, " target_idx="u8)
            || !AsciiNumber.TryRead(line, ref at, out TargetId) || context > int.MaxValue || scheme > int.MaxValue)
        {
            return false;
        }

        ContextIndex = (int)context;
        SchemeIndex = (int)scheme;
        return ParseRegion(line, at, inBrackets, hasMore: false);
    }

    /// <summary>From <c> nr_regions=</c> to the end of the line.</summary>
    bool ParseRegion(ReadOnlySpan<byte> line, int at, bool inBrackets, bool hasMore)
    {
        if (!Take(line, ref at, " nr_regions="u8) || !AsciiNumber.TryRead(line, ref at, out NrRegions) || !Take(line, ref at, " "u8)
            || !TakeStart(line, ref at) || !Take(line, ref at, "-"u8)
            || !AsciiNumber.TryRead(line, ref at, out End) || !Take(line, ref at, ": "u8))
        {
            return false;
        }

        if (AsciiNumber.TryRead(line, ref at, out ulong nrAccesses))
        {
            // Beyond 32 bits there is none; the reader tells.
            NrAccesses = (long)Math.Min(nrAccesses, long.MaxValue);
        }
        else if (Take(line, ref at, "-1"u8))
        {
            NrAccesses = -1;
        }
        else
        {
            return false;
        }

        Age = SnapshotRegion.UnknownAge;
        if (IsEnd(line[at..], inBrackets))
        {
            return true;
        }

        if (!Take(line, ref at, " "u8))
        {
            return false;
        }

        if (AsciiNumber.TryRead(line, ref at, out ulong age))
        {
            Age = (int)Math.Min(age, int.MaxValue);
            if (age > uint.MaxValue)
            {
                return false;
            }
        }
        else if (!Take(line, ref at, "-1"u8) && !Take(line, ref at, "x"u8) && !Take(line, ref at, "None"u8) && !(hasMore && line[at..].StartsWith("probe_hits="u8)))
        {
            return false;
        }

        return hasMore || IsEnd(line[at..], inBrackets);
    }

    bool TakeStart(ReadOnlySpan<byte> line, ref int at)
    {
        RegionStart = at;
        return AsciiNumber.TryRead(line, ref at, out Start);
    }

    /// <summary>The spelling of newer <c>perf trace</c>: <c>damon:damon_aggregated(target_id: 0, nr_regions: 15, start: 4096, ...)</c>, in which zeros are left out.</summary>
    TraceLineKind ParseNamed(ReadOnlySpan<byte> line)
    {
        int bracket = line.IndexOf((byte)'(');
        if (bracket < 0)
        {
            return TraceLineKind.Foreign;
        }

        ReadOnlySpan<byte> head = line[..bracket];
        bool isScheme = false;
        if (!TakeName(ref head, Aggregated) && !TakeName(ref head, RegionAggregated))
        {
            isScheme = TakeName(ref head, BeforeApply);
            if (!isScheme)
            {
                return TraceLineKind.Foreign;
            }
        }

        if (!TakeTime(head, inBrackets: true))
        {
            return TraceLineKind.Foreign;
        }

        ReadOnlySpan<byte> fields = line[(bracket + 1)..].TrimEnd(" \r"u8);
        if (!fields.EndsWith(")"u8))
        {
            return TraceLineKind.Broken;
        }

        ContextIndex = SchemeIndex = isScheme ? 0 : null;
        fields = fields[..^1];
        while (!fields.IsEmpty)
        {
            int comma = fields.IndexOf(", "u8);
            ReadOnlySpan<byte> field = comma < 0 ? fields : fields[..comma];
            fields = comma < 0 ? default : fields[(comma + 2)..];
            int colon = field.IndexOf(": "u8);
            if (colon < 0 || !SetNamed(field[..colon], field[(colon + 2)..]))
            {
                return TraceLineKind.Broken;
            }
        }

        return TraceLineKind.Region;
    }

    bool SetNamed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        int at = 0;
        bool isNumber = AsciiNumber.TryRead(text, ref at, out ulong value) && at == text.Length;
        if (name.SequenceEqual("target_id"u8) || name.SequenceEqual("target_idx"u8))
        {
            TargetId = value;
        }
        else if (name.SequenceEqual("nr_regions"u8))
        {
            NrRegions = value;
        }
        else if (name.SequenceEqual("start"u8))
        {
            Start = value;
        }
        else if (name.SequenceEqual("end"u8))
        {
            End = value;
        }
        else if (name.SequenceEqual("nr_accesses"u8))
        {
            NrAccesses = (long)Math.Min(value, long.MaxValue);
        }
        else if (name.SequenceEqual("age"u8))
        {
            Age = (int)Math.Min(value, int.MaxValue);
        }
        else if (name.SequenceEqual("ctx_idx"u8) || name.SequenceEqual("context_idx"u8))
        {
            ContextIndex = (int)Math.Min(value, int.MaxValue);
        }
        else if (name.SequenceEqual("scheme_idx"u8))
        {
            SchemeIndex = (int)Math.Min(value, int.MaxValue);
        }
        else
        {
            return true;
        }

        return isNumber;
    }

    static bool IsEnd(ReadOnlySpan<byte> rest, bool inBrackets)
    {
        if (rest.IsEmpty)
        {
            return !inBrackets;
        }

        rest = rest.TrimEnd(" \t\r"u8);
        return inBrackets ? rest.SequenceEqual(")"u8) : rest.IsEmpty;
    }

    static bool Take(ReadOnlySpan<byte> line, scoped ref int at, ReadOnlySpan<byte> text)
    {
        if (!line[at..].StartsWith(text))
        {
            return false;
        }

        at += text.Length;
        return true;
    }
}
