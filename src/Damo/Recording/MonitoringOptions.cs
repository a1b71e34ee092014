using System.CommandLine;
using Damo.CommandLine;
using Damon.Monitoring;

namespace Damo.Recording;

/// <summary>What is monitored, and how: the options of every command that monitors, as the first tool had them, under their modern spellings too.</summary>
static class MonitoringOptions
{
    const double MaxOverheadPercent = 100;

    static readonly Option<string?> s_overhead = new("--overhead")
    {
        Description = "Limit of the own CPU time in percent of one CPU; stretches the intervals (5 when no interval is given)",
        HelpName = "percent",
    };

    static readonly Option<string?> s_timeout = new("--timeout") { Description = "Stop after this time; a plain number means seconds", HelpName = "time" };
    static readonly Option<string?> s_seed = new("--seed") { Description = "Start of the random numbers, for repeatable runs", HelpName = "number" };
    static readonly Option<bool> s_pidfd = new("--pidfd") { Description = "Accepted for old scripts; processes are always held by pidfd" };

    /// <summary>
    /// What scripts say to other tools, and what is so here in any case: nothing but accesses and mappings is recorded, at once, and by no other program.
    /// </summary>
    static readonly Option[] s_withoutEffect =
    [
        new Option<bool>("--exclude_child_tasks")
        {
            Hidden = true,
        }, new Option<bool>("--no_profile") { Hidden = true }, new Option<bool>("--no_footprint") { Hidden = true },
        new Option<bool>("--no_vmas")
        {
            Hidden = true,
        }, new Option<bool>("--leave_perf_data") { Hidden = true }, new Option<bool>("--remove_perf_data") { Hidden = true },
        new Option<string>("--perf_path")
        {
            Hidden = true,
        }, new Option<string>("--damon_interface") { Hidden = true }, new Option<string>("--output_flush_sec") { Hidden = true },
    ];

    /// <summary>All of them; <see cref="TargetOptions.Target"/> belongs to them.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        .. AttributeOptions.All, .. TargetOptions.All,
        s_overhead, AccessCheckOption.Option, BackendOptions.Backend, s_timeout, s_seed, BackendOptions.DebugFs, s_pidfd,
        KernelRoots.Admin, KernelRoots.DebugFs, KernelRoots.Tracing, KernelRoots.Modules, KernelRoots.Notes, .. s_withoutEffect,
    ];

    /// <summary>Reads the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="words">Those that name the target.</param>
    /// <param name="output">The record, as an absolute path, or <c>-</c>.</param>
    /// <param name="file">What a parameter file says where the command line says nothing; null without one.</param>
    /// <exception cref="UserErrorException">A value is wrong.</exception>
    public static RecordArguments Arguments(ParseResult parsed, IReadOnlyList<string> words, string output, KdamondsFile? file = null)
    {
        bool intervalsGiven = file is not null || AttributeOptions.AreIntervalsGiven(parsed);
        double? overhead = parsed.GetValue(s_overhead) is { } percent ? Quantity.Percent(percent, "--overhead", MaxOverheadPercent) : intervalsGiven ? null : 5;
        (TargetSpecification target, IReadOnlyList<AddressRange> regions, PhysicalSelection physical, IReadOnlyList<string> remarks) = TargetOptions.Of(
            parsed,
            words,
            file);
        (string backend, string? variable) = BackendOptions.Of(parsed);
        return new RecordArguments
        {
            Target = target,
            Attributes = AttributeOptions.Of(parsed, file?.Attributes),
            Output = output,
            Regions = regions,
            Physical = physical,
            Remarks = remarks,
            IncludeChildren = TargetOptions.IncludeChildren(parsed),
            AccessCheck = AccessCheckOption.Of(parsed),
            Backend = backend,
            BackendVariable = variable,
            OnlyEngine = OnlyEngine(parsed),
            OverheadPercent = overhead,
            IntervalsGiven = intervalsGiven,
            Timeout = Timeout(parsed.GetValue(s_timeout)),
            Seed = parsed.GetValue(s_seed) is { } seed ? (ulong)Quantity.Count(seed, "--seed", 0) : (ulong)System.Diagnostics.Stopwatch.GetTimestamp(),
            NotesFolder = parsed.GetRequiredValue(KernelRoots.Notes),
            CommandLine = Environment.GetCommandLineArgs(),
        };
    }

    /// <summary>What only the engine of this program can do.</summary>
    static string? OnlyEngine(ParseResult parsed) =>
        TargetOptions.IncludeChildren(parsed) ? "the kernel's DAMON does not follow descendants (--include-children)"
        : parsed.GetValue(AccessCheckOption.Option) is not null ? "the kernel's DAMON has its own access check (--access-check)"
        : parsed.GetValue(s_overhead) is not null ? "the kernel's DAMON has no limit of its CPU time (--overhead)"
        : parsed.GetValue(s_seed) is not null ? "the kernel's DAMON has its own random numbers (--seed)"
        : null;

    static TimeSpan? Timeout(string? text)
    {
        if (text is null)
        {
            return null;
        }

        ulong value = Quantity.MicrosecondsOfSeconds(text, "--timeout");
        const ulong Most = 365UL * 24 * 3600 * 1_000_000;
        return value is > 0 and <= Most
            ? TimeSpan.FromMicroseconds(value)
            : throw UserErrorException.Usage($"--timeout is {text}, but must be above 0 and at most a year");
    }
}
