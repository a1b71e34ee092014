using System.CommandLine;
using System.Globalization;
using Damo.CommandLine;

namespace Damo.Reporting;

/// <summary>The options of reports that show how values are distributed.</summary>
static class PercentileOptions
{
    /// <summary><c>--range</c>.</summary>
    public static Option<string[]> Range { get; } = new("--range", "-r")
    {
        Description = "Percentiles from START in steps of STEP, without STOP (0, 25, 50, 75, 100)",
        HelpName = "start> <stop> <step",
        Arity = new ArgumentArity(3, 3),
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary><c>--sortby</c>.</summary>
    public static Option<string> Sort { get; } = new Option<string>(
        "--sortby",
        "-s")
    { Description = "size: percentiles of the values; time: parts of the run (size)" }
        .AcceptOnly("time", "size");

    /// <summary><c>--plot</c>.</summary>
    public static Option<string> Plot { get; } = new(
        "--plot",
        "-p")
    { Description = "Draw it into this file (pdf, jpeg, png, svg)", HelpName = "file", CompletionSources = { Expected.File } };

    /// <summary>The numbers of a loop, as <c>--range</c> gives it.</summary>
    /// <exception cref="UserErrorException">One of them is no percentile.</exception>
    public static IReadOnlyList<int> Percentiles(string start, string stop, string step)
    {
        int from = Whole(start);
        int to = Whole(stop);
        int by = Whole(step);
        if (by == 0)
        {
            throw UserErrorException.Usage("--range: the step must not be 0");
        }

        List<int> percentiles = [];
        for (long at = from; by > 0 ? at < to : at > to; at += by)
        {
            if (at is < 0 or > 100)
            {
                throw UserErrorException.Usage($"--range: {at} is no percentile, which are 0 to 100");
            }

            percentiles.Add((int)at);
        }

        return percentiles;
    }

    /// <summary>What <c>--range</c> asks for; null where it is not given.</summary>
    public static IReadOnlyList<int>? Percentiles(ParseResult parsed) =>
        parsed.GetValue(Range) is [var start, var stop, var step] ? Percentiles(start, stop, step) : null;

    /// <summary>Whether <c>--sortby</c> asks for the order of time.</summary>
    public static bool SortByTime(ParseResult parsed) => parsed.GetValue(Sort) == "time";

    /// <summary>The picture that <c>--plot</c> asks for; null for none.</summary>
    /// <exception cref="UserErrorException">Its name tells no format.</exception>
    public static PictureFile? Picture(ParseResult parsed) => PictureFile.Of(parsed.GetValue(Plot));

    static int Whole(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
        ? value
        : throw UserErrorException.Usage($"--range: '{text}' is no whole number");
}
