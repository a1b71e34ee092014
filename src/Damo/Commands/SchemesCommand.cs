using System.CommandLine;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Recording;
using Damo.Reporting;
using Damo.Schemes;
using Damon.Linux.Outputs;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damo.Commands;

/// <summary><c>damo schemes</c>: memory management that follows the accesses, live, as a rehearsal, or over a record.</summary>
static class SchemesCommand
{
    const string DefaultFile = "damon.schemes";
    const string Nowhere = "/dev/null";
    const int MaxFileBytes = 16 << 20;

    static readonly Option<string?> s_schemes = new(
        "--schemes",
        "-c")
    { Description = $"The schemes: a file, or their text ({DefaultFile})", HelpName = "file|text", CompletionSources = { Expected.File } };
    static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "Count what would be done, and touch nothing" };
    static readonly Option<bool> s_allowPtrace = new("--allow-ptrace")
    {
        Description = "Let hugepage and nohugepage mark mappings exactly, by stopping a thread of the target for a moment",
    };
    static readonly Option<bool> s_refusePartial = new("--refuse-partial")
    {
        Description = "Refuse the run if the action of a scheme cannot be done here, rather than count it as not applied",
    };
    static readonly Option<string?> s_record = new("--record")
    {
        Description = "Record the accesses as well",
        HelpName = "file",
        CompletionSources = { Expected.File },
    };
    static readonly Option<string?> s_replay = new("--replay")
    {
        Description = "Run the schemes over this record instead of a target",
        HelpName = "record",
        CompletionSources = { Expected.File },
    };

    public static Command Create(Terminal terminal)
    {
        Command command = new("schemes", "Apply actions to memory by how it is accessed")
        {
            s_schemes, s_dryRun, s_allowPtrace, s_refusePartial, s_record, s_replay, InputOptions.Strict, ReportOptions.Json, SchemeOptions.Options,
            TargetOptions.Target, MonitoringOptions.All,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        terminal.RequireOutput();
        string? typed = SchemeWords.Take(TargetOptions.Words(parsed), out IReadOnlyList<string> target);
        IReadOnlyList<Scheme> schemes;
        try
        {
            schemes = Schemes(parsed, typed, terminal);
        }
        catch (SchemeTextException e)
        {
            throw new UserErrorException(e.Message);
        }

        bool isJson = parsed.GetValue(ReportOptions.Json);
        if (parsed.GetValue(s_replay) is { } record)
        {
            if (target.Count > 0)
            {
                throw UserErrorException.Usage($"--replay has no target, but '{target[0]}' is given");
            }

            return SchemeReplayRun.Run(record, schemes, AttributeOptions.Of(parsed), parsed.GetValue(InputOptions.Strict), isJson, terminal);
        }

        string output = parsed.GetValue(s_record) ?? Nowhere;
        FileEndings.CheckBinary(output, s_record.Name);
        output = output == Nowhere ? output : Outputs.Output.PathBeside(output, s_record.Name, "what the schemes did");
        RecordArguments arguments = MonitoringOptions.Arguments(parsed, target, output);
        if (parsed.GetValue(s_allowPtrace))
        {
            arguments = arguments with { OnlyEngine = arguments.OnlyEngine ?? "the kernel's DAMON stops no thread (--allow-ptrace)" };
        }

        SchemeRun run = new(schemes, parsed.GetValue(s_dryRun), [.. schemes.Select(scheme => SchemeColumns.Echo(scheme, arguments.Attributes))])
        {
            AllowPtrace = parsed.GetValue(s_allowPtrace),
            RefusePartial = parsed.GetValue(s_refusePartial),
            IsJson = isJson,
        };
        run.CheckGoals();
        return new RecordSession(arguments, BackendOptions.OfKernel(parsed), terminal) { Schemes = run }.Run();
    }

    static IReadOnlyList<Scheme> Schemes(ParseResult parsed, string? typed, Terminal terminal)
    {
        string? source = parsed.GetValue(s_schemes);
        string named = parsed.GetResult(s_schemes)?.IdentifierToken?.Value ?? s_schemes.Name;
        if (SchemeOptions.FirstGiven(parsed) is { } option)
        {
            if (typed is not null)
            {
                throw UserErrorException.Usage(
                    $"{option} belongs to schemes made by options, and a scheme is typed in front of the target: write it all in one way, as columns of the "
                        + "scheme or with --damos_action ACTION");
            }

            if (source is not null)
            {
                throw UserErrorException.Usage(
                    $"{option} belongs to schemes made by options, and {named} gives others: write it into those, or all as options with --damos_action "
                        + "ACTION");
            }

            return SchemeOptions.HasAction(parsed)
                ? SchemeOptions.Schemes(parsed, line => terminal.Say(line))
                : throw UserErrorException.Usage($"{option} is about a scheme, and none is made: that takes --damos_action ACTION");
        }

        if (typed is not null)
        {
            return source is null
                ? SchemeFile.Parse(typed, "the scheme", line => terminal.Say(line))
                : throw UserErrorException.Usage($"{named} is given, and a scheme in front of the target too: one of them is enough");
        }

        if (source is null && !File.Exists(DefaultFile))
        {
            throw UserErrorException.Usage(
                "no schemes: type one in quotes in front of the target, give a file with --schemes, or use options like --damos_action; there is no "
                    + $"'{DefaultFile}' here");
        }

        IReadOnlyList<Scheme> schemes = Read(source ?? DefaultFile, named, terminal);
        return schemes.Count > 0 ? schemes : throw new UserErrorException($"'{source ?? DefaultFile}' holds no scheme");
    }

    /// <summary>As the tool always did: the text itself where no such file exists.</summary>
    static IReadOnlyList<Scheme> Read(string source, string named, Terminal terminal)
    {
        void Remark(string line) => terminal.Say(line);
        if (!File.Exists(source))
        {
            return source.Contains(' ', StringComparison.Ordinal) || source.Contains('\n', StringComparison.Ordinal)
                ? SchemeFile.Parse(source, named, Remark)
                : throw new UserErrorException(
                    $"'{source}' is neither a file nor a scheme; a scheme is: min-size max-size min-acc max-acc min-age max-age action");
        }

        try
        {
            string text = InputFile.ReadText(source, MaxFileBytes)
                ?? throw new UserErrorException($"'{source}' is no file of schemes: it has more than {MaxFileBytes >> 20} MiB");
            return SchemeFile.Parse(text, source, Remark);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"'{source}' cannot be read: {FailureReason.Of(e)}");
        }
    }
}
