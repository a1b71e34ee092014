using System.CommandLine;
using Damo.CommandLine;
using Damo.Recording;
using Damon.Records.Streams;

namespace Damo.Commands;

/// <summary><c>damo record</c>.</summary>
static class RecordCommand
{
    const uint LeastBufferLength = 1024;
    const uint MostBufferLength = 4 << 20;

    static readonly Option<string?> s_output = new("--out", "-o")
    {
        Description = "The record (damon.data); an existing one becomes .old; - is standard output",
        HelpName = "file",
        CompletionSources = { Expected.File },
    };

    static readonly Option<string?> s_format = new("--format", "--output_type")
    {
        Description = "Format of the record (by its ending: .json, .json_compressed, .perf_script, .txt; else binary)",
        HelpName = RecordFormatNames.All,
        CompletionSources = { RecordFormatNames.Expected },
    };

    static readonly Option<string?> s_permission = new("--output_permission") { Description = "Permissions of the record (600)", HelpName = "octal" };
    static readonly Option<string?> s_buffer = new("--rbuf", "-l")
    {
        Description = "Length of the kernel's record buffer: accepted for old scripts; here each snapshot is written at once",
        HelpName = "bytes",
    };

    static readonly Option<string?> s_kdamonds = new("--kdamonds")
    {
        Description = "Target, regions, intervals and limits by a parameter file of the DAMON tools (JSON or YAML)",
        HelpName = "file",
        CompletionSources = { Expected.File },
    };

    static readonly Option<string[]> s_kinds = new("--do_record") { Hidden = true, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };

    public static Command Create(Terminal terminal)
    {
        Command command = new("record", "Record which memory a command or running processes access")
        {
            s_output, s_format, s_permission, s_buffer, s_kdamonds, s_kinds, TargetOptions.Target, MonitoringOptions.All,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    /// <summary>Reads the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="file">What a parameter file says where the command line says nothing; null without one.</param>
    /// <exception cref="UserErrorException">A value is wrong.</exception>
    internal static RecordArguments Arguments(ParseResult parsed, KdamondsFile? file = null)
    {
        string output = parsed.GetValue(s_output) ?? "damon.data";
        return MonitoringOptions.Arguments(parsed, TargetOptions.Words(parsed), Outputs.Output.FullPath(output, "--out"), file) with
        {
            Format = parsed.GetValue(s_format) is { } name
                ? RecordFormatNames.Parse(name)
                : FileEndings.RecordFormatOf(output, s_format.Name) ?? RecordFormat.Binary,
            OutputPermission = OutputPermission.Parse(parsed.GetValue(s_permission)),
            BufferLength = BufferLength(parsed.GetValue(s_buffer)),
        };
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        KdamondsFile? file = parsed.GetValue(s_kdamonds) is { } path ? KdamondsFile.Load(path, terminal) : null;
        RecordArguments arguments = Arguments(parsed, file);
        if (parsed.GetValue(s_kinds)?.FirstOrDefault(static kind => kind is not ("access" or "vmas")) is { } kind)
        {
            terminal.Say($"--do_record: '{kind}' is not recorded here, only access and vmas are");
        }

        return new RecordSession(arguments, BackendOptions.OfKernel(parsed), terminal).Run();
    }

    static uint BufferLength(string? text)
    {
        if (text is null)
        {
            return 1 << 20;
        }

        ulong value = Quantity.Bytes(text, "--rbuf");
        return value == 0 || value is >= LeastBufferLength and <= MostBufferLength
            ? (uint)value
            : throw UserErrorException.Usage($"--rbuf is {text}, but must be 0 or {LeastBufferLength} to {MostBufferLength} bytes");
    }
}
