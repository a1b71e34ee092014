using System.Globalization;
using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Schemes.Text;

/// <summary>The scheme files of the first tools: one scheme per line, in columns; see docs/schemes.md.</summary>
static class SchemeLines
{
    /// <summary>Most schemes of one text, as in the kernel.</summary>
    public const int MaxSchemes = 256;

    const string SizeForms = "min, max, or a number with a unit, like 4K or 2M";
    const string AccessForms = "min, max, or a percentage from 0 to 100";
    const string TimeForms = "min, max, or a number with a unit, like 100ms or 5s";
    const string NumberForms = "a whole number";
    const int PatternFields = 7;
    const int SizeQuotaFields = 9;
    const int WeightFields = 12;
    const int WatermarkFields = 17;
    const int AllFields = 18;

    /// <summary>The line of a scheme, if it has the columns for all that the scheme says.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="attributes">The intervals under which counts in its pattern are meant.</param>
    /// <param name="line">The line, without its end.</param>
    /// <param name="fault">What cannot be said in a line; null when nothing is.</param>
    public static bool TryFormat(Scheme scheme, MonitoringAttributes attributes, out string line, out string? fault)
    {
        line = "";
        fault = SchemeColumns.Lost(scheme, ColumnLayout.TimeQuota)
            ?? (SchemeNames.IsMigration(scheme.Action) ? "migration has no column for its destination" : null);
        AccessPattern pattern = scheme.Pattern;
        string? leastAccess = fault is null ? AccessText(pattern.MinNrAccesses, attributes, isLeast: true) : null;
        if (fault is not null || leastAccess is null)
        {
            fault ??= "a region cannot have as many accesses as the pattern asks for";
            return false;
        }

        List<string> fields =
        [
            SizeText(pattern.MinSize, isPattern: true), SizeText(pattern.MaxSize, isPattern: true),
            leastAccess, AccessText(pattern.MaxNrAccesses, attributes, isLeast: false)!,
            AgeText(pattern.MinAge, attributes), AgeText(pattern.MaxAge, attributes),
            SchemeNames.Of(scheme.Action),
        ];
        SchemeQuota quota = scheme.Quota;
        if (quota != new SchemeQuota { Goals = quota.Goals } || scheme.Watermarks != new Watermarks())
        {
            Watermarks marks = scheme.Watermarks;
            fields.AddRange(
            [
                TimeText(quota.TimeMs, "ms"), SizeText(quota.SizeBytes, isPattern: false), TimeText(quota.ResetIntervalMs, "ms"),
                Number(quota.SizeWeight), Number(quota.NrAccessesWeight), Number(quota.AgeWeight),
                SchemeNames.Of(marks.Metric), TimeText(marks.IntervalUs, "us"), Number(marks.High), Number(marks.Mid), Number(marks.Low),
            ]);
        }

        line = string.Join(' ', fields);
        return true;
    }

    internal static IReadOnlyList<Scheme> Parse(SchemeTextSource source)
    {
        List<Scheme> schemes = [];
        List<LineField> fields = [];
        ReadOnlySpan<char> rest = source.Text;
        for (int number = 1; !rest.IsEmpty; number++)
        {
            int end = rest.IndexOf('\n');
            ReadOnlySpan<char> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            Split(line, fields);
            if (fields.Count == 0)
            {
                continue;
            }

            if (schemes.Count == MaxSchemes)
            {
                throw source.Fault(number, fields[0].Column, $"more than {MaxSchemes} schemes");
            }

            schemes.Add(ParseLine(new LineFields(source, number, fields, line.Length)));
        }

        return schemes;
    }

    /// <summary>Fields are separated by blanks; one that begins with # ends the line.</summary>
    static void Split(ReadOnlySpan<char> line, List<LineField> fields)
    {
        fields.Clear();
        int at = 0;
        while (true)
        {
            while (at < line.Length && char.IsWhiteSpace(line[at]))
            {
                at++;
            }

            // One field too many is enough to refuse the line.
            if (at == line.Length || line[at] == '#' || fields.Count > AllFields)
            {
                return;
            }

            int start = at;
            while (at < line.Length && !char.IsWhiteSpace(line[at]))
            {
                at++;
            }

            fields.Add(new LineField(line[start..at].ToString(), start + 1));
        }
    }

    static Scheme ParseLine(LineFields fields)
    {
        int count = fields.Count;
        if (count is not (PatternFields or SizeQuotaFields or WeightFields or WatermarkFields or AllFields))
        {
            throw fields.Fault(
                0,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"expected [7, 9, 12, 17, 18] fields, but there are {(count > AllFields ? "more" : count)}: min and max size, min and max access rate, "
                        + $"min and max age, action, ..."));
        }

        AccessPattern pattern = ParsePattern(fields);
        if (!SchemeNames.TryParse(fields[6], out SchemeAction action))
        {
            throw fields.Expected(6, "action", $"one of {SchemeNames.Actions}");
        }

