using System.CommandLine;
using System.Globalization;
using Damo.CommandLine;
using Damo.Reporting;
using Damon.Charts;
using Damon.Reports.Distribution;

namespace Damo.Commands;

/// <summary><c>damo report wss</c> and <c>damo report nr_regions</c>: how the working set size, or the number of regions, is distributed over the run.</summary>
static class ReportDistributionCommand
{
    static readonly Option<string[]> s_range = new("--range", "-r")
    {
        Description = "Percentiles from START in steps of STEP, without STOP (0, 25, 50, 75, 100)",
        HelpName = "start> <stop> <step",
        Arity = new ArgumentArity(3, 3),
        AllowMultipleArgumentsPerToken = true,
    };

    static readonly Option<string> s_threshold = new("--thres", "-t") { Description = "Least number of accesses per aggregation interval that counts (1)", HelpName = "n" };
    static readonly Option<string> s_sort = new("--sortby", "-s") { Description = "size: percentiles of the values; time: parts of the run (size)", HelpName = "time|size" };
    static readonly Option<string> s_plot = new("--plot", "-p") { Description = "Draw it into this file (pdf, jpeg, png, svg)", HelpName = "file" };

    public static Command CreateWorkingSet(Terminal terminal)
    {
        Command command = new("wss", "Print the distribution of the working set size")
        {
            RecordInputs.Input, RecordInputs.Strict, s_range, s_threshold, s_sort, s_plot, ReportOptions.TargetId, ReportOptions.Json, ReportOptions.Csv,
        };
        command.SetAction(parsed => Run(parsed, DistributionKind.WorkingSetSize, terminal));
        return command;
    }

    public static Command CreateNrRegions(Terminal terminal)
    {
        Command command = new("nr_regions", "Print the distribution of the number of regions")
        {
            RecordInputs.Input, RecordInputs.Strict, s_range, s_sort, s_plot, ReportOptions.TargetId, ReportOptions.Json, ReportOptions.Csv,
        };
        command.SetAction(parsed => Run(parsed, DistributionKind.NrRegions, terminal));
        return command;
    }

    /// <summary>The numbers of a loop, as <c>--range</c> gives it.</summary>
    /// <exception cref="UserErrorException">One of them is no percentile.</exception>
    internal static IReadOnlyList<int> Percentiles(string start, string stop, string step)
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

    static int Run(ParseResult parsed, DistributionKind kind, Terminal terminal)
    {
        DistributionOptions options = Options(parsed, kind);
        OutputForm form = ReportOptions.Form(parsed);
        PictureFile? picture = PictureFile.Of(parsed.GetValue(s_plot));
        using RecordSource source = RecordSource.Open(parsed, terminal);
        DistributionReport report = new(options);
        try
        {
            source.Read(report.Add);
        }
        catch (OverflowException)
        {
            throw source.Failure("the sizes of the regions of one target add up to more than 64 bits; its regions overlap");
        }

        IReadOnlyList<TargetDistribution> targets = report.Finish();
        if (targets.Count > 0 && picture is not null)
        {
            picture.Write(DistributionChart.Of(targets, options));
        }
        else if (targets.Count > 0)
        {
            using Stream output = terminal.OpenOutput();
            Write(targets, options, form, output);
        }

        ShortTarget[] tooShort = [.. report.ShortTargets];
        return tooShort.Length > 0 ? throw source.Failure(TooShort(tooShort))
            : targets.Count == 0 ? throw source.Failure("no snapshot names a target")
            : source.ExitCode;
    }

    static void Write(IReadOnlyList<TargetDistribution> targets, DistributionOptions options, OutputForm form, Stream output)
    {
        Action<IEnumerable<TargetDistribution>, DistributionOptions, Stream> write = form switch
        {
            OutputForm.Json => DistributionWriter.WriteJson,
            OutputForm.Csv => DistributionWriter.WriteCsv,
            _ => DistributionWriter.WriteText,
        };
        write(targets, options, output);
    }

    static string TooShort(ShortTarget[] targets)
    {
        (Int128 id, int snapshots) = targets[0];
        string others = targets.Length == 1 ? "" : $"; {targets.Length - 1} more target{(targets.Length == 2 ? "" : "s")} likewise";
        return $"target {id} has {snapshots} snapshot{(snapshots == 1 ? "" : "s")}; "
            + $"{DistributionReport.DroppedSnapshots + 1} are needed, since the first {DistributionReport.DroppedSnapshots} are dropped{others}";
    }

    static DistributionOptions Options(ParseResult parsed, DistributionKind kind)
    {
        DistributionOptions options = new() { Kind = kind, TargetIdLabel = parsed.GetValue(ReportOptions.TargetId) };
        if (parsed.GetValue(s_range) is [var start, var stop, var step])
        {
            options = options with { Percentiles = Percentiles(start, stop, step) };
        }

        if (kind == DistributionKind.WorkingSetSize && parsed.GetValue(s_threshold) is { } threshold)
        {
            options = options with { Threshold = Quantity.Count(threshold, "--thres", 0) };
        }

        return parsed.GetValue(s_sort) switch
        {
            null or "size" => options,
            "time" => options with { SortByTime = true },
            var other => throw UserErrorException.Usage($"--sortby: '{other}' must be time or size"),
        };
    }

    static int Whole(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
        ? value
        : throw UserErrorException.Usage($"--range: '{text}' is no whole number");
}
