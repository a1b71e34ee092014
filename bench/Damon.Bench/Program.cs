using System.CommandLine;
using System.CommandLine.Help;
using Damo.CommandLine;
using Damo.Commands;
using Damo.Workloads;
using Damon.Bench;

RootCommand root = new("Measurements, run by hand; each prints the machine and Markdown tables. 'bench NAME --help' has the options.")
{
    AccuracyBench.Create(),
    OverheadBench.Create(),
    ChecksBench.Create(),
    PhysicalBench.Create(),
    EngineBench.Create(),
    ReadersBench.Create(),
    ReportsBench.Create(),
    SchemesBench.Create(),
    DebugFsBench.Create(),
    StartupBench.Create(),
    ToolBench.Create(),
    SeededRecord.CreateCommand(),

    // What the benchmarks start once more: targets, and the server of the files.
    WorkloadCommand.Create(static options => new WorkloadRunner(options).Run()),
    DebugFsServer.CreateCommand(),
};

ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Action is not HelpAction && (parsed.UnmatchedTokens.Count > 0 || parsed.Errors.Count > 0))
{
    // "No command" would be the first error where there is a wrong one.
    string[] names = [.. root.Subcommands.Where(static c => !c.Hidden).Select(static c => c.Name)];
    string fault = parsed.CommandResult.Command != root ? parsed.Errors[0].Message
        : parsed.UnmatchedTokens is [var unknown, ..] ? $"'{unknown}' is none of {string.Join(", ", names)}"
        : $"name one of {string.Join(", ", names)}";
    Console.Error.WriteLine($"bench: {fault.ReplaceLineEndings(" ")} (see 'bench --help')");
    return (int)ExitCode.Usage;
}

try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e) when (Environment.GetEnvironmentVariable("DAMO_DEBUG") is null)
{
    Console.Error.WriteLine($"bench: {e.Message.ReplaceLineEndings(" ")}");
    return (int)(e is UserErrorException expected ? expected.ExitCode : ExitCode.Failed);
}
