using System.CommandLine;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Reporting;
using Damo.Views;
using Damon.Charts;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Reports;
using Damon.Reports.Distribution;

namespace Damo.Commands;

/// <summary><c>damo report wss</c>: how the working set size is distributed over the run, to the letter as a generation of the tool printed it.</summary>
static class ReportWorkingSetCommand
{
    /// <summary>Longer bars fit no terminal.</summary>
    internal const int MaxBar = 10_000;

    static readonly Option<string> s_accesses = new("--acc_thres") { Description = "Later styles: as --thres", HelpName = "n" };
    static readonly Option<string> s_size = new("--sz_thres") { Description = "Later styles: least size of a region that counts (1)", HelpName = "bytes" };
    static readonly Option<string> s_workTime = new("--work_time")
    {
        Description = "Later styles: add up snapshots until they cover this time (1us)",
        HelpName = "time",
    };
    static readonly Option<string> s_exclude = new("--exclude_samples")
    {
        Description = "Later styles: so many snapshots at the beginning do not count (20)",
        HelpName = "n",
    };
    static readonly Option<string> s_bar = new("--nr_cols_bar") { Description = "Later styles: length of the longest bar; 0 for none (59)", HelpName = "n" };
    static readonly Option<bool> s_all = new("--all_wss") { Description = "Later styles: all values instead of percentiles" };
    static readonly Option<bool> s_perTarget = new("--per_target") { Description = "Later styles: do not add up the targets" };
    static readonly Option<bool> s_collapse = new("--collapse_targets") { Description = "Later styles: add up the targets, as is usual since v2.3.3" };
    static readonly Option[] s_ofVersions = [s_accesses, s_size, s_workTime, s_exclude, s_bar, s_all, s_perTarget, s_collapse, StyleOption.RawNumber];

    public static Command Create(Terminal terminal)
    {
        Command command = new("wss", "Print the distribution of the working set size")
        {
            InputOptions.File, InputOptions.All, PercentileOptions.Range, DistributionRun.Threshold, PercentileOptions.Sort, PercentileOptions.Plot,
            ReportOptions.TargetId, StyleOption.Style,
        };
        foreach (Option option in s_ofVersions)
        {
            command.Add(option);
        }

        command.Add(ReportOptions.Json);
        command.Add(ReportOptions.Csv);
        command.SetAction(parsed =>
        {
            ToolStyle style = StyleOption.Get(parsed, s_ofVersions, (ToolStyle.Today, null));
            bool forPeople = IsForPeople(parsed, terminal);
            return style.IsFirst && !forPeople
                ? DistributionRun.Run(parsed, DistributionKind.WorkingSetSize, terminal)
                : Run(parsed, Options(parsed, forPeople ? ToolStyle.Today : style, forPeople), forPeople, terminal);
        });
        return command;
    }

    /// <summary>Whether people read it: on a terminal, unless a form is asked for that programs read.</summary>
    static bool IsForPeople(ParseResult parsed, Terminal terminal) => terminal.OutIsTerminal
        && parsed.GetValue(StyleOption.Style) is null
        && parsed.GetValue(PercentileOptions.Plot) is null
        && !parsed.GetValue(StyleOption.RawNumber)
        && !parsed.GetValue(s_all)
        && ReportOptions.Form(parsed) == OutputForm.Text;

