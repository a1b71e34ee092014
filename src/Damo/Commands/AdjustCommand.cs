using System.CommandLine;
using Damo.CommandLine;
using Damo.Recording;
using Damon.Records;

namespace Damo.Commands;

/// <summary><c>damo adjust</c>: a record with fewer snapshots, each of a longer aggregation interval.</summary>
static class AdjustCommand
{
    static readonly Argument<string?> s_interval = new("interval") { Description = "As --aggregate_interval", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<string?> s_aggregation = new("--aggregate_interval") { Description = "New aggregation interval in us, or with a unit (snapshots stay as they are)", HelpName = "time" };
    static readonly Option<string> s_output = new("--output", "-o")
    {
        Description = "The file to write; an existing one becomes .old; - is standard output",
        HelpName = "file",
        CompletionSources = { Expected.File },
        DefaultValueFactory = _ => "damon.adjusted.data",
    };

    static readonly Option<string?> s_format = new("--output_type") { Description = "Format to write (that of the input)", HelpName = RecordFormatNames.All, CompletionSources = { RecordFormatNames.Expected } };
    static readonly Option<string?> s_permission = new("--output_permission") { Description = "Permissions of what is written (600)", HelpName = "octal" };
    static readonly Option<string> s_skip = new("--skip") { Description = "So many snapshots at the beginning of each target are left out (20)", HelpName = "n" };

    public static Command Create(Terminal terminal)
    {
        Command command = new("adjust", "Write a record with a longer aggregation interval")
        {
            s_interval, RecordInputs.File, RecordInputs.Input, RecordInputs.InputType, RecordInputs.Strict, s_aggregation, s_output, s_format, s_permission, s_skip,
        };
        command.SetAction(parsed => Conversion(parsed).Run(terminal));
        return command;
    }

    static RecordConversion Conversion(ParseResult parsed)
    {
        int skip = parsed.GetValue(s_skip) is { } number ? Quantity.Count(number, "--skip", 0) : 20;
        ulong? aggregationUs = Aggregation(parsed.GetValue(s_aggregation), parsed.GetValue(s_interval));
        return new RecordConversion
        {
            Input = RecordInputs.Of(parsed),
            Output = parsed.GetValue(s_output)!,
            Format = parsed.GetValue(s_format) is { } name ? RecordFormatNames.Parse(name, "--output_type") : null,
            Permission = OutputPermission.Parse(parsed.GetValue(s_permission)),
            Strict = parsed.GetValue(RecordInputs.Strict),
            Adjust = intervals => new RecordAdjustment(skip, aggregationUs, intervals),
        };
    }

    static ulong? Aggregation(string? named, string? positional)
    {
        if (named is not null && positional is not null)
        {
            throw UserErrorException.Usage($"the interval is given twice: --aggregate_interval {named}, and {positional}");
        }

        if ((named ?? positional) is not { } text)
        {
            return null;
        }

        ulong us = Quantity.Microseconds(text, "--aggregate_interval");
        return us > 0 ? us : throw UserErrorException.Usage("--aggregate_interval: it must be above 0");
    }
}
