using System.CommandLine;
using System.Globalization;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Recording;
using Damo.Reporting;
using Damon.Records.Streams;
using Damon.Reports.Validation;

namespace Damo.Commands;

/// <summary><c>damo validate</c>: whether a record looks as monitoring that works makes it. Says nothing about one that does.</summary>
static class ValidateCommand
{
    const int MaxBoundaries = 1024;

    static readonly Option<string[]> s_aggregation = Limits("--aggr", "Shortest and longest time of a snapshot (75000 125000)", "us");
    static readonly Option<string[]> s_nrRegions = Limits("--nr_regions", "Least and most regions of a target in a snapshot (3 1200)", "n");
    static readonly Option<string[]> s_nrAccesses = Limits("--nr_accesses", "Least and most accesses of a region (0 24)", "n");
    static readonly Option<string> s_error = new("--allow_error")
    {
        Description = "Percentage of the snapshots of a target that may break a limit (2)",
        HelpName = "percent",
    };
    static readonly Option<string[]> s_boundary = new("--regions_boundary")
    {
        Description = "Areas that every region must lie in",
        HelpName = "start-end",
        Arity = new ArgumentArity(1, MaxBoundaries),
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create(Terminal terminal)
    {
        Command command = new("validate", "Check whether a record looks as it should")
        {
            InputOptions.File, InputOptions.Input, InputOptions.InputType, s_aggregation, s_nrRegions, s_nrAccesses, s_error, s_boundary, ReportOptions.Json,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static Option<string[]> Limits(string name, string description, string unit) => new(name)
    {
        Description = description,
        HelpName = $"{unit}> <{unit}",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    static int Run(ParseResult parsed, Terminal terminal)
    {
        ValidationOptions options = Options(parsed);
        ValidationReport report = new(options);
        using RecordSource source = ReportInput.Open(parsed, terminal, readTwice: true);

        // The length of the first snapshot is only known from all of them.
        RecordTimes times = new();
        source.Read(times.Add);
        source.Read(report.Add, times);
        IReadOnlyList<SeriesValidation> series = report.Finish();
        if (series.Count == 0)
        {
            throw source.Failure("no snapshot names a target");
        }

        using Stream output = terminal.OpenOutput();
        if (parsed.GetValue(ReportOptions.Json))
        {
            ValidationWriter.WriteJson(series, options, source.IsWhole, output);
        }
        else
        {
            using StreamWriter writer = new(output, leaveOpen: true);
            ValidationWriter.WriteText(series, writer);
        }

        // A record that is cut off was told of already.
        return (int)(source.IsWhole && series.All(s => s.Failures.Count == 0) ? ExitCode.Done : ExitCode.Failed);
    }

    static ValidationOptions Options(ParseResult parsed)
    {
        ValidationOptions options = new();
        return options with
        {
            AggregationUs = Limits(parsed.GetValue(s_aggregation), "--aggr", Quantity.Microseconds) ?? options.AggregationUs,
            NrRegions = Limits(parsed.GetValue(s_nrRegions), "--nr_regions", Number) ?? options.NrRegions,
            NrAccesses = Limits(parsed.GetValue(s_nrAccesses), "--nr_accesses", Number) ?? options.NrAccesses,
            AllowedErrorPercent = parsed.GetValue(s_error) is { } percent ? Percent(percent) : options.AllowedErrorPercent,
            Boundaries = parsed.GetValue(s_boundary) is { Length: > 0 } ranges ? RegionText.Parse(string.Join(' ', ranges), "--regions_boundary") : [],
        };
    }

    static ValidationLimits? Limits(string[]? given, string what, Func<string, string, ulong> parse)
    {
        if (given is not [var least, var most])
        {
            return null;
        }

        ValidationLimits limits = new(parse(least, what), parse(most, what));
        return limits.Least <= limits.Most ? limits : throw UserErrorException.Usage($"{what}: {least} is more than {most}; give the lower limit first");
    }

    static ulong Number(string text, string what) => Quantity.Integer(text, what, uint.MaxValue);

    /// <summary>A percentage; 0, for no error at all, is one.</summary>
    static double Percent(string text) =>
        double.TryParse(text.AsSpan().TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 100
        ? value
        : throw UserErrorException.Usage($"--allow_error: '{text}' must be a percentage, 0 to 100");
}
