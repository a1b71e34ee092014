using System.Text;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Streams;

namespace Damon.Records.Json;

/// <summary>Reads JSON records as damo writes them since version 1.8.2: an array of series, each with its snapshots.</summary>
/// <remarks>
/// Memory is bounded by the largest snapshot. Series come in the order of the file: all snapshots of the first target, then those of the second.
/// <c>target_id</c> and <c>intervals</c> must stand before <c>snapshots</c>, as in every file that damo wrote. Probe hits are
/// passed over. A value of more than 16 MiB, or nested deeper than 64, is taken for damage.
/// </remarks>
sealed class JsonRecordReader : IRecordReader
{
    /// <summary>Id of the target of a series that names none.</summary>
    const int NoTarget = -1;

    readonly JsonInput _json;
    readonly byte[] _name = new byte[64];
    Place _place = Place.Start;
    bool _isFirst;
    readonly Dictionary<Int128, int> _instances = [];
    TargetKey _target;
    bool _hasTarget;
    long _snapshots;
    long _from;
    bool _ended;
    string _reading = "the array of records";

    /// <summary>Takes JSON text from its first byte on; disposes of it.</summary>
    internal JsonRecordReader(RecordInput input)
    {
        _json = new JsonInput(input);
        IsCompressed = input.IsDecompressed;
    }

    /// <inheritdoc/>
    public RecordContent Content => RecordContent.Json;

    /// <inheritdoc/>
    public bool IsCompressed { get; }

    /// <inheritdoc/>
    public RecordDamage? Damage { get; private set; }

    /// <inheritdoc/>
    public RecordSeries Series { get; private set; } = RecordSeries.Unknown;

    enum Place
    {
        Start,
        InArray,
        InRecord,
        InSnapshots,
        Behind,
    }

    /// <inheritdoc/>
    public bool Read(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        try
        {
            while (!_ended)
            {
                if (Step(snapshot))
                {
                    _snapshots++;
                    return true;
                }
            }
        }
        catch (EndOfStreamException)
        {
            Fail(RecordDamageKind.CutOff, null);
        }
        catch (JsonException e)
        {
            // The parser's own words are long and name .NET types.
            Fail(RecordDamageKind.Invalid, e.LineNumber is null ? e.Message : "this is no JSON, or nested too deep");
        }

        snapshot.Reset(0);
        return false;
    }

    /// <summary>Disposes the stream, unless it was to be left open.</summary>
    public void Dispose() => _json.Input.Dispose();

    /// <returns>Whether a snapshot was read.</returns>
    bool Step(Snapshot snapshot)
    {
        switch (_place)
        {
            case Place.Start:
                _json.Take((byte)'[');
                Enter(Place.InArray);
                break;
            case Place.InArray:
                _from = _json.Input.Offset;
                _reading = "the array of records";
                if (_json.Next((byte)']', ref _isFirst))
                {
                    _json.Take((byte)'{');

                    // One of its own: the source is set on it.
                    Series = new RecordSeries { IsTargetless = true };
                    _hasTarget = false;
                    Enter(Place.InRecord);
                }
                else
                {
                    _place = Place.Behind;
                }

                break;
            case Place.InRecord:
                _from = _json.Input.Offset;
                _reading = "a record";
                if (_json.Next((byte)'}', ref _isFirst))
                {
                    ReadMember();
                }
                else
                {
                    Enter(Place.InArray, isFirst: false);
                }

                break;
            case Place.InSnapshots:
                _from = _json.Input.Offset;
                _reading = "a snapshot";
                if (_json.Next((byte)']', ref _isFirst))
                {
                    ReadSnapshot(snapshot);
                    return true;
                }

                Enter(Place.InRecord, isFirst: false);
                break;
            default:
                ReadEnd();
                break;
        }

        return false;
    }

    void Enter(Place place, bool isFirst = true)
    {
        _place = place;
        _isFirst = isFirst;
    }

    void ReadEnd()
    {
        _ended = true;
        _from = _json.Input.Offset;
        _reading = "the end";
        if (_json.TryPeek() >= 0)
        {
            Fail(RecordDamageKind.Invalid, "something follows behind the array of records");
        }
        else if (_json.Input.Fault is not null)
        {
            Fail(RecordDamageKind.CutOff, null);
        }
    }

