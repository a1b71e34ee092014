using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Records.TraceText;

/// <summary>
/// One line of trace text, of <c>perf script</c>, <c>perf trace</c>, <c>trace-cmd report</c> or tracefs itself. The columns before the event differ between
/// them and between their versions, so the line is read from the name of the event in both directions.
/// </summary>
/// <remarks>
/// The layout that nearly all lines have is read first, from the <c>=</c> behind the first field on, strictly; what does not fit is read field by field.
/// </remarks>
ref partial struct TraceLine
{
    const double NsPerSecond = 1e9;
    const double NsPerMs = 1e6;
    const double NsPerUs = 1e3;

    ReadOnlySpan<byte> _time;
    double _timeScale;
    bool _hasTarget;
    bool _hasRegions;
    bool _hasStart;
    bool _hasEnd;
    bool _hasAccesses;

    /// <summary>Context of the scheme; null for an event of all regions.</summary>
    public int? ContextIndex;

    /// <summary>The scheme that the region is about to be tried on; null for an event of all regions.</summary>
    public int? SchemeIndex;

    public ulong TargetId;

    /// <summary>Number of regions of the target. In an event of all regions it is the number of lines of the snapshot.</summary>
    public ulong NrRegions;

    public ulong Start;

    public ulong End;

    /// <summary>-1 in the line that old tools put after a single snapshot.</summary>
    public long NrAccesses;

    public int Age;

    /// <summary>What the line says of the thread that wrote it.</summary>
    public ReadOnlySpan<byte> Thread;

    /// <summary>Where the time begins in the line, for the layout that nearly all lines have; where it ends, and where the region begins.</summary>
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

    /// <summary>Whether this is the region that old tools put after a series of a single snapshot, to tell its length by the time.</summary>
    public readonly bool IsFake => NrRegions == 1 && Start == 0 && End == 0 && NrAccesses == -1 && Age == SnapshotRegion.UnknownAge;

    /// <summary>The time in nanoseconds. Apart, since only the first line of a snapshot tells its time.</summary>
    public readonly bool TryTime(out long ns) => AsciiNumber.TryTime(_time, _timeScale, out ns);

    /// <summary>Reads a line without its line feed.</summary>
    public static TraceLineKind Parse(ReadOnlySpan<byte> line, out TraceLine result)
    {
        result = default;
        if (result.TryUsual(line))
        {
            return TraceLineKind.Region;
        }

        result = default;
        return result.ParseAny(line);
    }

    /// <summary>The layout of nearly all lines: a time with decimals and a colon, the event, and the fields as the kernel prints them.</summary>
    bool TryUsual(ReadOnlySpan<byte> line)
    {
        int equals = line.IndexOf((byte)'=');
        if (equals < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> head = line[..equals];
        int at = equals + 1;
        bool isTried = head.EndsWith("ctx_idx"u8);
        if (!isTried && !head.EndsWith("target_id"u8))
        {
            return false;
        }

        head = head[..^(isTried ? "ctx_idx"u8 : "target_id"u8).Length].TrimEnd((byte)' ');
        if (!head.EndsWith(":"u8))
        {
            return false;
        }

        head = head[..^1];
        if (!TakeName(ref head, isTried ? BeforeApply : Aggregated) || !TakeUsualTime(head) || (isTried && !TakeScheme(line, ref at))
            || !AsciiNumber.TryRead(line, ref at, out TargetId) || !Take(line, ref at, " nr_regions="u8)
            || !AsciiNumber.TryRead(line, ref at, out NrRegions) || !Take(line, ref at, " "u8))
        {
            return false;
        }

        RegionStart = at;
        if (!AsciiNumber.TryRead(line, ref at, out Start) || !Take(line, ref at, "-"u8) || !AsciiNumber.TryRead(line, ref at, out End)
            || !Take(line, ref at, ": "u8) || !AsciiNumber.TryRead(line, ref at, out ulong nrAccesses))
        {
            return false;
        }

        NrAccesses = (long)Math.Min(nrAccesses, long.MaxValue);
        Age = SnapshotRegion.UnknownAge;
        if (Take(line, ref at, " "u8))
        {
            if (!AsciiNumber.TryRead(line, ref at, out ulong age) || age > uint.MaxValue)
            {
                return false;
            }

            Age = (int)Math.Min(age, int.MaxValue);
        }

        Thread = ThreadIn(line[..TimeStart]);
        return at == line.Length;
    }

    bool TakeScheme(ReadOnlySpan<byte> line, ref int at)
    {
        if (!AsciiNumber.TryRead(line, ref at, out ulong context) || !Take(line, ref at, " scheme_idx="u8)
            || !AsciiNumber.TryRead(line, ref at, out ulong scheme) || !Take(line, ref at, " target_idx="u8)
            || context > int.MaxValue || scheme > int.MaxValue)
        {
            return false;
        }

        (ContextIndex, SchemeIndex) = ((int)context, (int)scheme);
        return true;
    }

    /// <summary>Seconds with decimals and a colon right after them, then blanks.</summary>
    bool TakeUsualTime(ReadOnlySpan<byte> head)
    {
        int end = head.TrimEnd((byte)' ').Length;
        if (end == 0 || end == head.Length || head[--end] != ':')
        {
            return false;
        }

        int start = head[..end].LastIndexOf((byte)' ') + 1;
        _time = head[start..end];
        TimeStart = start;
        TimeEnd = end;
        _timeScale = NsPerSecond;
        return _time.Length > 0 && AsciiNumber.IsDigit(_time[0]) && _time.Contains((byte)'.');
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
