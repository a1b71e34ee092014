using System.Globalization;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Streams;

namespace Damon.Records.TraceText;

/// <summary>
/// Reads the text that <c>perf script</c>, <c>perf trace</c>, <c>trace-cmd report</c> and tracefs make of DAMON's events, and that tools made of
/// records: one line per region, one snapshot per target and aggregation interval.
/// </summary>
/// <remarks>
/// The lines <c>damon_aggregated</c>, <c>damon_region_aggregated</c> and <c>damos_before_apply</c> are regions; <c>damon_monitor_intervals_tune</c>
/// sets <see cref="Snapshot.SampleUs"/> of what follows of the same thread; all others are skipped. A snapshot has the time of its first line and ends
/// when it has as many regions as its lines say; one of a scheme ends where the addresses stop rising, since lines come only for the regions that were tried.
/// When lines are missing, because the tracer lost events or a line is broken, the snapshot is left out and reading goes on with the next; <see cref="Damage"/>
/// tells the number at
/// the end. A last line without line feed counts as cut off. Each thread has its own snapshots: those of several may be mixed line by line. Nothing is
/// allocated per line or per snapshot.
/// </remarks>
sealed class TraceTextReader : IRecordReader
{
    /// <summary>Longer lines are skipped.</summary>
    const int MaxLine = 64 * 1024;

    /// <summary>Most threads that are told apart: each run of a kdamond is one.</summary>
    const int MaxThreads = 4096;

    /// <summary>The longest event line that is put together from several, and the most of those.</summary>
    const int MaxJoined = 1024;

    /// <inheritdoc cref="MaxJoined"/>
    const int MaxLinesJoined = 4;

    readonly RecordInput _input;
    readonly List<TraceThread> _threads = [];
    readonly Dictionary<Int128, int> _instances = [];
    readonly List<TraceSeries> _open = [];
    readonly Queue<(TraceSeries Series, Snapshot Snapshot)> _whole = new();
    readonly Stack<Snapshot> _spare = new();
    readonly byte[] _joined = new byte[MaxJoined];
    TraceThread? _thread;
    int _nrSeries;
    long _lastWholeOffset;
    long _snapshots;
    long _gaps;
    long _firstGap;
    long _timeless;
    long _uncounted;
    ulong? _lost;
    bool _isInGap;
    bool _isWrapped;
    bool _ended;

    /// <summary>Takes text from the first line on, which need not be one of DAMON.</summary>
    /// <param name="stream">It need not seek. Disposed with the reader unless <paramref name="leaveOpen"/>.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader.</param>
    public TraceTextReader(Stream stream, bool leaveOpen = false)
        : this(new RecordInput(stream, leaveOpen))
    {
    }

    internal TraceTextReader(RecordInput input) => _input = input;

    /// <inheritdoc/>
    public RecordContent Content => RecordContent.TraceText;

    /// <inheritdoc/>
    public bool IsCompressed => _input.IsDecompressed;

    /// <inheritdoc/>
    public RecordDamage? Damage { get; private set; }

    /// <inheritdoc/>
    public RecordSeries Series { get; private set; } = RecordSeries.Unknown;

    /// <inheritdoc/>
    /// <exception cref="RecordFormatException">The text is over, and held no event with a time that tells when.</exception>
    public bool Read(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        while (true)
        {
            if (_whole.TryDequeue(out (TraceSeries Series, Snapshot Snapshot) whole))
            {
                HandOut(whole.Series, whole.Snapshot, snapshot);
                return true;
            }

            if (_ended)
            {
                snapshot.Reset(0);
                return false;
            }

            if (NextLine(0, out ReadOnlySpan<byte> line))
            {
                Take(line);
            }
            else if (!_ended)
            {
                _ended = true;
                End();
            }
        }
    }

    /// <summary>Disposes the stream, unless it was to be left open.</summary>
    public void Dispose() => _input.Dispose();

    /// <summary>Goes to the first line with an event: in traces of busy machines much may stand before.</summary>
    /// <exception cref="RecordFormatException">There is none.</exception>
    internal void GoToFirstEvent()
    {
        while (NextLine(0, out ReadOnlySpan<byte> line))
        {
            if (TraceLine.HasEvent(line))
            {
                return;
            }

            _input.Advance(line.Length + 1);
        }

        throw RecordFormatException.Of(RecordContent.Text);
    }