    void ReadMember()
    {
        ReadOnlySpan<byte> name = _json.Name(_name);
        if (name.SequenceEqual("snapshots"u8))
        {
            if (!_hasTarget)
            {
                throw Broken("'snapshots' stands before 'target_id': their order is wanted the way damo writes it");
            }

            // Each record is a series of its own, also where another one is of a target with this id.
            Int128 id = Series.TargetId ?? NoTarget;
            _target = new TargetKey(id, _instances.GetValueOrDefault(id));
            if (_instances.Count < RecordTimes.MaxSeries || _target.Instance > 0)
            {
                _instances[id] = _target.Instance + 1;
            }

            if (_json.Peek() != '[')
            {
                _json.Value();
                return;
            }

            _json.Take((byte)'[');
            Enter(Place.InSnapshots);
            return;
        }

        if (name.SequenceEqual("kdamond_idx"u8))
        {
            Series = Series with { KdamondIndex = Index(_json.Value()) };
        }
        else if (name.SequenceEqual("context_idx"u8))
        {
            Series = Series with { ContextIndex = Index(_json.Value()) };
        }
        else if (name.SequenceEqual("scheme_idx"u8))
        {
            Series = Series with { SchemeIndex = Index(_json.Value()) };
        }
        else if (name.SequenceEqual("target_id"u8))
        {
            _hasTarget = true;
            ReadOnlySpan<byte> value = _json.Value();
            Series = IsNull(value) ? Series : Series with { TargetId = Id(value), IsTargetless = false };
        }
        else if (name.SequenceEqual("intervals"u8))
        {
            ReadIntervals(_json.Value());
        }
        else if (name.SequenceEqual("scheme_filters"u8))
        {
            ReadOnlySpan<byte> value = _json.Value();
            Series = Series with { SchemeFilters = value[0] == '[' && value[1..^1].ContainsAnyExcept(" \n\r\t"u8) ? Encoding.UTF8.GetString(value) : null };
        }
        else if (name.SequenceEqual("data_source"u8))
        {
            // Set on the series whose snapshots were read, not on a copy: it stands after them.
            Utf8JsonReader json = new(_json.Value());
            json.Read();
            Series.DataSource = json.TokenType == JsonTokenType.String ? Encoding.UTF8.GetString(json.ValueSpan) : null;
        }
        else
        {
            _json.Value();
        }
    }

