using System.CommandLine;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Recording;
using Damon.Records;

namespace Damo.Commands;

/// <summary><c>damo adjust</c>: a record with fewer snapshots, each of a longer aggregation interval.</summary>
static class AdjustCommand
{
    static readonly Argument<string?> s_interval = new("interval")
    {
        Description = "As --aggregate_interval, beside which the first word is the record",
        Arity = ArgumentArity.ZeroOrOne,
    };
    static readonly Option<string?> s_aggregation = new("--aggregate_interval")
    {
        Description = "New aggregation interval in us, or with a unit (snapshots stay as they are)",
        HelpName = "time",
    };
    static readonly Option<string> s_output = new("--output", "-o")
    {
        Description = "The file to write; an existing one becomes .old; - is standard output",
        HelpName = "file",
        CompletionSources = { Expected.File },
        DefaultValueFactory = _ => "damon.adjusted.data",
    };

    static readonly Option<string?> s_format = new("--output_type")
    {
        Description = "Format to write (by the ending of the output: .json, .json_compressed, .perf_script, .txt; else that of the input)",
        HelpName = RecordFormatNames.All,
        CompletionSources = { RecordFormatNames.Expected },
    };
    static readonly Option<string?> s_permission = new("--output_permission") { Description = "Permissions of what is written (600)", HelpName = "octal" };
    static readonly Option<string> s_skip = new("--skip")
    {
        Description = "So many snapshots at the beginning of each target are left out (20)",
        HelpName = "n",
    };

    public static Command Create(Terminal terminal)
    {
        Command command = new("adjust", "Write a record with a longer aggregation interval")
        {
            s_interval, InputOptions.File, InputOptions.All, s_aggregation, s_output, s_format, s_permission, s_skip,
        };
        command.SetAction(parsed => Conversion(parsed).Run(terminal));
        return command;
    }

    static RecordConversion Conversion(ParseResult parsed)
    {
        (string? interval, string? record) = Words(parsed);
        string output = parsed.GetValue(s_output)!;
        int skip = parsed.GetValue(s_skip) is { } number ? Quantity.Count(number, "--skip", 0) : 20;
        ulong? aggregationUs = Aggregation(interval);
        return new RecordConversion
        {
            Input = InputOptions.Of(parsed, record),
            Output = output,
            Format = parsed.GetValue(s_format) is { } name ? RecordFormatNames.Parse(name, s_format.Name) : FileEndings.RecordFormatOf(output, s_format.Name),
            Permission = OutputPermission.Parse(parsed.GetValue(s_permission)),
            Strict = parsed.GetValue(InputOptions.Strict),
            Adjust = intervals => new RecordAdjustment(skip, aggregationUs, intervals),
        };
    }

    /// <summary>The interval and the record: with the option, the first word is the record already, and a file that is no time is one, too.</summary>
    static (string? Interval, string? Record) Words(ParseResult parsed)
    {
        string? named = parsed.GetValue(s_aggregation);
        string? first = parsed.GetValue(s_interval);
        string? second = parsed.GetValue(InputOptions.File);
        return (named, first, second) switch
        {
            (not null, not null, not null) =>
                throw UserErrorException.Usage($"one record can be adjusted, but {first} and {second} are given beside --aggregate_interval {named}"),
            (not null, not null, null) when IsTime(first) && !File.Exists(first) =>
                throw UserErrorException.Usage($"the interval is given twice: --aggregate_interval {named}, and {first}"),
            (not null, _, null) => (named, first),
            (null, not null, null) when !IsTime(first) && (first == RecordSource.StandardInput || File.Exists(first)) => (null, first),
            _ => (first, second),
        };
    }

    static bool IsTime(string text)
    {
        try
        {
            _ = Quantity.Microseconds(text, "");
            return true;
        }
        catch (UserErrorException)
        {
            return false;
        }
    }

    static ulong? Aggregation(string? text)
    {
        if (text is null)
        {
            return null;
        }

        ulong us = Quantity.Microseconds(text, s_aggregation.Name);
        return us > 0 ? us : throw UserErrorException.Usage($"{s_aggregation.Name}: it must be above 0");
    }
}
