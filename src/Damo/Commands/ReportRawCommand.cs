using System.CommandLine;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Reporting;
using Damon.Records.Series;
using Damon.Records.Streams;
using Damon.Reports;
using Damon.Reports.Raw;

namespace Damo.Commands;

/// <summary><c>damo report raw</c>: every region of every snapshot, to the letter as a generation of the tool printed them.</summary>
static class ReportRawCommand
{
    static readonly Option<string[]> s_duration = new("--duration")
    {
        Description = "Leave out so many seconds at the beginning, and all that comes after so many more",
        HelpName = "skip> <seconds",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create(Terminal terminal)
    {
        Command command = new("raw", "Print every region of every snapshot")
        {
            InputOptions.File, InputOptions.All, ReportOptions.TargetId, StyleOption.Style, StyleOption.RawNumber, s_duration, ReportOptions.Json,
            ReportOptions.Csv,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        ToolStyle style = StyleOption.Get(parsed, [StyleOption.RawNumber], (ToolStyle.Latest, "damo report access --raw_form"));
        OutputForm form = ReportOptions.Form(parsed);
        TimeSelection selection = Selection(parsed);
        bool isVersioned = form == OutputForm.Text && !style.IsFirst;
        using RecordSource source = ReportInput.Open(parsed, terminal, readTwice: isVersioned);
        if (isVersioned)
        {
            WriteVersioned(source, style, selection, parsed, terminal);
            return source.ExitCode;
        }

        using Stream output = terminal.OpenOutput();
        switch (form)
        {
            case OutputForm.Json:
                RawJson json = new(output, source.Granularity);
                source.Read(selection.Of((_, snapshot) => json.Add(snapshot)), sidecar: source.OpenSidecar());
                json.Finish();
                break;
            case OutputForm.Csv:
                RawCsv csv = new(output);
                source.Read(selection.Of((_, snapshot) => csv.Add(snapshot)), sidecar: source.OpenSidecar());
                csv.Flush();
                break;
            default:
                RawReport report = new(output, new RawReportOptions { TargetIdLabel = parsed.GetValue(ReportOptions.TargetId) });
                source.Read(selection.Of((_, snapshot) => report.Add(snapshot)));
                report.Flush();
                break;
        }

        return source.ExitCode;
    }

    static void WriteVersioned(RecordSource source, ToolStyle style, TimeSelection selection, ParseResult parsed, Terminal terminal)
    {
        RecordTimes times = new();
        HashSet<SeriesKey> targets = [];
        source.Read((series, snapshot) =>
        {
            times.Add(series, snapshot);
            for (int i = 0; i < snapshot.NrTargets && targets.Count < 2; i++)
            {
                targets.Add(SeriesKey.Of(series, snapshot[i]));
            }
        });
        using Stream output = terminal.OpenOutput();
        VersionedRawReport report = new(output, style, parsed.GetValue(StyleOption.RawNumber), times);
        if (targets.Count < 2)
        {
            source.Read(selection.Of(report.Add, times), sidecar: source.OpenSidecar());
        }
        else
        {
            using SeriesSpool spool = new();
            source.Read(selection.Of(spool.Add, times), sidecar: source.OpenSidecar());
            spool.Read(report.Add);
        }

        report.Flush();
    }

    static TimeSelection Selection(ParseResult parsed) => parsed.GetValue(s_duration) is [var skip, var length]
        ? new TimeSelection(Nanoseconds(skip), Nanoseconds(length))
        : TimeSelection.All;

    static long Nanoseconds(string text) => (long)Math.Min(Quantity.MicrosecondsOfSeconds(text, "--duration"), long.MaxValue / 1000) * 1000;
}
