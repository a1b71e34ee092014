using System.CommandLine;
using Damo.CommandLine;
using Damo.Reporting;
using Damon.Charts;
using Damon.Records;
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
    static readonly Option<string> s_workTime = new("--work_time") { Description = "Later styles: add up snapshots until they cover this time (1us)", HelpName = "time" };
    static readonly Option<string> s_exclude = new("--exclude_samples") { Description = "Later styles: so many snapshots at the beginning do not count (20)", HelpName = "n" };
    static readonly Option<string> s_bar = new("--nr_cols_bar") { Description = "Later styles: length of the longest bar; 0 for none (59)", HelpName = "n" };
    static readonly Option<bool> s_all = new("--all_wss") { Description = "Later styles: all values instead of percentiles" };
    static readonly Option<bool> s_perTarget = new("--per_target") { Description = "Later styles: do not add up the targets" };
    static readonly Option<bool> s_collapse = new("--collapse_targets") { Description = "Later styles: add up the targets, as is usual since v2.3.3" };
    static readonly Option[] s_later = [s_accesses, s_size, s_workTime, s_exclude, s_bar, s_all, s_perTarget, s_collapse, StyleOption.RawNumber];

    public static Command Create(Terminal terminal)
    {
        Command command = new("wss", "Print the distribution of the working set size")
        {
            RecordInputs.Input, RecordInputs.Strict, ReportDistributionCommand.Range, ReportDistributionCommand.Threshold, ReportDistributionCommand.Sort, ReportDistributionCommand.Plot,
            ReportOptions.TargetId, StyleOption.Style,
        };
        foreach (Option option in s_later)
        {
            command.Add(option);
        }

        command.Add(ReportOptions.Json);
        command.Add(ReportOptions.Csv);
        command.SetAction(parsed =>
        {
            ToolStyle style = StyleOption.Get(parsed, s_later);
            return style.IsSeed ? ReportDistributionCommand.Run(parsed, DistributionKind.WorkingSetSize, terminal) : Run(parsed, Options(parsed, style), terminal);
        });
        return command;
    }

    static int Run(ParseResult parsed, WorkingSetOptions options, Terminal terminal)
    {
        OutputForm form = ReportOptions.Form(parsed);
        PictureFile? picture = PictureFile.Of(parsed.GetValue(ReportDistributionCommand.Plot));
        using RecordSource source = RecordSource.Open(parsed, terminal, readTwice: true);
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
            source.Read(report.Add, times);
            targets = report.Finish();
        }
        catch (OverflowException e)
        {
            throw source.Failure($"the working set cannot be worked out: {e.Message}");
        }

        if (targets.Count > 0 && picture is not null)
        {
            picture.Write(new DistributionChart(
                [.. targets.Select(t => new DistributionSeries($"target {t.TargetId}", [.. t.Sizes.Percentiles.Select(p => ((double)p.Percentile, (double)p.Value))]))],
                options.SortByTime ? "runtime (percent)" : "percentile",
                "working set size",
                isBytes: true));
        }
        else if (targets.Count > 0)
        {
            Write(targets, options, form, terminal);
        }

        ShortTarget[] tooShort = [.. report.ShortTargets];
        UserErrorException? failure = tooShort.Length == 0 ? null : source.Failure($"target {tooShort[0].TargetId} has {tooShort[0].Snapshots} snapshots, of which the first {options.Exclude} are dropped, and the others do not cover --work_time{(tooShort.Length > 1 ? $"; {tooShort.Length - 1} more likewise" : "")}");
        if (failure is not null && targets.Count > 0)
        {
            // A child that ended soon is no failure of the report about the others.
            terminal.Say(failure.Message);
            return source.ExitCode;
        }

        return targets.Count > 0 ? source.ExitCode : throw failure ?? source.Failure("no snapshot names a target");
    }

    static void Write(IReadOnlyList<WorkingSetDistribution> targets, WorkingSetOptions options, OutputForm form, Terminal terminal)
    {
        using Stream output = terminal.OpenOutput();
        if (form == OutputForm.Json)
        {
            WorkingSetWriter.WriteJson(targets, options, output);
            return;
        }

        using StreamWriter writer = new(output, leaveOpen: true);
        Action<IEnumerable<WorkingSetDistribution>, WorkingSetOptions, TextWriter> write = form == OutputForm.Csv ? WorkingSetWriter.WriteCsv : WorkingSetWriter.WriteText;
        write(targets, options, writer);
    }

    static WorkingSetOptions Options(ParseResult parsed, ToolStyle style)
    {
        WorkingSetOptions options = new()
        {
            Style = style,
            SortByTime = ReportDistributionCommand.SortByTime(parsed),
            All = parsed.GetValue(s_all),
            RawNumbers = parsed.GetValue(StyleOption.RawNumber),
            Collapse = (parsed.GetValue(s_perTarget), parsed.GetValue(s_collapse)) switch
            {
                (true, true) => throw UserErrorException.Usage("--per_target and --collapse_targets exclude each other"),
                (true, _) => false,
                (_, true) => true,
                _ => null,
            },
        };
        return options with
        {
            Percentiles = ReportDistributionCommand.Percentiles(parsed) ?? options.Percentiles,
            AccessThreshold = (parsed.GetValue(s_accesses) ?? parsed.GetValue(ReportDistributionCommand.Threshold)) is { } accesses
                ? Quantity.Count(accesses, "--acc_thres", 0) : options.AccessThreshold,
            SizeThreshold = parsed.GetValue(s_size) is { } size ? Quantity.Bytes(size, "--sz_thres") : options.SizeThreshold,
            WorkTimeUs = parsed.GetValue(s_workTime) is { } time ? Quantity.Microseconds(time, "--work_time") : options.WorkTimeUs,
            Exclude = parsed.GetValue(s_exclude) is { } exclude ? Quantity.Count(exclude, "--exclude_samples", 0) : options.Exclude,
            BarColumns = parsed.GetValue(s_bar) is { } bar ? Quantity.Count(bar, "--nr_cols_bar", 0, MaxBar) : options.BarColumns,
        };
    }
}