    static int Run(ParseResult parsed, WorkingSetOptions options, bool forPeople, Terminal terminal)
    {
        OutputForm form = ReportOptions.Form(parsed);
        PictureFile? picture = PercentileOptions.Picture(parsed);
        using RecordSource source = ReportInput.Open(parsed, terminal, readTwice: true, tellsGranularity: false);
        IReadOnlyList<WorkingSetDistribution> targets;
        WorkingSetReport report = new(options);
        try
        {
            RecordTimes times = new();
            source.Read((series, snapshot) =>
            {
                times.Add(series, snapshot);
                report.Measure(series, snapshot);
            });
            source.ReadCounted(report.Add, times);
            targets = report.Finish();
        }
        catch (OverflowException e)
        {
            throw source.Failure($"the working set cannot be worked out: {e.Message}");
        }

        if (targets.Count == 0)
        {
            throw source.Failure("no snapshot names a target");
        }

        bool isExact = report.Spans.All(s => s.IsExact);
        bool any = targets.Any(t => t.Sizes.Values.Count > 0);
        if (!any && (forPeople || picture is not null))
        {
            throw source.Failure(TooShort([.. report.ShortTargets], options));
        }

        if (forPeople)
        {
            using StreamWriter writer = new(terminal.OpenOutput());
            new WorkingSetView(source.LoadMetadata(), terminal.Columns).Write(targets, report.Spans, options, writer);
        }
        else if (picture is not null)
        {
            RecordMetadata? metadata = source.LoadMetadata();
            IReadOnlyList<WorkingSetSpan> spans = report.Spans;
            string all = $"all {spans.Count} targets together";
            picture.Write(new DistributionChart(
                [.. targets.Zip(spans).Where(t => t.First.Sizes.Values.Count > 0).Select(t => new DistributionSeries(
                    options.CollapsesTargets && spans.Count > 1 ? all : TargetName.Of(metadata, t.Second.TargetId, t.Second.Series),
                    [.. t.First.Sizes.Percentiles.Select(p => ((double)p.Percentile, (double)p.Value))]))],
                options.SortByTime ? "runtime (percent)" : "percentile",
                "working set size",
                isBytes: true), source);
        }
        else
        {
            Write(targets, options, form, isExact ? null : source.Granularity, terminal);
        }

        DistributionRun.TellUpperBound(source, isExact);
        ShortTarget[] tooShort = [.. report.ShortTargets];
        if (tooShort.Length > 0)
        {
            source.Say(TooShort(tooShort, options));
        }

        return source.ExitCode;
    }

    static string TooShort(ShortTarget[] targets, WorkingSetOptions options)
    {
        (Int128 id, int snapshots) = targets[0];
        string others = targets.Length > 1 ? $"; {targets.Length - 1} more likewise" : "";
        string cause = snapshots <= options.Exclude && !options.HasShortStart
            ? $"of which the first {options.Exclude} do not count: --exclude_samples 0 counts all"
            : "which do not cover --work_time: give a shorter one";
        return $"target {id} has {snapshots} snapshot{(snapshots == 1 ? "" : "s")}, {cause}{others}";
    }

    static void Write(IReadOnlyList<WorkingSetDistribution> targets, WorkingSetOptions options, OutputForm form, string? granularity, Terminal terminal)
    {
        using Stream output = terminal.OpenOutput();
        if (form == OutputForm.Json)
        {
            WorkingSetWriter.WriteJson(targets, options, output, granularity);
            return;
        }

        using StreamWriter writer = new(output, leaveOpen: true);
        Action<IEnumerable<WorkingSetDistribution>, WorkingSetOptions, TextWriter> write = form == OutputForm.Csv
            ? WorkingSetWriter.WriteCsv
            : WorkingSetWriter.WriteText;
        write(targets, options, writer);
    }

    static WorkingSetOptions Options(ParseResult parsed, ToolStyle style, bool forPeople)
    {
        WorkingSetOptions options = new()
        {
            Style = style,
            SortByTime = PercentileOptions.SortByTime(parsed),
            All = parsed.GetValue(s_all),
            RawNumbers = parsed.GetValue(StyleOption.RawNumber),
            HasShortStart = forPeople && parsed.GetValue(s_exclude) is null,
            Collapse = (parsed.GetValue(s_perTarget), parsed.GetValue(s_collapse)) switch
            {
                (true, true) => throw UserErrorException.Usage("--per_target and --collapse_targets exclude each other"),
                (true, _) => false,
                (_, true) => true,
                _ => forPeople ? false : null,
            },
        };
        return options with
        {
            Percentiles = PercentileOptions.Percentiles(parsed) ?? options.Percentiles,
            AccessThreshold = (parsed.GetValue(s_accesses) ?? parsed.GetValue(DistributionRun.Threshold)) is { } accesses
                ? Quantity.Count(accesses, "--acc_thres", 0) : options.AccessThreshold,
            SizeThreshold = parsed.GetValue(s_size) is { } size ? Quantity.Bytes(size, "--sz_thres") : options.SizeThreshold,
            WorkTimeUs = parsed.GetValue(s_workTime) is { } time ? Quantity.Microseconds(time, "--work_time") : options.WorkTimeUs,
            Exclude = parsed.GetValue(s_exclude) is { } exclude ? Quantity.Count(exclude, "--exclude_samples", 0) : options.Exclude,
            BarColumns = parsed.GetValue(s_bar) is { } bar ? Quantity.Count(bar, "--nr_cols_bar", 0, MaxBar) : options.BarColumns,
        };
    }
}
