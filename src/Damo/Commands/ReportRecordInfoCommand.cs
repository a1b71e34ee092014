using System.CommandLine;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Reporting;
using Damon.Records.Sidecar;
using Damon.Reports.Heatmap;
using Damon.Reports.RecordInfo;

namespace Damo.Commands;

/// <summary><c>damo report record-info</c>: where and when a record has data, and how it was made.</summary>
static class ReportRecordInfoCommand
{
    static readonly Option<bool> s_raw = new("--raw_numbers", "--raw_number") { Description = "Plain numbers: bytes, nanoseconds, and the unit of the name" };

    public static Command Create(Terminal terminal)
    {
        Command command = new("record-info", "Show what a record is about, and how it was made")
        {
            InputOptions.File, InputOptions.All, s_raw, ReportOptions.Json, ReportOptions.Csv,
        };
        command.Aliases.Add("record_info");
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        OutputForm form = ReportOptions.Form(parsed);
        using RecordSource source = ReportInput.Open(parsed, terminal);
        RecordMetadata? metadata = source.LoadMetadata();
        HeatmapGuides collected = new(new AccessRates(metadata));
        using (SidecarReader? ages = source.OpenSidecar())
        {
            source.Read(collected.Add, sidecar: ages);
        }

        IReadOnlyList<HeatmapGuide> guides = collected.ToGuides();
        if (guides.Count == 0)
        {
            throw source.Failure("no snapshot names a target");
        }

        IReadOnlyList<RecordFact> facts = metadata is null ? [] : RecordFacts.Of(metadata);
        using Stream output = terminal.OpenOutput();
        if (form == OutputForm.Json)
        {
            RecordInfoWriter.WriteJson(guides, facts, output);
            return source.ExitCode;
        }

        using StreamWriter writer = new(output, leaveOpen: true);
        if (form == OutputForm.Csv)
        {
            RecordInfoWriter.WriteCsv(guides, writer);
        }
        else
        {
            RecordInfoWriter.WriteText(guides, facts, !parsed.GetValue(s_raw), writer);
        }

        return source.ExitCode;
    }
}