    /// <summary>Looks at what is at hand already, so that text without a usable time is refused before it is read.</summary>
    /// <exception cref="RecordFormatException">No event in it has a time that tells when.</exception>
    internal void ThrowIfTimeless()
    {
        const int Most = 1000;
        ReadOnlySpan<byte> text = _input.Available;
        bool isFromZero = false;
        long last = -1;
        for (int seen = 0; seen < Most && text.IndexOf((byte)'\n') is >= 0 and int end; text = text[(end + 1)..])
        {
            switch (TraceLine.Parse(text[..end], out TraceLine parsed))
            {
                case TraceLineKind.Region when !parsed.IsFake && parsed.TryTime(out long ns):
                    // perf script --deltatime: the first has 0, and the lines of a snapshot, which are microseconds apart, come before what took an interval.
                    isFromZero = seen == 0 ? ns == 0 : isFromZero;
                    if (!isFromZero)
                    {
                        return;
                    }

                    if (ns < last)
                    {
                        throw new RecordFormatException(
                            "the times of the events are those since the line before (perf script --deltatime): no time of a snapshot can be told; leave that "
                                + "option out",
                            Content);
                    }

                    last = ns;
                    seen++;
                    break;
                case TraceLineKind.Timeless:
                    _timeless++;
                    break;
                case TraceLineKind.Uncounted:
                    _uncounted++;
                    break;
                default:
                    break;
            }
        }

        if (last < 0)
        {
            ThrowIfNeverTimed();
        }

        _timeless = _uncounted = 0;
    }

    void ThrowIfNeverTimed()
    {
        if (_uncounted > 0)
        {
            throw new RecordFormatException(
                "the times of the events are whole numbers, which are no seconds (clocks counter, uptime and x86-tsc): no time of a snapshot can be told; "
                    + "trace with the clock mono or boot",
                Content);
        }

        if (_timeless > 0)
        {
            throw new RecordFormatException(
                "there is no time in front of the events (columns left out, as by perf script -F without time, or by the option nocontext-info of tracefs): no "
                    + "time of a snapshot can be told", Content);
        }
    }

