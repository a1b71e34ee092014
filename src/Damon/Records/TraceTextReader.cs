using System.Globalization;
using Damon.Monitoring;

namespace Damon.Records;

/// <summary>
/// Reads the text that <c>perf script</c>, <c>perf trace</c> and <c>trace-cmd report</c> make of DAMON's events, and that tools made of
/// records: one line per region, one snapshot per target and aggregation interval.
/// </summary>
/// <remarks>
/// The lines <c>damon_aggregated</c>, <c>damon_region_aggregated</c> and <c>damos_before_apply</c> are regions; <c>damon_monitor_intervals_tune</c>
/// sets <see cref="Snapshot.SampleUs"/> of what follows; all others are passed over. A snapshot has the time of its first line and ends
/// when it has as many regions as its lines say. When lines are missing, because the tracer lost events or a line is broken, the snapshot is
/// left out and reading goes on with the next; <see cref="Damage"/> tells the number at the end. A last line without line feed
/// counts as cut off. Nothing is allocated per line or per snapshot.
/// </remarks>
internal sealed class TraceTextReader : IRecordReader
{
    /// <summary>Longer lines are passed over.</summary>
    const int MaxLine = 64 * 1024;

    /// <summary>The order of time is checked for so many series.</summary>
    const int MaxSeries = 1 << 16;

    readonly RecordInput _input;
    readonly Dictionary<TraceKey, TraceSeries> _series = [];
    TraceKey _key;
    TraceSeries? _current;
    ulong? _sampleUs;
    ulong _expected;
    ulong _lastStart;
    long _snapshotOffset;
    long _lastWholeOffset;
    long _snapshots;
    long _gaps;
    long _firstGap;
    bool _isOpen;
    bool _isInGap;
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
    public bool Read(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        snapshot.Reset(0);
        while (!_ended && NextLine(out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty)
            {
                // All that follow too: a bomb may be made of them.
                int text = _input.Available.IndexOfAnyExcept((byte)'\n');
                _input.Advance(text < 0 ? _input.Available.Length : text);
                continue;
            }

            long offset = _input.Offset;
            TraceLineKind kind = TraceLine.Parse(line, out TraceLine parsed);
            bool isWhole = kind switch
            {
                TraceLineKind.Region => AddRegion(snapshot, parsed, offset),
                TraceLineKind.Tune => Tune(parsed.SampleUs),
                TraceLineKind.Broken => Break(offset),
                _ => false,
            };
            int taken = line.Length + 1;
            if (_isOpen && kind == TraceLineKind.Region && parsed.TimeEnd > 0)
            {
                taken += AddLinesLike(line, parsed, snapshot);
                isWhole = (ulong)snapshot.NrRegions == _expected;
            }

            _input.Advance(taken);
            if (isWhole && Finish(snapshot))
            {
                return true;
            }
        }

        if (!_ended)
        {
            _ended = true;
            End();
        }

        snapshot.Reset(0);
        return false;
    }

    /// <summary>Disposes the stream, unless it was to be left open.</summary>
    public void Dispose() => _input.Dispose();

