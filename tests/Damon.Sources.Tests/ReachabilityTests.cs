using Microsoft.CodeAnalysis;

namespace Damon.Sources.Tests;

/// <summary>Code that only tests call looks alive to every other check: it is compiled, covered and mutated.</summary>
public sealed class ReachabilityTests
{
    const string Watched = "tests watch by it what clients and watchdogs leave behind";
    const string Measured = "benchmarks compare what was found with what is true";
    const string Soon = "benchmarks on chosen processors need it";

    /// <summary>What stays although nothing leads to it, with the reason.</summary>
    static readonly Dictionary<string, string> s_exceptions = new()
    {
        ["src/Damo/Workloads/AccessLog.cs: AccessLog.CpuNs"] = Measured,
        ["src/Damo/Workloads/AccessLog.cs: AccessLog.Operations"] = Measured,
        ["src/Damo/Workloads/SampleJudge.cs: SampleJudge.ExpectedRate(int)"] = Measured,
        ["src/Damo/Workloads/SampleJudge.cs: SampleJudge.HotPrecision"] = Measured,
        ["src/Damo/Workloads/SampleJudge.cs: SampleJudge.HotRecall"] = Measured,
        ["src/Damo/Workloads/SampleJudge.cs: SampleJudge.MeasuredRate(int)"] = Measured,
        ["src/Damon.Linux/AccessChecks/PageTableFrameChecker.cs: PageTableFrameChecker.Samples"] = "tests compare it with the memory that they prepared",
        ["src/Damon.Linux/Bpf/KernelLayout.cs: KernelLayout.Read(ReadOnlySpan<byte>)"] = "tests damage the bytes of a file that nobody can write",
        ["src/Damon.Linux/Fuse/FuseServer.cs: FuseServer.NrHandles"] = Watched,
        ["src/Damon.Linux/Fuse/FuseServer.cs: FuseServer.NrInFlight"] = Watched,
        ["src/Damon.Linux/Fuse/FuseServer.cs: FuseServer.NrKnownNodes"] = Watched,
        ["src/Damon.Linux/Fuse/FuseServer.cs: FuseServer.WatchdogPid"] = Watched,
        ["src/Damon.Linux/Memory/PageTableWalker.cs: PageTableWalker.UsesLoopHelper"] = "tests make sure that they try the program they mean",
        ["src/Damon.Linux/Native/LibC.sched.cs: LibC.sched_getaffinity(int, nuint, void*)"] = Soon,
        ["src/Damon.Linux/Native/LibC.sched.cs: LibC.sched_setaffinity(int, nuint, void*)"] = Soon,
        ["src/Damon.Linux/Native/LibC.signal.cs: LibC.SIGCONT"] = "tests wake what they stopped",
        ["src/Damon/Diagnostics/TelemetryMeter.cs: TelemetryMeter.s_fromStatistics"] = "its instruments work as long as it holds them",
    };

    static readonly Lazy<(IReadOnlyList<string> Dead, IReadOnlyList<string> Needless)> s_all = new(Find);

    [Fact]
    public void All_code_of_the_product_is_needed_by_the_program_the_public_interface_or_a_sample() =>
        Assert.True(s_all.Value.Dead.Count == 0, $"needed by nothing but tests or benchmarks, if at all:\n{string.Join('\n', s_all.Value.Dead)}");

    [Fact]
    public void Every_exception_for_code_that_is_not_needed_is_one() =>
        Assert.True(s_all.Value.Needless.Count == 0, $"exceptions for code that is needed, or gone:\n{string.Join('\n', s_all.Value.Needless)}");

    static (IReadOnlyList<string> Dead, IReadOnlyList<string> Needless) Find()
    {
        Reachability all = new();
        Dictionary<string, ISymbol> unreached = all.Unreached().ToDictionary(Name);
        foreach (string exception in s_exceptions.Keys)
        {
            if (unreached.TryGetValue(exception, out ISymbol? symbol))
            {
                all.Need(symbol);
            }
        }

        return ([.. all.Unreached().Select(Name).Order(StringComparer.Ordinal)], [.. s_exceptions.Keys.Except(unreached.Keys)]);
    }

    static string Name(ISymbol symbol) =>
        $"{symbol.DeclaringSyntaxReferences[0].SyntaxTree.FilePath}: {symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat)}";
}
