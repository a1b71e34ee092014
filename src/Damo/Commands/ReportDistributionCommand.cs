using System.CommandLine;
using System.Globalization;
using Damo.CommandLine;
using Damo.Reporting;
using Damon.Charts;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Reports;
using Damon.Reports.Distribution;

namespace Damo.Commands;

/// <summary><c>damo report nr_regions</c>, and <c>damo report wss</c> as the first tool had it: how a number is distributed over the run.</summary>
static class ReportDistributionCommand
{
    internal static Option<string[]> Range { get; } = new("--range", "-r")
    {
        Description = "Percentiles from START in steps of STEP, without STOP (0, 25, 50, 75, 100)",
        HelpName = "start> <stop> <step",
        Arity = new ArgumentArity(3, 3),
        AllowMultipleArgumentsPerToken = true,
    };

    internal static Option<string> Threshold { get; } = new("--thres", "-t") { Description = "Least number of accesses per aggregation interval that counts (1)", HelpName = "n" };
    internal static Option<string> Sort { get; } = new Option<string>("--sortby", "-s") { Description = "size: percentiles of the values; time: parts of the run (size)" }.AcceptOnly("time", "size");
    internal static Option<string> Plot { get; } = new("--plot", "-p") { Description = "Draw it into this file (pdf, jpeg, png, svg)", HelpName = "file", CompletionSources = { Expected.File } };

    public static Command CreateNrRegions(Terminal terminal)
    {
        Command command = new("nr_regions", "Print the distribution of the number of regions")
        {
            RecordInputs.File, RecordInputs.Input, RecordInputs.InputType, RecordInputs.Strict, Range, Sort, Plot, ReportOptions.TargetId, ReportOptions.Json, ReportOptions.Csv,
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

    /// <summary>What <c>--range</c> asks for; null where it is not given.</summary>
    internal static IReadOnlyList<int>? Percentiles(ParseResult parsed) => parsed.GetValue(Range) is [var start, var stop, var step] ? Percentiles(start, stop, step) : null;

    /// <summary>Whether <c>--sortby</c> asks for the order of time.</summary>
    internal static bool SortByTime(ParseResult parsed) => parsed.GetValue(Sort) == "time";

    internal static int Run(ParseResult parsed, DistributionKind kind, Terminal terminal)
    {
        DistributionOptions options = Options(parsed, kind);
        OutputForm form = ReportOptions.Form(parsed);
        PictureFile? picture = PictureFile.Of(parsed.GetValue(Plot));
        using RecordSource source = RecordSource.Open(parsed, terminal, tellsGranularity: kind != DistributionKind.WorkingSetSize);
        DistributionReport report = new(options);
        bool isExact = true;
        try
        {
            source.ReadCounted((series, snapshot) =>
            {
                report.Add(series, snapshot);
                isExact &= options.Threshold == 1 && AreCounted(snapshot);
            });
        }
        catch (OverflowException)
        {
            throw source.Failure("the sizes of the regions of one target add up to more than 64 bits; its regions overlap");
        }

        IReadOnlyList<TargetDistribution> targets = report.Finish();
        if (targets.Count > 0 && picture is not null)
        {
            RecordMetadata? metadata = source.LoadMetadata();
            picture.Write(DistributionChart.Of(targets, options, id => TargetName.Of(metadata, id)), source);
        }
        else if (targets.Count > 0)
        {
            using Stream output = terminal.OpenOutput();
            Write(targets, options, form, output, kind != DistributionKind.WorkingSetSize || !isExact ? source.Granularity : null);
        }

        ShortTarget[] tooShort = [.. report.ShortTargets];
        if (targets.Count == 0)
        {
            throw source.Failure(tooShort.Length > 0 ? TooShort(tooShort, kind) : "no snapshot names a target");
        }

        if (kind == DistributionKind.WorkingSetSize)
        {
            ReportWorkingSetCommand.TellGranularity(source, isExact);
        }

        if (tooShort.Length > 0)
        {
            source.Say(TooShort(tooShort, kind));
        }

        return source.ExitCode;
    }

    static bool AreCounted(Snapshot snapshot)
    {
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            if (snapshot[i].AccessedBytes is null)
            {
                return false;
            }
        }

        return true;
    }

    static void Write(IReadOnlyList<TargetDistribution> targets, DistributionOptions options, OutputForm form, Stream output, string? granularity)
    {
        switch (form)
        {
            case OutputForm.Json:
                DistributionWriter.WriteJson(targets, options, output, granularity);
                break;
            case OutputForm.Csv:
                DistributionWriter.WriteCsv(targets, options, output);
                break;
            default:
                DistributionWriter.WriteText(targets, options, output);
                break;
        }
    }

    static string TooShort(ShortTarget[] targets, DistributionKind kind)
    {
        string wayOut = kind == DistributionKind.WorkingSetSize ? "; --exclude_samples 0 counts all" : "";
        (Int128 id, int snapshots) = targets[0];
        string others = targets.Length == 1 ? "" : $"; {targets.Length - 1} more target{(targets.Length == 2 ? "" : "s")} likewise";
        return $"target {id} has {snapshots} snapshot{(snapshots == 1 ? "" : "s")}; "
            + $"{DistributionReport.DroppedSnapshots + 1} are needed, since the first {DistributionReport.DroppedSnapshots} are dropped{others}{wayOut}";
    }

    static DistributionOptions Options(ParseResult parsed, DistributionKind kind)
    {
        DistributionOptions options = new() { Kind = kind, TargetIdLabel = parsed.GetValue(ReportOptions.TargetId) };
        options = Percentiles(parsed) is { } percentiles ? options with { Percentiles = percentiles } : options;
        if (kind == DistributionKind.WorkingSetSize && parsed.GetValue(Threshold) is { } threshold)
        {
            options = options with { Threshold = Quantity.Count(threshold, "--thres", 0) };
        }

        return options with { SortByTime = SortByTime(parsed) };
    }

    static int Whole(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
        ? value
        : throw UserErrorException.Usage($"--range: '{text}' is no whole number");
}