        if (SchemeNames.IsMigration(action))
        {
            throw fields.Fault(6, $"the action {SchemeNames.Of(action)} needs a destination, for which a line has no column; write the scheme as JSON");
        }

        int next = PatternFields;
        bool hasTime = count == AllFields;
        SchemeQuota quota = new();
        if (count >= SizeQuotaFields)
        {
            quota = quota with
            {
                TimeMs = hasTime ? Ms(fields, next++, "quota time") : 0,
                SizeBytes = Size(fields, next++, "quota size"),
                ResetIntervalMs = Ms(fields, next++, "quota reset interval"),
            };
        }

        if (count >= WeightFields)
        {
            quota = quota with { SizeWeight = Weight(fields, next++), NrAccessesWeight = Weight(fields, next++), AgeWeight = Weight(fields, next++) };
        }

        return new Scheme
        {
            Pattern = pattern,
            Action = action,
            Quota = quota,
            Watermarks = count >= WatermarkFields ? ParseWatermarks(fields, next) : new Watermarks(),
        };
    }

    static AccessPattern ParsePattern(LineFields fields)
    {
        bool isEarly = fields.HasNull;
        AccessPattern sizes = new() { MinSize = Size(fields, 0, "size"), MaxSize = Size(fields, 1, "size") };

        // The first tool of all wrote 0, or null, for no limit. No region has 0 bytes, so there a 0 can mean nothing else.
        sizes = sizes.MaxSize == 0 && !fields.IsMin(1) ? sizes with { MaxSize = ulong.MaxValue } : sizes;
        AccessPattern accesses = sizes with { MinNrAccesses = Access(fields, 2, isLeast: true), MaxNrAccesses = Access(fields, 3, isLeast: false) };
        accesses = !fields.IsMin(3) && IsNoLimit(accesses.MinNrAccesses, accesses.MaxNrAccesses, isEarly)
            ? accesses with { MaxNrAccesses = PatternBound.Max }
            : accesses;
        AccessPattern ages = accesses with { MinAge = Age(fields, 4), MaxAge = Age(fields, 5) };
        ages = !fields.IsMin(5) && IsNoLimit(ages.MinAge, ages.MaxAge, isEarly) ? ages with { MaxAge = PatternBound.Max } : ages;
        return sizes.Check() is { } size ? throw fields.Fault(0, size)
            : accesses.Check() is { } access ? throw fields.Fault(2, access)
            : ages.Check() is { } age ? throw fields.Fault(4, age)
            : ages;
    }

    /// <summary>Whether a greatest value of 0 is none: in the lines of the first tool, and where it is below the least.</summary>
    static bool IsNoLimit(PatternBound least, PatternBound greatest, bool isEarly) =>
        greatest.Unit != PatternUnit.Max && greatest.Value == 0 && (isEarly || least.Unit == PatternUnit.Max || least.Value > 0);

    static Watermarks ParseWatermarks(LineFields fields, int next)
    {
        if (!SchemeNames.TryParse(fields[next], out WatermarkMetric metric))
        {
            throw fields.Expected(next, "watermark metric", $"one of {SchemeNames.WatermarkMetrics}");
        }

        if (!QuantityText.TryMicroseconds(fields[next + 1], 0, out Amount interval))
        {
            throw fields.Expected(next + 1, "time", TimeForms);
        }

        Watermarks marks = new()
        {
            Metric = metric,
            IntervalUs = interval.Cut(),
            High = Whole(fields, next + 2, ulong.MaxValue),
            Mid = Whole(fields, next + 3, ulong.MaxValue),
            Low = Whole(fields, next + 4, ulong.MaxValue),
        };
        return marks.Check() is { } fault ? throw fields.Fault(next + 2, fault) : marks;
    }

    static ulong Size(LineFields fields, int index, string what) =>
        QuantityText.TryBytes(fields.Pattern(index), true, out ulong bytes) ? bytes : throw fields.Expected(index, what, SizeForms);

    static ulong Ms(LineFields fields, int index, string what) =>
        QuantityText.TryMilliseconds(fields[index], true, out ulong ms) ? ms : throw fields.Expected(index, what, TimeForms);

    static uint Weight(LineFields fields, int index) => (uint)Whole(fields, index, uint.MaxValue);

    static ulong Whole(LineFields fields, int index, ulong most) =>
        QuantityText.TryWhole(fields[index], most, out ulong value) ? value : throw fields.Expected(index, "number", NumberForms);

    /// <summary><c>max</c> is the most that can be counted: as a lower end, only regions that every sample found accessed.</summary>
    static PatternBound Access(LineFields fields, int index, bool isLeast)
    {
        const double Most = 100;
        if (!QuantityText.TryPart(fields.Pattern(index), 100, out Amount percent) || (!percent.IsMax && percent.Value > Most))
        {
            throw fields.Expected(index, "access rate", AccessForms);
        }

        return !percent.IsMax ? PatternBound.OfPercent(percent.Value) : isLeast ? PatternBound.OfPercent(Most) : PatternBound.Max;
    }

    static PatternBound Age(LineFields fields, int index)
    {
        if (!QuantityText.TryMicroseconds(fields.Pattern(index), 0, out Amount age))
        {
            throw fields.Expected(index, "age", TimeForms);
        }

        return age.IsMax ? PatternBound.Max : PatternBound.OfMicroseconds(Math.Truncate(age.Value));
    }

    static string SizeText(ulong bytes, bool isPattern)
    {
        const string Units = "KMGT";
        if (bytes == ulong.MaxValue)
        {
            return "max";
        }

        int unit = 0;
        while (bytes > 0 && bytes % 1024 == 0 && unit < Units.Length)
        {
            bytes /= 1024;
            unit++;
        }

        return bytes == 0 && isPattern ? "min" : $"{Number(bytes)}{(unit == 0 ? 'B' : Units[unit - 1])}";
    }

    /// <returns>Null for a lower end that no region reaches.</returns>
    static string? AccessText(PatternBound bound, MonitoringAttributes attributes, bool isLeast)
    {
        double limit = (double)attributes.AggregationUs / Math.Max(attributes.SampleUs, 1);
        ulong count = bound.ToNrAccesses(attributes);
        if (isLeast && count == 0 && (bound.Unit != PatternUnit.Percent || bound.Value == 0))
        {
            return "min";
        }

        if (count > limit || bound.Unit == PatternUnit.Max)
        {
            return isLeast ? null : "max";
        }

        // As it was given if that was a percentage; else the least one that gives the count again.
        double percent = bound.Unit == PatternUnit.Percent ? bound.Value : count * 100 / limit;
        while (PatternBound.OfPercent(percent).ToNrAccesses(attributes) < count)
        {
            percent = Math.BitIncrement(percent);
        }

        return percent > 100 ? "100" : percent.ToString("R", CultureInfo.InvariantCulture);
    }

    static string AgeText(PatternBound bound, MonitoringAttributes attributes)
    {
        if (bound.Unit == PatternUnit.Max)
        {
            return "max";
        }

        double us = Math.Truncate(bound.Value);
        if (bound.Unit != PatternUnit.Microseconds)
        {
            ulong intervals = bound.ToAge(attributes);
            us = (double)intervals * Math.Max(attributes.AggregationUs, 1);
            while (PatternBound.OfMicroseconds(us).ToAge(attributes) < intervals)
            {
                us = Math.BitIncrement(us);
            }
        }

        return us >= 1L << 53 ? us.ToString("R", CultureInfo.InvariantCulture) + "us"
            : us == 0 ? "min"
            : TimeText((ulong)us, "us");
    }

    static string TimeText(ulong value, string unit)
    {
        (string From, ulong Factor, string To)[] steps = [("us", 1000, "ms"), ("ms", 1000, "s"), ("s", 60, "m"), ("m", 60, "h"), ("h", 24, "d")];
        if (value == ulong.MaxValue)
        {
            return "max";
        }

        foreach ((string from, ulong factor, string to) in steps)
        {
            if (unit == from && value > 0 && value % factor == 0)
            {
                value /= factor;
                unit = to;
            }
        }

        return Number(value) + unit;
    }

    static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A field and where it begins, from 1.</summary>
    readonly record struct LineField(string Text, int Column);

    /// <summary>The fields of a line, which is known for messages.</summary>
    readonly struct LineFields(SchemeTextSource source, int line, List<LineField> fields, int length)
    {
        public int Count => fields.Count;

        /// <summary>Whether a line of the first tool of all: its pattern has the word <c>null</c>, which no other had.</summary>
        public bool HasNull => fields.Take(PatternFields).Any(each => IsNull(each.Text));

        public string this[int index] => fields[index].Text;

        /// <summary>A field of the pattern, where <c>null</c> is 0.</summary>
        public string Pattern(int index) => index < PatternFields && IsNull(fields[index].Text) ? "min" : fields[index].Text;

        public SchemeTextException Fault(int index, string message) =>
            source.Fault(line, index < fields.Count ? fields[index].Column : length + 1, message);

        /// <summary>Whether a field says <c>min</c>, which is never meant as no limit.</summary>
        public bool IsMin(int index) => fields[index].Text.Equals("min", StringComparison.OrdinalIgnoreCase);

        static bool IsNull(string text) => text.Equals("null", StringComparison.OrdinalIgnoreCase);

        public SchemeTextException Expected(int index, string what, string forms) =>
            Fault(index, $"{SchemeTextSource.Quote(fields[index].Text)} is no {what}; write {forms}");
    }
}