    /// <summary>Brings a line to hand, without taking it.</summary>
    /// <param name="from">Where it begins, in bytes behind what is taken.</param>
    /// <param name="line">The line without its line feed.</param>
    bool NextLine(int from, out ReadOnlySpan<byte> line)
    {
        int searched = from;
        bool isTooLong = false;
        while (true)
        {
            ReadOnlySpan<byte> bytes = _input.Available;
            int found = bytes[searched..].IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = bytes[from..(searched + found)];
                if (!isTooLong)
                {
                    return true;
                }

                _input.Advance(line.Length + 1);
                isTooLong = false;
                searched = 0;
                continue;
            }

            searched = bytes.Length;
            if (searched - from >= MaxLine)
            {
                if (from > 0)
                {
                    line = default;
                    return false;
                }

                _input.Advance(searched);
                searched = 0;
                isTooLong = true;
            }

            if (!_input.Ensure(searched + 1))
            {
                line = default;
                return false;
            }

            if (_input.IsBomb(_lastWholeOffset))
            {
                Fail(RecordDamageKind.Invalid, _input.Offset, "a line", "too much data without a snapshot was decompressed");
                line = default;
                return false;
            }
        }
    }

    void Take(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            // All that follow too: a bomb may be made of them.
            int text = _input.Available.IndexOfAnyExcept((byte)'\n');
            _input.Advance(text < 0 ? _input.Available.Length : text);
            return;
        }

        long offset = _input.Offset;
        int taken = line.Length + 1;
        TraceLineKind kind = TraceLine.Parse(line, out TraceLine parsed);
        if (kind == TraceLineKind.Broken
            || (kind == TraceLineKind.Foreign && TraceLine.MayGoOn(line))
            || (kind == TraceLineKind.Region && IsAgeBehind(parsed, taken)))
        {
            int all = Join(taken, kind, out int length);

            // Looking ahead may have moved what is at hand.
            line = all > 0 ? _joined.AsSpan(0, length) : _input.Available[..(taken - 1)];
            kind = TraceLine.Parse(line, out parsed);
            if (all > 0)
            {
                // Columns of the line are no columns of the text any more.
                parsed.TimeEnd = 0;
                taken = all;
            }
        }

        switch (kind)
        {
            case TraceLineKind.Region:
                TraceSeries? series = AddRegion(parsed, offset);
                if (series is not null)
                {
                    if (parsed.TimeEnd > 0)
                    {
                        taken += AddLinesLike(line, taken, parsed, series);
                    }

                    if (!series.IsTried && (ulong)series.Open!.NrRegions == series.Expected)
                    {
                        _input.Advance(taken);
                        Close(series);
                        return;
                    }
                }

                break;
            case TraceLineKind.Tune:
                if (ThreadOf(parsed.Thread, offset) is { } thread)
                {
                    thread.SampleUs = parsed.SampleUs;
                }

                break;
            case TraceLineKind.Foreign:
                if (TraceLine.LostEvents(line) is { } lost)
                {
                    Lose(lost, offset);
                }

                break;
            case TraceLineKind.Timeless:
                _timeless++;
                Break(offset);
                break;
            case TraceLineKind.Uncounted:
                _uncounted++;
                Break(offset);
                break;
            default:
                Break(offset);
                break;
        }

        if (!_ended)
        {
            _input.Advance(taken);
        }
    }

    /// <summary>
    /// Whether the age may stand in the next line. A tracer that writes into a pipe may take long for one, so it is only waited for where lines are known to be
    /// wrapped.
    /// </summary>
    bool IsAgeBehind(in TraceLine line, int taken) => line.Age < 0 && line.NrAccesses >= 0
        && (_isWrapped || (taken < _input.Available.Length && AsciiNumber.IsDigit(_input.Available[taken])));

    /// <summary>
    /// A line that makes no sense by itself, or lacks the age, may have been wrapped on its way: by a mail program, say. The lines behind it tell. The result
    /// is put together in <see cref="_joined"/>.
    /// </summary>
    /// <param name="taken">Length of the line with its line feed.</param>
    /// <param name="kind">What it is by itself.</param>
    /// <param name="length">Length of the result.</param>
    /// <returns>Number of bytes that the result stands for; 0 where the line is not wrapped.</returns>
    int Join(int taken, TraceLineKind kind, out int length)
    {
        length = taken - 1;
        if (length >= MaxJoined)
        {
            return 0;
        }

        _input.Available[..length].CopyTo(_joined);
        int at = taken;
        bool isRegion = kind == TraceLineKind.Region;
        for (int i = 1; i < MaxLinesJoined && !isRegion; i++)
        {
            if (!Append(ref at, ref length, isAge: false))
            {
                return 0;
            }

            TraceLineKind whole = TraceLine.Parse(_joined.AsSpan(0, length), out TraceLine joined);
            if (whole == TraceLineKind.Tune || (whole == TraceLineKind.Region && joined.Age >= 0))
            {
                _isWrapped = true;
                return at;
            }

            isRegion = whole == TraceLineKind.Region;
        }

        if (!isRegion)
        {
            return 0;
        }

        _isWrapped |= Append(ref at, ref length, isAge: true);
        return at > taken ? at : 0;
    }

    bool Append(ref int at, ref int length, bool isAge)
    {
        // What is an event by itself is not the end of another.
        if (!NextLine(at, out ReadOnlySpan<byte> next) || length + 1 + next.Length > MaxJoined || next.Trim(" \t\r"u8).IsEmpty
            || (isAge ? !TraceLine.IsNumber(next) : TraceLine.Parse(next, out _) is not (TraceLineKind.Foreign or TraceLineKind.Timeless)))
        {
            return false;
        }

        _joined[length++] = (byte)' ';
        next.CopyTo(_joined.AsSpan(length));
        length += next.Length;
        at += next.Length + 1;
        return true;
    }

    /// <returns>The series that the region was added to; null where it was not.</returns>
    TraceSeries? AddRegion(in TraceLine line, long offset)
    {
        if (line.End < line.Start || line.NrAccesses > uint.MaxValue || line.NrRegions == 0 || line.NrRegions > (ulong)_input.MaxRegions
            || (line.NrAccesses < 0 && !line.IsFake))
        {
            Break(offset);
            return null;
        }

        TraceThread? thread = ThreadOf(line.Thread, offset);
        TraceSeries? series = thread is null ? null : SeriesOf(thread, line, offset);
        if (series is null)
        {
            return null;
        }

        if (!MakeRoom(thread!, series, line) || (series.Open is null && !Begin(series, line, offset)))
        {
            return null;
        }

        series.Open!.AddRegion(new SnapshotRegion(line.Start, line.End, (uint)line.NrAccesses, line.Age));
        (series.LastStart, series.LastEnd) = (line.Start, line.End);
        return series;
    }

    /// <summary>Ends the snapshots that are over when this line comes.</summary>
    /// <returns>Whether the line can be used.</returns>
    bool MakeRoom(TraceThread thread, TraceSeries series, in TraceLine line)
    {
        if (!series.IsTried)
        {
            if (thread.Passes.Count > 0)
            {
                ClosePasses(thread);
            }

            if (thread.Current is { Open: not null } current && (current != series || IsNext(series, line)))
            {
                LeaveOut(current);
            }

            thread.Current = series;
            return true;
        }

        if (thread.Current is { Open: not null } aggregated)
        {
            LeaveOut(aggregated);
        }

        // Schemes take turns at each region, so all of a pass are over where one starts again, or where another target has its turn.
        TraceSeries? last = thread.CurrentTried;
        thread.CurrentTried = series;
        if ((last is not null && last.Target.Id != series.Target.Id)
            || (series.Open is not null && (line.Start <= series.LastStart || line.Start < series.LastEnd)))
        {
            ClosePasses(thread);
        }

        if (series.Open is { } open && open.NrRegions >= _input.MaxRegions)
        {
            LeaveOut(series);
            return false;
        }

        return true;
    }

    /// <summary>
    /// Takes the lines behind a line that differ from it only in the time and the region: nearly all. What is the same is compared, not
    /// parsed; whatever is unusual is left for the next step.
    /// </summary>
    /// <returns>Number of bytes taken.</returns>
    int AddLinesLike(ReadOnlySpan<byte> line, int behind, in TraceLine parsed, TraceSeries series)
    {
        ReadOnlySpan<byte> before = line[..parsed.TimeStart];
        ReadOnlySpan<byte> fields = line[parsed.TimeEnd..parsed.RegionStart];
        ReadOnlySpan<byte> rest = _input.Available[behind..];
        Snapshot snapshot = series.Open!;
        ulong lastStart = series.LastStart;
        ulong lastEnd = series.LastEnd;

        // Of a scheme, the number of lines is not known, and other schemes take turns with it.
        ulong expected = series.IsTried ? (ulong)_input.MaxRegions : series.Expected;
        ulong least = series.IsTried ? lastEnd : 0;
        int taken = 0;
        while ((ulong)snapshot.NrRegions < expected && rest.Length > parsed.RegionStart
            && rest.StartsWith(before) && rest[parsed.TimeEnd..].StartsWith(fields))
        {
            int at = parsed.RegionStart;
            if (!AsciiNumber.TryRead(rest, ref at, out ulong start) || !Take(rest, ref at, (byte)'-')
                || !AsciiNumber.TryRead(rest, ref at, out ulong end) || !Take(rest, ref at, (byte)':') || !Take(rest, ref at, (byte)' ')
                || !AsciiNumber.TryRead(rest, ref at, out ulong nrAccesses))
            {
                break;
            }

            int age = SnapshotRegion.UnknownAge;
            if (Take(rest, ref at, (byte)' '))
            {
                if (!AsciiNumber.TryRead(rest, ref at, out ulong number) || number > int.MaxValue)
                {
                    break;
                }

                age = (int)number;
            }

            // Where the age is missing in one line only, the line was wrapped or cut.
            if (!Take(rest, ref at, (byte)'\n')
                || end < start
                || start <= lastStart
                || start < least
                || nrAccesses > uint.MaxValue
                || (age < 0) != (parsed.Age < 0))
            {
                break;
            }

            snapshot.AddRegion(new SnapshotRegion(start, end, (uint)nrAccesses, age));
            lastStart = start;
            lastEnd = end;
            least = series.IsTried ? end : 0;
            taken += at;
            rest = rest[at..];
        }

        (series.LastStart, series.LastEnd) = (lastStart, lastEnd);
        return taken;
    }

    static bool Take(ReadOnlySpan<byte> text, ref int at, byte wanted)
    {
        if ((uint)at >= (uint)text.Length || text[at] != wanted)
        {
            return false;
        }

        at++;
        return true;
    }

    /// <summary>Whether a line belongs to another snapshot of the series than the open one, which then lacks lines.</summary>
    static bool IsNext(TraceSeries series, in TraceLine line)
    {
        if (line.NrRegions != series.Expected)
        {
            return true;
        }

        // Where just as many regions follow only the order of the addresses tells. Tools that write unordered regions give all lines of a
        // snapshot the same time.
        return line.Start <= series.LastStart && line.TryTime(out long ns) && ns != series.Open!.TimeNs;
    }

    bool Begin(TraceSeries series, in TraceLine line, long offset)
    {
        if (!line.TryTime(out long ns))
        {
            Break(offset);
            return false;
        }

        series.Offset = offset;
        if (ns < series.LastNs)
        {
            Fail(
                RecordDamageKind.Invalid,
                offset,
                "a line",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the trace is not sorted by time: {ns} ns of target {line.TargetId} comes behind {series.LastNs} ns"));
            return false;
        }

        Snapshot snapshot = _spare.TryPop(out Snapshot? spare) ? spare : new Snapshot();
        snapshot.Reset(ns);
        snapshot.SampleUs = series.Thread.SampleUs;
        snapshot.AddTarget(series.Target);
        series.Open = snapshot;
        series.Expected = line.NrRegions;
        _open.Add(series);
        if (series.IsTried)
        {
            series.Thread.Passes.Add(series);
        }

        return true;
    }

    /// <summary>A line that cannot be used: without it the snapshots it may belong to are not whole.</summary>
    void Break(long offset)
    {
        CountGap(_thread?.Current is { Open: not null } open ? open.Offset : offset);
        if (_thread is null)
        {
            return;
        }

        if (_thread.Current is { Open: not null } current)
        {
            LeaveOut(current);
        }

        while (_thread.Passes.Count > 0)
        {
            LeaveOut(_thread.Passes[0]);
        }
    }

    /// <summary>Events are missing; it is unknown which series they belong to.</summary>
    void Lose(ulong events, long offset)
    {
        _lost = Math.Min((_lost ?? 0) + events, long.MaxValue);
        while (_open.Count > 0)
        {
            LeaveOut(_open[0]);
        }

        if (_gaps == 0)
        {
            _firstGap = offset;
        }
    }

    void LeaveOut(TraceSeries series)
    {
        CountGap(series.Offset);
        _spare.Push(Forget(series));
    }

    Snapshot Forget(TraceSeries series)
    {
        Snapshot snapshot = series.Open!;
        series.Open = null;
        _open.Remove(series);
        if (series.IsTried)
        {
            series.Thread.Passes.Remove(series);
        }

        return snapshot;
    }

    /// <summary>All up to the next whole snapshot is one gap.</summary>
    void CountGap(long offset)
    {
        if (!_isInGap)
        {
            _isInGap = true;
            _firstGap = _gaps++ == 0 ? offset : _firstGap;
        }
    }

    void ClosePasses(TraceThread thread)
    {
        while (thread.Passes.Count > 0)
        {
            Close(thread.Passes[0]);
        }
    }

    /// <summary>A snapshot is whole.</summary>
    void Close(TraceSeries series)
    {
        _isInGap = false;
        _lastWholeOffset = _input.Offset;
        Snapshot snapshot = Forget(series);
        bool isFirst = series.LastNs is null;
        if (snapshot.NrRegions == 1 && IsFake(snapshot.AllRegions[0]))
        {
            // It only served to tell a time.
            _spare.Push(snapshot);
            return;
        }

        series.LastNs = snapshot.TimeNs;
        _snapshots++;
        if (isFirst && !series.IsTried)
        {
            TakeFake(series, snapshot);
        }

        _whole.Enqueue((series, snapshot));
    }

    void HandOut(TraceSeries series, Snapshot whole, Snapshot to)
    {
        to.Swap(whole);
        _spare.Push(whole);
        Series = series.Series;
    }

    /// <summary>A single snapshot is followed by a made-up one, as much later as the first took. The next read passes over it.</summary>
    void TakeFake(TraceSeries series, Snapshot snapshot)
    {
        if (NextLine(0, out ReadOnlySpan<byte> line) && TraceLine.Parse(line, out TraceLine parsed) == TraceLineKind.Region
            && parsed.IsFake && series.IsOf(parsed) && parsed.TryTime(out long ns) && ns >= snapshot.TimeNs)
        {
            snapshot.StartNs = snapshot.TimeNs - (ns - snapshot.TimeNs);
        }
    }

    static bool IsFake(in SnapshotRegion region) =>
        region is { Start: 0, End: 0, NrAccesses: uint.MaxValue, Age: SnapshotRegion.UnknownAge };

    TraceThread? ThreadOf(ReadOnlySpan<byte> name, long offset)
    {
        if (_thread is not null && _thread.Name.SequenceEqual(name))
        {
            return _thread;
        }

        foreach (TraceThread known in _threads)
        {
            if (known.Name.SequenceEqual(name))
            {
                return _thread = known;
            }
        }

        if (_threads.Count == MaxThreads)
        {
            Fail(RecordDamageKind.Invalid, offset, "a line", string.Create(CultureInfo.InvariantCulture, $"there are more than {MaxThreads} threads"));
            return null;
        }

        _thread = new TraceThread(name.ToArray());
        _threads.Add(_thread);
        return _thread;
    }

    TraceSeries? SeriesOf(TraceThread thread, in TraceLine line, long offset)
    {
        TraceSeries? last = line.SchemeIndex is null ? thread.Current : thread.CurrentTried;
        if (last is not null && last.IsOf(line))
        {
            return last;
        }

        TraceKey key = new(line.TargetId, line.ContextIndex, line.SchemeIndex);
        if (thread.Series.TryGetValue(key, out TraceSeries? known))
        {
            return known;
        }

        if (_nrSeries == RecordTimes.MaxSeries)
        {
            Fail(
                RecordDamageKind.Invalid,
                offset,
                "a line",
                string.Create(CultureInfo.InvariantCulture, $"there are more than {RecordTimes.MaxSeries} targets"));
            return null;
        }

        _nrSeries++;
        int instance = _instances.GetValueOrDefault(line.TargetId);
        _instances[line.TargetId] = instance + 1;
        TraceSeries added = new(
            thread,
            new RecordSeries
            {
                KdamondIndex = IndexOf(thread),
                ContextIndex = key.ContextIndex,
                SchemeIndex = key.SchemeIndex,
                TargetId = key.TargetId,
                Thread = thread.Text,
            },
            new TargetKey(line.TargetId, instance));
        thread.Series.Add(key, added);
        return added;
    }

    /// <summary>Only where there are several do threads have an index.</summary>
    int? IndexOf(TraceThread thread)
    {
        int index = _threads.IndexOf(thread);
        if (index == 1)
        {
            foreach (TraceSeries series in _threads[0].Series.Values)
            {
                series.Series.KdamondIndex = 0;
            }
        }

        return index > 0 || _threads.Count > 1 ? index : null;
    }

    void End()
    {
        bool hasRest = !_input.Available.IsEmpty;
        foreach (TraceThread thread in _threads)
        {
            // A line that is cut may be one of theirs.
            while (hasRest && thread.Passes.Count > 0)
            {
                LeaveOut(thread.Passes[0]);
            }

            ClosePasses(thread);
        }

        if (_snapshots == 0)
        {
            ThrowIfNeverTimed();
        }

        if (_open.Count > 0)
        {
            Fail(
                RecordDamageKind.CutOff,
                _input.Offset,
                string.Create(CultureInfo.InvariantCulture, $"a snapshot of {_open[^1].Expected} regions"),
                null);
        }
        else if (hasRest || _input.Fault is not null)
        {
            Fail(RecordDamageKind.CutOff, _input.Offset, "a line", null);
        }
        else if (_gaps > 0 || _lost is not null)
        {
            Damage = _input.Damage(RecordDamageKind.Incomplete, _firstGap, _firstGap, "a snapshot", null, _snapshots) with
            {
                BytesLeft = null,
                Gaps = _gaps,
                LostEvents = (long?)_lost,
            };
        }
    }

    void Fail(RecordDamageKind kind, long foundAt, string reading, string? problem)
    {
        _ended = true;
        long from = foundAt;
        foreach (TraceSeries series in _open)
        {
            from = Math.Min(from, series.Offset);
        }

        Damage = _input.Damage(kind, from, foundAt, reading, problem, _snapshots) with { Gaps = _gaps, LostEvents = (long?)_lost };
    }
}