    /// <summary>Brings the next line to hand, without taking it.</summary>
    bool NextLine(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        bool isTooLong = false;
        while (true)
        {
            ReadOnlySpan<byte> bytes = _input.Available;
            int found = bytes[searched..].IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = bytes[..(searched + found)];
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
            if (searched >= MaxLine)
            {
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

    /// <returns>Whether the snapshot is whole now.</returns>
    bool AddRegion(Snapshot snapshot, in TraceLine line, long offset)
    {
        if (line.End < line.Start || line.NrAccesses > uint.MaxValue || line.NrRegions == 0 || line.NrRegions > (ulong)_input.MaxRegions
            || (line.NrAccesses < 0 && !line.IsFake))
        {
            return Break(offset);
        }

        if (_isOpen && IsNext(snapshot, line))
        {
            LeaveOut();
        }

        if (!_isOpen && !Begin(snapshot, line, offset))
        {
            return false;
        }

        snapshot.AddRegion(new SnapshotRegion(line.Start, line.End, (uint)line.NrAccesses, line.Age));
        _lastStart = line.Start;
        return (ulong)snapshot.NrRegions == _expected;
    }

    /// <summary>
    /// Takes the lines behind a line that differ from it only in the time and the region: nearly all. What is the same is compared, not
    /// parsed; whatever is unusual is left for the next step.
    /// </summary>
    /// <returns>Number of bytes taken.</returns>
    int AddLinesLike(ReadOnlySpan<byte> line, in TraceLine parsed, Snapshot snapshot)
    {
        ReadOnlySpan<byte> before = line[..parsed.TimeStart];
        ReadOnlySpan<byte> fields = line[parsed.TimeEnd..parsed.RegionStart];
        ReadOnlySpan<byte> rest = _input.Available[(line.Length + 1)..];
        int taken = 0;
        while ((ulong)snapshot.NrRegions < _expected && rest.Length > parsed.RegionStart
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

            if (!Take(rest, ref at, (byte)'\n') || end < start || start <= _lastStart || nrAccesses > uint.MaxValue)
            {
                break;
            }

            snapshot.AddRegion(new SnapshotRegion(start, end, (uint)nrAccesses, age));
            _lastStart = start;
            taken += at;
            rest = rest[at..];
        }

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

    /// <summary>Whether a line belongs to another snapshot than the open one, which then lacks lines.</summary>
    bool IsNext(Snapshot snapshot, in TraceLine line)
    {
        if (!line.IsOf(_key) || line.NrRegions != _expected)
        {
            return true;
        }

        // Where just as many regions follow only the order of the addresses tells. Tools that write unordered regions give all lines of a
        // snapshot the same time.
        return line.Start <= _lastStart && line.TryTime(out long ns) && ns != snapshot.TimeNs;
    }

    bool Begin(Snapshot snapshot, in TraceLine line, long offset)
    {
        if (!line.TryTime(out long ns))
        {
            return Break(offset);
        }

        if (_current is null || !line.IsOf(_key))
        {
            _key = new TraceKey(line.TargetId, line.ContextIndex, line.SchemeIndex);
            _current = SeriesOf(_key);
        }

        _snapshotOffset = offset;
        if (ns < _current.LastNs)
        {
            Fail(
                RecordDamageKind.Invalid,
                offset,
                "a line",
                string.Create(CultureInfo.InvariantCulture, $"the trace is not sorted by time: {ns} ns of target {line.TargetId} comes behind {_current.LastNs} ns"));
            return false;
        }

        _isOpen = true;
        _expected = line.NrRegions;
        snapshot.Reset(ns);
        snapshot.SampleUs = _sampleUs;
        snapshot.AddTarget(line.TargetId);
        return true;
    }

    /// <summary>A line that cannot be used: without it the snapshot it stands in is not whole.</summary>
    bool Break(long offset)
    {
        if (_isOpen)
        {
            LeaveOut();
        }
        else
        {
            CountGap(offset);
        }

        return false;
    }

    void LeaveOut()
    {
        CountGap(_snapshotOffset);
        _isOpen = false;
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

    bool Tune(ulong sampleUs)
    {
        _sampleUs = sampleUs;
        return false;
    }

    /// <returns>False where the snapshot only served to tell a time.</returns>
    bool Finish(Snapshot snapshot)
    {
        _isOpen = _isInGap = false;
        _lastWholeOffset = _input.Offset;
        SnapshotRegion first = snapshot.AllRegions[0];
        if (snapshot.NrRegions == 1 && IsFake(first))
        {
            return false;
        }

        bool isFirst = _current!.LastNs is null;
        _current.LastNs = snapshot.TimeNs;
        Series = _current.Series;
        _snapshots++;
        if (isFirst)
        {
            TakeFake(snapshot);
        }

        return true;
    }

    /// <summary>A single snapshot is followed by a made-up one, as much later as the first took. The next read passes over it.</summary>
    void TakeFake(Snapshot snapshot)
    {
        if (NextLine(out ReadOnlySpan<byte> line) && TraceLine.Parse(line, out TraceLine parsed) == TraceLineKind.Region
            && parsed.IsFake && parsed.IsOf(_key) && parsed.TryTime(out long ns) && ns >= snapshot.TimeNs)
        {
            snapshot.StartNs = snapshot.TimeNs - (ns - snapshot.TimeNs);
        }
    }

    static bool IsFake(in SnapshotRegion region) =>
        region is { Start: 0, End: 0, NrAccesses: uint.MaxValue, Age: SnapshotRegion.UnknownAge };

    TraceSeries SeriesOf(TraceKey key)
    {
        if (_series.TryGetValue(key, out TraceSeries? known))
        {
            return known;
        }

        TraceSeries added = new(new RecordSeries { ContextIndex = key.ContextIndex, SchemeIndex = key.SchemeIndex, TargetId = key.TargetId });
        if (_series.Count < MaxSeries)
        {
            _series.Add(key, added);
        }

        return added;
    }

    void End()
    {
        bool hasRest = !_input.Available.IsEmpty;
        if (_isOpen)
        {
            Fail(
                RecordDamageKind.CutOff,
                _input.Offset,
                string.Create(CultureInfo.InvariantCulture, $"a snapshot of {_expected} regions"),
                null);
        }
        else if (hasRest || _input.Fault is not null)
        {
            _snapshotOffset = _input.Offset;
            Fail(RecordDamageKind.CutOff, _input.Offset, "a line", null);
        }
        else if (_gaps > 0)
        {
            Damage = _input.Damage(RecordDamageKind.Incomplete, _firstGap, _firstGap, "a snapshot", null, _snapshots) with
            {
                BytesLeft = null,
                Gaps = _gaps,
            };
        }
    }

    void Fail(RecordDamageKind kind, long foundAt, string reading, string? problem)
    {
        _ended = true;
        long from = _isOpen || _snapshotOffset >= _lastWholeOffset ? _snapshotOffset : foundAt;
        Damage = _input.Damage(kind, from, foundAt, reading, problem, _snapshots) with { Gaps = _gaps };
    }
}
