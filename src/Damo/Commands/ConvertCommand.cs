using System.CommandLine;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Recording;
using Damon.Records.Streams;

namespace Damo.Commands;

/// <summary><c>damo convert</c>: a record in another format.</summary>
static class ConvertCommand
{
    static readonly Argument<string> s_input = new("in")
    {
        Description = "The record, in any format; - is standard input",
        HelpName = "in",
        CompletionSources = { Expected.File },
    };
    static readonly Argument<string> s_output = new("out")
    {
        Description = "The file to write; an existing one becomes .old; - is standard output",
        HelpName = "out",
        CompletionSources = { Expected.File },
    };
    static readonly Option<string?> s_format = new("--format")
    {
        Description = "Format to write (by the ending of the output: .json, .json_compressed, .perf_script, .txt; else binary)",
        HelpName = RecordFormatNames.All,
        CompletionSources = { RecordFormatNames.Expected },
    };
    static readonly Option<string?> s_version = new Option<string?>("--version")
    {
        Description = "Version of the binary format (1, whose ids are pids; 2 where they do not fit)",
    }.AcceptOnly("0", "1", "2");

    public static Command Create(Terminal terminal)
    {
        Command command = new("convert", "Write a record in another format") { s_input, s_output, s_format, s_version, InputOptions.Strict };
        command.SetAction(parsed => Conversion(parsed, terminal).Run(terminal));
        return command;
    }

    static RecordConversion Conversion(ParseResult parsed, Terminal terminal)
    {
        string output = parsed.GetValue(s_output)!;
        return new RecordConversion
        {
            Input = parsed.GetValue(s_input)!,
            Output = output,
            Format = parsed.GetValue(s_format) is { } name ? RecordFormatNames.Parse(name) : FormatOf(output, terminal),
            Version = parsed.GetValue(s_version) is { } version ? Quantity.Count(version, "--version", 0, 2) : null,
            Strict = parsed.GetValue(InputOptions.Strict),
        };
    }

    static RecordFormat FormatOf(string output, Terminal terminal)
    {
        if (FileEndings.RecordFormatOf(output, s_format.Name) is { } format)
        {
            return format;
        }

        if (FileEndings.Of(output) is { Length: > 1 } ending && !ending.Equals(".data", StringComparison.OrdinalIgnoreCase))
        {
            terminal.Say($"'{output}' is written in binary, since {ending} names no format; {s_format.Name} ({RecordFormatNames.All}) chooses one");
        }

        return RecordFormat.Binary;
    }
}
