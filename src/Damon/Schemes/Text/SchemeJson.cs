using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Schemes.Text;

/// <summary>Writes schemes as the JSON that the current tool takes, its keys in its order.</summary>
/// <remarks>Every number reads back the same: where the form for people would round, it is written out.</remarks>
internal sealed class SchemeJson
{
    readonly Utf8JsonWriter _writer;
    readonly MonitoringAttributes _attributes;
    readonly bool _isRaw;

    SchemeJson(Utf8JsonWriter writer, MonitoringAttributes attributes, bool isRaw)
    {
        _writer = writer;
        _attributes = attributes;
        _isRaw = isRaw;
    }

    /// <summary>Writes a list of schemes and a line end.</summary>
    /// <param name="schemes">The schemes.</param>
    /// <param name="attributes">The intervals under which the two ends of a range are brought to one unit, where they have two.</param>
    /// <param name="isRaw">Plain numbers instead of units for people.</param>
    /// <param name="output">Where to.</param>
    public static void Write(IReadOnlyList<Scheme> schemes, MonitoringAttributes attributes, bool isRaw, Stream output)
    {
        const int IndentSize = 4;
        using (Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true, IndentSize = IndentSize, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            SchemeJson json = new(writer, attributes, isRaw);
            writer.WriteStartArray();
            foreach (Scheme scheme in schemes)
            {
                json.Write(scheme);
            }

            writer.WriteEndArray();
        }

        output.WriteByte((byte)'\n');
    }

    /// <summary>The text that <see cref="Write(IReadOnlyList{Scheme}, MonitoringAttributes, bool, Stream)"/> writes.</summary>
    /// <inheritdoc cref="Write(IReadOnlyList{Scheme}, MonitoringAttributes, bool, Stream)" path="/param"/>
    public static string ToText(IReadOnlyList<Scheme> schemes, MonitoringAttributes attributes, bool isRaw)
    {
        using MemoryStream output = new();
        Write(schemes, attributes, isRaw, output);
        return Encoding.UTF8.GetString(output.GetBuffer().AsSpan(0, (int)output.Length));
    }

    void Write(Scheme scheme)
    {
        _writer.WriteStartObject();
        _writer.WriteString("action", SchemeNames.Of(scheme.Action));
        if (SchemeNames.IsMigration(scheme.Action))
        {
            WriteDestinations(scheme.Destinations);
        }

        WritePattern(scheme.Pattern);
        _writer.WriteString("apply_interval_us", Microseconds(scheme.ApplyIntervalUs));
        WriteQuota(scheme);
        WriteWatermarks(scheme.Watermarks);
        _writer.WriteStartArray("filters");
        foreach (SchemeFilter filter in scheme.Filters)
        {
            WriteFilter(filter);
        }

        _writer.WriteEndArray();
        if (scheme.MaxNrSnapshots > 0)
        {
            _writer.WriteString("max_nr_snapshots", Count(scheme.MaxNrSnapshots));
        }

        _writer.WriteEndObject();
    }

