using System.CommandLine;
using Damo.CommandLine;
using Damon.Monitoring;

namespace Damo.Recording;

/// <summary>The intervals of monitoring, and the limits of the number of regions.</summary>
static class AttributeOptions
{
    const int MaxNrRegions = 1_000_000;

    static readonly Option<string?> s_sample = new(
        "--sample",
        "-s")
    { Description = "Sampling interval: time between two access checks (5ms)", HelpName = "time" };
    static readonly Option<string?> s_aggregation = new(
        "--aggr",
        "-a")
    { Description = "Aggregation interval: time over which accesses are counted (100ms)", HelpName = "time" };
    static readonly Option<string?> s_update = new(
        "--updr",
        "-u")
    { Description = "Update interval: time between two looks at the mappings (1s)", HelpName = "time" };
    static readonly Option<string?> s_minRegions = new("--minr", "-n") { Description = "Lower limit of the number of regions (10)", HelpName = "number" };
    static readonly Option<string?> s_maxRegions = new("--maxr", "-m") { Description = "Upper limit of the number of regions (1000)", HelpName = "number" };
    static readonly Option<string[]> s_intervals = new("--monitoring_intervals")
    {
        Description = "All three intervals: sampling, aggregation, update",
        HelpName = "time time time",
        Arity = new ArgumentArity(3, 3),
        AllowMultipleArgumentsPerToken = true,
    };

    static readonly Option<string[]> s_regionsRange = new("--monitoring_nr_regions_range")
    {
        Description = "Both limits of the number of regions",
        HelpName = "min max",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [s_sample, s_aggregation, s_update, s_minRegions, s_maxRegions, s_intervals, s_regionsRange];

    /// <summary>Those that say how fast accesses were counted.</summary>
    public static IReadOnlyList<Option> OfCounting { get; } = [s_sample, s_aggregation];

    /// <summary>Whether the command line says how fast accesses are counted.</summary>
    public static bool AreIntervalsGiven(ParseResult parsed) =>
        parsed.GetValue(s_sample) is not null || parsed.GetValue(s_aggregation) is not null || parsed.GetValue(s_intervals) is { Length: > 0 };

    /// <summary>The intervals and limits asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">What holds where it says nothing; null for the usual ones.</param>
    /// <exception cref="UserErrorException">A value is wrong.</exception>
    public static MonitoringAttributes Of(ParseResult parsed, MonitoringAttributes? otherwise = null)
    {
        otherwise ??= new MonitoringAttributes();
        string[]? intervals = parsed.GetValue(s_intervals) is { Length: 3 } three ? three : null;
        string[]? limits = parsed.GetValue(s_regionsRange) is { Length: 2 } two ? two : null;
        MonitoringAttributes attributes = new()
        {
            SampleUs = Interval(parsed.GetValue(s_sample) ?? intervals?[0], otherwise.SampleUs, "the sampling interval"),
            AggregationUs = Interval(parsed.GetValue(s_aggregation) ?? intervals?[1], otherwise.AggregationUs, "the aggregation interval"),
            UpdateUs = Interval(parsed.GetValue(s_update) ?? intervals?[2], otherwise.UpdateUs, "the update interval"),
            MinNrRegions = Limit(parsed.GetValue(s_minRegions) ?? limits?[0], otherwise.MinNrRegions, "the minimum number of regions"),
            MaxNrRegions = Limit(parsed.GetValue(s_maxRegions) ?? limits?[1], otherwise.MaxNrRegions, "the maximum number of regions"),
        };
        return attributes.Check() is { } fault ? throw UserErrorException.Usage(fault) : attributes;
    }

    static int Limit(string? text, int otherwise, string what) =>
        text is null ? otherwise : Quantity.Count(text, what, MonitoringAttributes.LeastMinNrRegions, MaxNrRegions);

    static ulong Interval(string? text, ulong otherwise, string what)
    {
        const ulong Least = 1;
        const ulong Most = 24UL * 3600 * 1_000_000;
        if (text is null)
        {
            return otherwise;
        }

        ulong value = Quantity.Microseconds(text, what);
        return value is >= Least and <= Most ? value : throw UserErrorException.Usage($"{what} is {text}, but must be 1 us to 24 h");
    }
}
