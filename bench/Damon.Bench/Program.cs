using System.CommandLine;
using Damo.Commands;
using Damo.Workloads;
using Damon.Bench;

// Each benchmark prints Markdown tables on standard output and returns the exit code.
Dictionary<string, Func<string[], int>> benchmarks = new(StringComparer.Ordinal)
{
    ["accuracy"] = AccuracyBench.Run,
    ["overhead"] = OverheadBench.Run,
    ["checks"] = ChecksBench.Run,
    ["physical"] = PhysicalBench.Run,
    ["engine"] = EngineBench.Run,
    ["readers"] = ReadersBench.Run,
    ["reports"] = ReportsBench.Run,
    ["generate"] = ReadersBench.GenerateFile,
    ["schemes"] = SchemesBench.Run,
    ["debugfs"] = DebugfsBench.Run,
    ["debugfs-server"] = DebugfsBench.Serve,
    ["startup"] = StartupBench.Run,
    ["tool"] = ToolBench.Run,
};

// The targets of the benchmarks are this program, started once more.
if (args is ["workload", ..])
{
    return new RootCommand { WorkloadCommand.Create(static options => new WorkloadRunner(options).Run()) }
        .Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = true, ProcessTerminationTimeout = null });
}

if (args.Length > 0 && benchmarks.TryGetValue(args[0], out Func<string[], int>? run))
{
    return run(args[1..]);
}

Console.Error.WriteLine($"usage: bench {string.Join('|', benchmarks.Keys)} [options]");
return 2;
