using System.CommandLine;
using Damo.CommandLine;
using Damo.Inputs;
using Damon.Charts;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Reports;
using Damon.Reports.Distribution;

namespace Damo.Reporting;

/// <summary>How a number is distributed over the run, as the first tool had it: <c>report nr_regions</c>, and its <c>report wss</c>.</summary>
static class DistributionRun
{
    /// <summary><c>--thres</c>.</summary>
    public static Option<string> Threshold { get; } = new(
        "--thres",
        "-t")
    { Description = "Least number of accesses per aggregation interval that counts (1)", HelpName = "n" };

    /// <summary>Makes the report that the command line asks for.</summary>
    /// <returns>What the process ends with.</returns>
    /// <exception cref="UserErrorException">It cannot be made.</exception>
    public static int Run(ParseResult parsed, DistributionKind kind, Terminal terminal)
    {
        DistributionOptions options = Options(parsed, kind);
        OutputForm form = ReportOptions.Form(parsed);
        PictureFile? picture = PercentileOptions.Picture(parsed);
        using RecordSource source = ReportInput.Open(parsed, terminal, tellsGranularity: kind != DistributionKind.WorkingSetSize);
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
            TellUpperBound(source, isExact);
        }

        if (tooShort.Length > 0)
        {
            source.Say(TooShort(tooShort, kind));
        }

        return source.ExitCode;
    }

    /// <summary>Says what sizes are worth in a record that knows only whole mappings.</summary>
    public static void TellUpperBound(RecordSource source, bool isExact)
    {
        if (!isExact && source.KnowsMappingsOnly)
        {
            source.Say(
                "accesses are known per mapping, not per page: these are the sizes of whole mappings, an upper bound; a recording made as root knows pages");
        }
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
        options = PercentileOptions.Percentiles(parsed) is { } percentiles ? options with { Percentiles = percentiles } : options;
        if (kind == DistributionKind.WorkingSetSize && parsed.GetValue(Threshold) is { } threshold)
        {
            options = options with { Threshold = Quantity.Count(threshold, "--thres", 0) };
        }

        return options with { SortByTime = PercentileOptions.SortByTime(parsed) };
    }
}