    void ReadIntervals(ReadOnlySpan<byte> value)
    {
        Utf8JsonReader json = new(value);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        double? sample = null;
        double? aggregation = null;
        double? update = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("sample_us"u8))
            {
                sample = Us(ref json);
            }
            else if (json.ValueTextEquals("aggr_us"u8))
            {
                aggregation = Us(ref json);
            }
            else if (json.ValueTextEquals("ops_update_us"u8))
            {
                update = Us(ref json);
            }
            else if (json.ValueTextEquals("intervals_goal"u8))
            {
                ReadGoal(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        Series = Series with { Intervals = new RecordIntervals { SampleUs = sample, AggrUs = aggregation, UpdateUs = update } };
    }

    void ReadGoal(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        RecordIntervalsGoal goal = new();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("access_bp"u8))
            {
                const double All = 10_000;
                json.Read();
                goal = goal with { AccessBp = NumberText.TryRatio(Text(ref json), All, out double bp) ? bp : throw NoNumber(Text(ref json)) };
            }
            else if (json.ValueTextEquals("aggrs"u8))
            {
                goal = goal with { Aggrs = Count(ref json) };
            }
            else if (json.ValueTextEquals("min_sample_us"u8))
            {
                goal = goal with { MinSampleUs = (ulong)Us(ref json) };
            }
            else if (json.ValueTextEquals("max_sample_us"u8))
            {
                goal = goal with { MaxSampleUs = (ulong)Us(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        Series = Series with { IntervalsGoal = goal };
    }

    void ReadSnapshot(Snapshot snapshot)
    {
        _json.Take((byte)'{');
        snapshot.Reset(-1);
        snapshot.AddTarget(_target);
        bool isFirst = true;
        while (_json.Next((byte)'}', ref isFirst))
        {
            ReadOnlySpan<byte> name = _json.Name(_name);
            if (name.SequenceEqual("regions"u8))
            {
                ReadRegions(snapshot);
            }
            else if (name.SequenceEqual("end_time"u8))
            {
                snapshot.TimeNs = Time(_json.Value()) ?? -1;
            }
            else if (name.SequenceEqual("start_time"u8))
            {
                snapshot.StartNs = Time(_json.Value());
            }
            else if (name.SequenceEqual("damos_stats"u8))
            {
                snapshot.SchemeStatistics = Statistics(_json.Value());
            }
            else if (name.SequenceEqual("sample_interval_us"u8))
            {
                ReadOnlySpan<byte> value = _json.Value();
                Utf8JsonReader json = new(value);
                json.Read();
                snapshot.SampleUs = json.TokenType == JsonTokenType.Null ? null : (ulong)Us(Text(ref json));
            }
            else
            {
                _json.Value();
            }
        }

        if (snapshot.TimeNs < 0)
        {
            throw Broken("a snapshot has no time, or one below 0");
        }

        _json.LastUseful = _json.Input.Offset;
    }

    void ReadRegions(Snapshot snapshot)
    {
        if (_json.Peek() != '[')
        {
            _json.Value();
            return;
        }

        _reading = "a region";
        _json.Take((byte)'[');
        bool isFirst = true;
        while (_json.Next((byte)']', ref isFirst))
        {
            if (snapshot.NrRegions == _json.Input.MaxRegions)
            {
                throw Broken("a snapshot has too many regions");
            }

            _json.Peek();
            _json.Input.Ensure(JsonRegionLayout.MaxLength);
            int length = JsonRegionLayout.TryRead(_json.Input.Available, out SnapshotRegion region);
            if (length > 0)
            {
                _json.Input.Advance(length);
                snapshot.AddRegion(region);
            }
            else
            {
                ReadRegion(_json.Value(), snapshot);
            }

            _json.LastUseful = _json.Input.Offset;
        }

        _reading = "a snapshot";
    }

    void ReadRegion(ReadOnlySpan<byte> value, Snapshot snapshot)
    {
        Utf8JsonReader json = new(value);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw Broken("an object was expected");
        }

        ulong? start = null;
        ulong? end = null;
        uint nrAccesses = 0;
        int age = SnapshotRegion.UnknownAge;
        ulong filterPassed = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("start"u8))
            {
                start = Bytes(ref json);
            }
            else if (json.ValueTextEquals("end"u8))
            {
                end = Bytes(ref json);
            }
            else if (json.ValueTextEquals("nr_accesses"u8))
            {
                nrAccesses = NrAccesses(ref json);
            }
            else if (json.ValueTextEquals("age"u8))
            {
                age = Age(ref json);
            }
            else if (json.ValueTextEquals("sz_filter_passed"u8))
            {
                filterPassed = Bytes(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        if (start is not { } first || end is not { } behind || behind < first)
        {
            throw Broken("a region has no start or end, or ends below its start");
        }

        snapshot.AddRegion(new SnapshotRegion(first, behind, nrAccesses, age));
        snapshot.SetFilterPassed(filterPassed);
    }

    uint NrAccesses(ref Utf8JsonReader json)
    {
        (double? samples, double? percent) = Pair(ref json, "samples"u8, "percent"u8, isTime: false);
        double? derived = percent is { } share && Series.Intervals is { SampleUs: > 0 and var sample, AggrUs: { } aggregation }
            ? share * (aggregation / sample) / 100
            : null;
        double value = Math.Truncate(samples ?? derived ?? throw Broken("a region has no number of accesses, or a percentage without intervals"));
        return value is >= 0 and <= uint.MaxValue ? (uint)value : throw Broken("a number of accesses is beyond 32 bits");
    }

    int Age(ref Utf8JsonReader json)
    {
        (double? intervals, double? us) = Pair(ref json, "aggr_intervals"u8, "usec"u8, isTime: true);
        double? derived = us is { } time && Series.Intervals is { AggrUs: > 0 and var aggregation } ? time / aggregation : null;
        return intervals is { } count ? (int)Math.Clamp(count, SnapshotRegion.UnknownAge, int.MaxValue)
            : derived is { } whole ? (int)Math.Clamp(whole, 0, int.MaxValue)
            : SnapshotRegion.UnknownAge;
    }

    /// <summary>An object of two numbers in different units, of which at most one need be there.</summary>
    static (double? First, double? Second) Pair(ref Utf8JsonReader json, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, bool isTime)
    {
        double? firstValue = null;
        double? secondValue = null;
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw Broken("an object was expected");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isFirst = json.ValueTextEquals(first);
            if (!isFirst && !json.ValueTextEquals(second))
            {
                json.Skip();
                continue;
            }

            json.Read();
            if (json.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            ReadOnlySpan<byte> text = Text(ref json);
            double value;
            if (!(isTime && !isFirst ? NumberText.TryUs(text, out value) : NumberText.TryRatio(text, 100, out value)))
            {
                throw NoNumber(text);
            }

            firstValue = isFirst ? value : firstValue;
            secondValue = isFirst ? secondValue : value;
        }

        return (firstValue, secondValue);
    }

    static SnapshotSchemeStatistics? Statistics(ReadOnlySpan<byte> value)
    {
        Utf8JsonReader json = new(value);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        SnapshotSchemeStatistics all = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("nr_tried"u8))
            {
                all = all with { NrTried = Count(ref json) };
            }
            else if (json.ValueTextEquals("sz_tried"u8))
            {
                all = all with { SizeTried = Bytes(ref json) };
            }
            else if (json.ValueTextEquals("nr_applied"u8))
            {
                all = all with { NrApplied = Count(ref json) };
            }
            else if (json.ValueTextEquals("sz_applied"u8))
            {
                all = all with { SizeApplied = Bytes(ref json) };
            }
            else if (json.ValueTextEquals("sz_ops_filter_passed"u8))
            {
                all = all with { SizeOpsFilterPassed = Bytes(ref json) };
            }
            else if (json.ValueTextEquals("qt_exceeds"u8))
            {
                all = all with { QuotaExceeds = Count(ref json) };
            }
            else if (json.ValueTextEquals("nr_snapshots"u8))
            {
                all = all with { NrSnapshots = Count(ref json) };
            }
            else if (json.ValueTextEquals("max_nr_snapshots"u8))
            {
                all = all with { MaxNrSnapshots = Count(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return all;
    }

    static bool IsNull(ReadOnlySpan<byte> value) => value.SequenceEqual("null"u8);

    static int? Index(ReadOnlySpan<byte> value)
    {
        if (IsNull(value))
        {
            return null;
        }

        Int128 index = Id(value);
        return index >= int.MinValue && index <= int.MaxValue ? (int)index : throw NoNumber(value);
    }

    /// <summary>A whole number of up to 64 bits, signed or not, never by way of a double.</summary>
    static Int128 Id(ReadOnlySpan<byte> value)
    {
        Utf8JsonReader json = new(value);
        json.Read();
        return Int128.TryParse(Text(ref json), System.Globalization.CultureInfo.InvariantCulture, out Int128 id) && id >= long.MinValue && id <= ulong.MaxValue
            ? id
            : throw NoNumber(value);
    }

    static long? Time(ReadOnlySpan<byte> value)
    {
        Utf8JsonReader json = new(value);
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null : NumberText.TryTime(Text(ref json), out long ns) ? ns : throw NoNumber(value);
    }

    static double Us(ref Utf8JsonReader json)
    {
        json.Read();
        return Us(Text(ref json));
    }

    static double Us(ReadOnlySpan<byte> text) => NumberText.TryUs(text, out double us) && us >= 0 ? us : throw NoNumber(text);

    static ulong Count(ref Utf8JsonReader json)
    {
        json.Read();
        ReadOnlySpan<byte> text = Text(ref json);
        return NumberText.TryCount(text, out ulong value) ? value : throw NoNumber(text);
    }

    static ulong Bytes(ref Utf8JsonReader json)
    {
        json.Read();
        ReadOnlySpan<byte> text = Text(ref json);
        return NumberText.TryBytes(text, out ulong value) ? value : throw NoNumber(text);
    }

    /// <summary>The text of a number or string. Numbers need no escapes, so a string with one is none.</summary>
    static ReadOnlySpan<byte> Text(ref Utf8JsonReader json) =>
        json.TokenType is JsonTokenType.Number or JsonTokenType.String ? json.ValueSpan : throw Broken("a number was expected");

    static JsonException NoNumber(ReadOnlySpan<byte> text)
    {
        const int Shown = 40;
        string shown = string.Concat(Encoding.ASCII.GetString(text[..Math.Min(text.Length, Shown)]).Where(c => !char.IsControl(c)));
        return Broken($"'{shown}' is no number wanted here");
    }

    static JsonException Broken(string problem) => new(problem);

    void Fail(RecordDamageKind kind, string? problem)
    {
        _ended = true;
        Damage = _json.Input.Damage(kind, _from, _json.Input.Offset, _reading, problem, _snapshots);
    }
}
