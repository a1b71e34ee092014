using System.Globalization;
using Damon.Monitoring;

namespace Damon.Schemes.Text;

/// <summary>Schemes as the numbers of the debugfs interface, written and read.</summary>
static class SchemeColumns
{
    static readonly int[] s_counts = [7, 9, 12, 17, 18];

    /// <summary>Numbers per scheme.</summary>
    public static int CountOf(ColumnLayout layout) => s_counts[(int)layout];

    /// <summary>The numbers of a scheme. What the layout has no column for is left out; see <see cref="Lost"/>.</summary>
    /// <param name="scheme">The scheme. Actions that debugfs does not know have their number of <see cref="SchemeAction"/>.</param>
    /// <param name="attributes">The intervals by which percentages and times become counts.</param>
    /// <param name="layout">Which columns.</param>
    /// <param name="ageLimit">How an age without limit is written.</param>
    /// <param name="separator">Between the numbers.</param>
    public static string Format(
        Scheme scheme,
        MonitoringAttributes attributes,
        ColumnLayout layout = ColumnLayout.Pattern,
        AgeLimitRule ageLimit = AgeLimitRule.Intervals,
        char separator = '\t')
    {
        AccessPattern pattern = scheme.Pattern;
        List<ulong> numbers =
        [
            pattern.MinSize, pattern.MaxSize,
            NrAccesses(pattern.MinNrAccesses, attributes), NrAccesses(pattern.MaxNrAccesses, attributes),
            Age(pattern.MinAge, attributes, ageLimit), Age(pattern.MaxAge, attributes, ageLimit),
            (ulong)scheme.Action,
        ];
        SchemeQuota quota = scheme.Quota;
        if (layout == ColumnLayout.TimeQuota)
        {
            numbers.Add(quota.TimeMs);
        }

        if (layout >= ColumnLayout.SizeQuota)
        {
            numbers.AddRange([quota.SizeBytes, quota.ResetIntervalMs]);
        }

        if (layout >= ColumnLayout.Weights)
        {
            numbers.AddRange([quota.SizeWeight, quota.NrAccessesWeight, quota.AgeWeight]);
        }

        if (layout >= ColumnLayout.Watermarks)
        {
            Watermarks marks = scheme.Watermarks;
            numbers.AddRange([(ulong)marks.Metric, marks.IntervalUs, marks.High, marks.Mid, marks.Low]);
        }

        return string.Join(separator, numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The line by which the first tool showed a scheme while recording.</summary>
    public static string Echo(Scheme scheme, MonitoringAttributes attributes) => "# scheme: " + Format(scheme, attributes);

    /// <summary>Says what of a scheme a layout has no column for, or null when nothing is.</summary>
    public static string? Lost(Scheme scheme, ColumnLayout layout)
    {
        SchemeQuota quota = scheme.Quota;
        return scheme.Filters.Count > 0 ? "filters have no column"
            : scheme.Destinations.Count > 0 ? "destinations of migration have no column"
            : scheme.ApplyIntervalUs > 0 ? "the apply interval has no column"
            : scheme.MaxNrSnapshots > 0 ? "the limit of passes has no column"
            : quota.Goals.Count > 0 ? "quota goals have no column"
            : quota.FailChargeDenominator > 0 ? "the charge of failures has no column"
            : layout < ColumnLayout.TimeQuota && quota.TimeMs > 0 ? "this layout has no column for the quota of time"
            : layout < ColumnLayout.SizeQuota && quota.SizeBytes > 0 ? "this layout has no column for quotas"
            : layout < ColumnLayout.Watermarks && scheme.Watermarks.Metric != WatermarkMetric.None ? "this layout has no columns for watermarks"
            : null;
    }

    /// <summary>The scheme that one group of columns stands for, as the kernel reads them.</summary>
    /// <remarks>
    /// Counts of the pattern stay the counts they are, whatever the intervals; of what has 32 bits in the kernel only these count. A watermark metric that is
    /// not known counts as none.
    /// </remarks>
    /// <param name="numbers"><see cref="CountOf"/> of them.</param>
    /// <param name="layout">Which columns the kernel has.</param>
    /// <param name="checksRanges">Whether it refuses inverted ranges and watermarks, as it does from 6.1 on.</param>
    /// <exception cref="FormatException">The kernel answers EINVAL; the message is one line that names the column, from 1.</exception>
    public static Scheme ToScheme(ReadOnlySpan<ulong> numbers, ColumnLayout layout, bool checksRanges = true)
    {
        const int Action = 6;
        uint action = unchecked((uint)numbers[Action]);
        if (action > (uint)SchemeAction.Stat)
        {
            throw Fault(Action, string.Create(CultureInfo.InvariantCulture, $"{action} is no action; write 0 to 5"));
        }

        AccessPattern pattern = new()
        {
            MinSize = numbers[0],
            MaxSize = numbers[1],
            MinNrAccesses = Count(numbers[2]),
            MaxNrAccesses = Count(numbers[3]),
            MinAge = Count(numbers[4]),
            MaxAge = Count(numbers[5]),
        };
        if (checksRanges && pattern.Check() is { } range)
        {
            throw Fault(0, range);
        }

        int next = CountOf(ColumnLayout.Pattern);
        SchemeQuota quota = new();
        if (layout >= ColumnLayout.SizeQuota)
        {
            quota = quota with
            {
                TimeMs = layout == ColumnLayout.TimeQuota ? numbers[next++] : 0,
                SizeBytes = numbers[next++],
                ResetIntervalMs = numbers[next++],
            };
        }

        if (layout >= ColumnLayout.Weights)
        {
            quota = quota with
            {
                SizeWeight = unchecked((uint)numbers[next++]),
                NrAccessesWeight = unchecked((uint)numbers[next++]),
                AgeWeight = unchecked((uint)numbers[next++]),
            };
        }

        Watermarks marks = new();
        if (layout >= ColumnLayout.Watermarks)
        {
            marks = new Watermarks
            {
                Metric = unchecked((uint)numbers[next]) == (uint)WatermarkMetric.FreeMemoryRate ? WatermarkMetric.FreeMemoryRate : WatermarkMetric.None,
                IntervalUs = numbers[next + 1],
                High = numbers[next + 2],
                Mid = numbers[next + 3],
                Low = numbers[next + 4],
            };

            // Whatever the metric, as the kernel does.
            if (checksRanges && (marks.High < marks.Mid || marks.Mid < marks.Low))
            {
                throw Fault(next + 2, (marks with { Metric = WatermarkMetric.FreeMemoryRate }).Check()!);
            }
        }

        return new Scheme { Pattern = pattern, Action = (SchemeAction)action, Quota = quota, Watermarks = marks };
    }

    static FormatException Fault(int column, string message) => new(string.Create(CultureInfo.InvariantCulture, $"column {column + 1}: {message}"));

    static PatternBound Count(ulong number) => PatternBound.OfCount(unchecked((uint)number));

    static ulong NrAccesses(PatternBound bound, MonitoringAttributes attributes) =>
        bound.Unit == PatternUnit.Max ? PatternBound.OfPercent(100).ToNrAccesses(attributes) : Math.Min(bound.ToNrAccesses(attributes), uint.MaxValue);

    static ulong Age(PatternBound bound, MonitoringAttributes attributes, AgeLimitRule rule) =>
        bound.Unit != PatternUnit.Max ? Math.Min(bound.ToAge(attributes), uint.MaxValue)
        : rule == AgeLimitRule.Intervals ? uint.MaxValue
        : uint.MaxValue / Math.Max(attributes.AggregationUs, 1);
}