    void WriteDestinations(IReadOnlyList<MigrationDestination> destinations)
    {
        bool isSingle = destinations is [{ Weight: 1 }];
        _writer.WriteStartArray("dests");
        foreach (MigrationDestination destination in isSingle ? [] : destinations)
        {
            _writer.WriteStartObject();
            _writer.WriteNumber("id", destination.NodeId);
            _writer.WriteNumber("weight", destination.Weight);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        if (isSingle)
        {
            _writer.WriteNumber("target_nid", destinations[0].NodeId);
        }
        else
        {
            _writer.WriteNull("target_nid");
        }
    }

    void WritePattern(AccessPattern pattern)
    {
        _writer.WriteStartObject("access_pattern");
        WriteRange("sz_bytes", Bytes(pattern.MinSize), Bytes(pattern.MaxSize));
        (PatternBound min, PatternBound max) = OneUnit(pattern.MinNrAccesses, pattern.MaxNrAccesses, b => b.ToNrAccesses(_attributes));
        bool isCount = IsCount(min, max);
        WriteRange("nr_accesses", AccessBound(min, isCount), AccessBound(max, isCount));
        (min, max) = OneUnit(pattern.MinAge, pattern.MaxAge, b => b.ToAge(_attributes));
        isCount = IsCount(min, max);
        WriteRange("age", AgeBound(min, isCount), AgeBound(max, isCount));
        _writer.WriteEndObject();
    }

    static (PatternBound Min, PatternBound Max) OneUnit(PatternBound min, PatternBound max, Func<PatternBound, ulong> toCount) =>
        min.Value > 0 && max.Value > 0 && min.Unit != max.Unit ? (PatternBound.OfCount(toCount(min)), PatternBound.OfCount(toCount(max))) : (min, max);

    /// <summary>Both ends are written in one unit: in counts if one of them is a count other than 0.</summary>
    static bool IsCount(PatternBound min, PatternBound max) =>
        (min.Unit == PatternUnit.Count && min.Value > 0) || (max.Unit == PatternUnit.Count && max.Value > 0);

    string AccessBound(PatternBound bound, bool isCount) =>
        isCount ? $"{CountBound(bound)} samples"
        : bound.Unit == PatternUnit.Max ? MaxText()
        : _isRaw ? Shortest(bound.Value)
        : CountText.FormatPercent(bound.Value) is var text && QuantityText.TryAccessBound(text, out PatternBound same) && same.Value == bound.Value ? text
        : $"{Shortest(bound.Value)} %";

    string AgeBound(PatternBound bound, bool isCount) =>
        isCount ? $"{CountBound(bound)} aggr_intervals"
        : bound.Unit == PatternUnit.Max ? MaxText()
        : bound.Value < (1L << 53) && Math.Truncate(bound.Value) == bound.Value ? Microseconds((ulong)bound.Value)
        : Shortest(bound.Value) + (_isRaw ? "" : " us");

    string CountBound(PatternBound bound) =>
        bound.Unit == PatternUnit.Max ? Count(ulong.MaxValue)
        : bound.Value < (1L << 53) && Math.Truncate(bound.Value) == bound.Value ? Count((ulong)bound.Value)
        : Shortest(bound.Value);

    void WriteQuota(Scheme scheme)
    {
        SchemeQuota quota = scheme.Quota;
        _writer.WriteStartObject("quotas");
        _writer.WriteString("time_ms", Milliseconds(quota.TimeMs));
        _writer.WriteString("sz_bytes", Bytes(quota.SizeBytes));
        _writer.WriteString("reset_interval_ms", Milliseconds(quota.ResetIntervalMs));
        _writer.WriteString("fail_charge_num", Count(quota.FailChargeNumerator));
        _writer.WriteString("fail_charge_denom", Count(quota.FailChargeDenominator));
        _writer.WriteStartArray("goals");
        foreach (QuotaGoal goal in quota.Goals)
        {
            WriteGoal(goal);
        }

        _writer.WriteEndArray();
        _writer.WriteString("goal_tuner", SchemeNames.Of(quota.Tuner));
        _writer.WriteString("effective_sz_bytes", Bytes(scheme.EffectiveQuota));
        _writer.WriteStartObject("weights");
        _writer.WriteString("sz_permil", Part(quota.SizeWeight, 1000));
        _writer.WriteString("nr_accesses_permil", Part(quota.NrAccessesWeight, 1000));
        _writer.WriteString("age_permil", Part(quota.AgeWeight, 1000));
        _writer.WriteEndObject();
        _writer.WriteEndObject();
    }

    void WriteGoal(QuotaGoal goal)
    {
        _writer.WriteStartObject();
        _writer.WriteString("metric", SchemeNames.Of(goal.Metric));
        if (GoalText.HasNode(goal.Metric))
        {
            _writer.WriteNumber("nid", goal.NodeId);
        }

        if (GoalText.HasMemcg(goal.Metric))
        {
            _writer.WriteString("memcg_path", goal.MemcgPath);
        }

        _writer.WriteString("target_value", GoalValue(goal.Metric, goal.TargetValue));
        _writer.WriteString("current_value", GoalValue(goal.Metric, goal.CurrentValue));
        _writer.WriteEndObject();
    }

    string GoalValue(QuotaGoalMetric metric, ulong value) =>
        GoalText.IsBp(metric) ? Part(value, 10_000) : metric == QuotaGoalMetric.SomeMemoryPsiUs ? Microseconds(value) : Count(value);

    void WriteWatermarks(Watermarks marks)
    {
        _writer.WriteStartObject("watermarks");
        _writer.WriteString("metric", SchemeNames.Of(marks.Metric));
        _writer.WriteString("interval_us", Microseconds(marks.IntervalUs));
        _writer.WriteString("high_permil", Part(marks.High, 1000));
        _writer.WriteString("mid_permil", Part(marks.Mid, 1000));
        _writer.WriteString("low_permil", Part(marks.Low, 1000));
        _writer.WriteEndObject();
    }

    void WriteFilter(SchemeFilter filter)
    {
        _writer.WriteStartObject();
        _writer.WriteString("filter_type", SchemeNames.Of(filter.Kind));
        _writer.WriteBoolean("matching", filter.Matching);
        _writer.WriteBoolean("allow", filter.Allow);
        switch (filter.Kind)
        {
            case SchemeFilterKind.Memcg:
                _writer.WriteString("memcg_path", filter.MemcgPath);
                break;
            case SchemeFilterKind.Address:
                _writer.WriteStartObject("address_range");
                _writer.WriteString("start", Count(filter.Range.Start));
                _writer.WriteString("end", Count(filter.Range.End));
                _writer.WriteEndObject();
                break;
            case SchemeFilterKind.Target:
                _writer.WriteString("damon_target_idx", Count((ulong)filter.TargetIndex));
                break;
            case SchemeFilterKind.HugePageSize:
                _writer.WriteStartArray("hugepage_size");
                _writer.WriteStringValue(Bytes(filter.MinSize));
                _writer.WriteStringValue(Bytes(filter.MaxSize));
                _writer.WriteEndArray();
                break;
        }

        _writer.WriteEndObject();
    }

    void WriteRange(string name, string min, string max)
    {
        _writer.WriteStartObject(name);
        _writer.WriteString("min", min);
        _writer.WriteString("max", max);
        _writer.WriteEndObject();
    }

    string MaxText() => _isRaw ? Count(ulong.MaxValue) : "max";

    string Count(ulong value) => _isRaw ? value.ToString(CultureInfo.InvariantCulture) : CountText.Format(value);

    string Bytes(ulong value) =>
        _isRaw ? Count(value)
        : SizeText.Format(value) is var text && QuantityText.TryBytes(text, false, out ulong same) && same == value ? text
        : $"{Count(value)} B";

    string Microseconds(ulong value) => Time(value, 1000, "us");

    string Milliseconds(ulong value) => Time(value, 1_000_000, "ms");

    string Time(ulong value, ulong ns, string unit)
    {
        if (_isRaw)
        {
            return Count(value);
        }

        if (value == ulong.MaxValue)
        {
            return "max";
        }

        // The longest times do not fit nanoseconds.
        if (value >= ulong.MaxValue / ns)
        {
            return $"{Count(value)} {unit}";
        }

        string text = DurationText.Format(value * ns);
        return QuantityText.TryMicroseconds(text, 0, out Amount us) && us.Whole == value * (ns / 1000) ? text : DurationText.FormatExact(value * ns);
    }

    string Part(ulong value, ulong scale)
    {
        if (_isRaw)
        {
            return Count(value);
        }

        string text = CountText.FormatPercent(value * 100.0 / scale);
        return QuantityText.TryPart(text, scale, out Amount same) && same.Cut() == value ? text : value.ToString(CultureInfo.InvariantCulture);
    }

    static string Shortest(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
