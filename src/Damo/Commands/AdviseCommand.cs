using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Recording;
using Damo.Reporting;
using Damo.Schemes;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Reports.Advice;

namespace Damo.Commands;

/// <summary><c>damo advise</c>: proposes schemes for what a record shows, as a file of schemes with the reasons in it.</summary>
static class AdviseCommand
{
    static readonly Argument<string> s_record = new("record")
    {
        Description = "The record (damon.data), in any format; - is standard input",
        HelpName = "record",
        CompletionSources = { Expected.File },
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "damon.data",
    };
    static readonly Option<string?> s_regret = new("--max-regret")
    {
        Description = "Greatest share of what a scheme takes that may be accessed again within 10 s, 60 s or 5 min (10 %)",
        HelpName = "percent",
    };

    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "advise",
            "Propose schemes for what a record shows") { s_record, s_regret, InputOptions.Strict, ReportOptions.Json, AttributeOptions.OfCounting };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        const double Most = 100;
        string input = parsed.GetValue(s_record)!;
        AdviceOptions options = parsed.GetValue(s_regret) is { } text
            ? new AdviceOptions { MaxRegret = Quantity.Percent(text, "--max-regret", Most) / 100 }
            : new AdviceOptions();
        MonitoringAttributes asked = AttributeOptions.Of(parsed);
        using RecordSource source = RecordSource.Open(input, parsed.GetValue(InputOptions.Strict), terminal);
        source.TellGranularity();
        RecordIntervals? known = source.EngineIntervals();
        IReadOnlyList<RecordMappings> mappings = source.LoadWholeMetadata()?.Mappings ?? [];
        MonitoringAttributes? attributes = null;
        AdviceReport? report = null;
        source.ReadAged((series, snapshot) =>
        {
            attributes ??= RecordedAttributes.Of(known ?? series.Intervals, asked, terminal);
            report ??= new AdviceReport(options, attributes, mappings);
            report.Add(snapshot);
        });
        AdviceResult result = report!.Finish();
        if (mappings.Count == 0)
        {
            terminal.Say("the mappings are not known, for the record has no sidecar: holes of the address space count as memory");
        }

        if (parsed.GetValue(ReportOptions.Json))
        {
            WriteJson(terminal, result, report, attributes!, source.Granularity);
            return source.ExitCode;
        }

        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"# {source.Name}: {report.NrSnapshots} snapshots in {DurationText.Format(Math.Round(report.Seconds, 1) * 1e9)}")
                .Replace('\n', ' '));
        foreach (string line in AdviceText.Lines(result, attributes!))
        {
            terminal.Out.WriteLine(line);
        }

        return source.ExitCode;
    }

    static void WriteJson(Terminal terminal, AdviceResult result, AdviceReport report, MonitoringAttributes attributes, string? granularity)
    {
        terminal.Out.Flush();
        using Stream output = terminal.OpenOutput();
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("snapshots", report.NrSnapshots);
            json.WriteNumber("seconds", report.Seconds);
            if (granularity is not null)
            {
                json.WriteString("granularity", granularity);
            }

            json.WriteStartArray("proposals");
            foreach (SchemeProposal proposal in result.Proposals)
            {
                WriteProposal(json, proposal, attributes);
            }

            json.WriteEndArray();
            WriteTexts(json, "rejected", result.Rejected);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    static void WriteProposal(Utf8JsonWriter json, SchemeProposal proposal, MonitoringAttributes attributes)
    {
        json.WriteStartObject();
        json.WriteString("scheme", AdviceText.Line(proposal, attributes));
        WriteTexts(json, "reasons", [.. AdviceText.Reasons(proposal).Select(reason => reason.Trim())]);
        json.WriteNumber("saved_bytes", Math.Round(proposal.Bytes));
        json.WriteNumber("monitored_bytes", Math.Round(proposal.MonitoredBytes));
        json.WriteStartArray("mappings");
        foreach (MappingShare share in proposal.Mappings)
        {
            json.WriteStartObject();
            json.WriteString("name", share.Name);
            json.WriteNumber("bytes", Math.Round(share.Bytes));
            json.WriteNumber("mapped_bytes", Math.Round(share.Size));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        SchemeJson.WriteRegret(json, proposal.Regret);
        if (proposal.IdleShare is { } idle)
        {
            json.WriteNumber("idle_share", idle);
        }

        json.WriteEndObject();
    }

    static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
