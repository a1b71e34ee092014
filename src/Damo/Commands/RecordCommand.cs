using System.CommandLine;
using Damo.CommandLine;
using Damo.Recording;
using Damon.Linux.AccessChecks;
using Damon.Linux.Backends;
using Damon.Linux.Engine;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.DebugFs;
using Damon.Linux.KernelDamon.Sysfs;
using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Schemes;

namespace Damo.Commands;

/// <summary><c>damo record</c>: options as the seed's tool had them, under their modern spellings too.</summary>
static class RecordCommand
{
    /// <summary>Environment variable that stands for <c>--backend</c>.</summary>
    const string BackendVariable = "DAMO_BACKEND";

    const double MaxOverheadPercent = 100;
    const ulong PageBytes = 4096;
    const uint LeastBufferLength = 1024;
    const uint MostBufferLength = 4 << 20;

    /// <summary>What <c>--access-check</c> takes.</summary>
    internal static string[] AccessCheckWords { get; } = ["auto", .. Enum.GetValues<AccessCheckKind>().Select(AccessCheckNames.Name)];

    static readonly string[] s_backends = [BackendChoice.Auto, EngineBackend.BackendName, SysfsBackend.BackendName, DebugFsBackend.BackendName];

    static readonly CommandWordsArgument s_target = new("target")
    {
        Description = "A command line in quotes, the pids of running processes, or paddr: physical memory",
        HelpName = "target",
        Arity = ArgumentArity.ZeroOrMore,
        CompletionSources = { context => Expected.Target(context, s_target!) },
    };

    static readonly Option<string?> s_sample = Text("--sample", "-s", "time", "Sampling interval: time between two access checks (5ms)");
    static readonly Option<string?> s_aggregation = Text("--aggr", "-a", "time", "Aggregation interval: time over which accesses are counted (100ms)");
    static readonly Option<string?> s_update = Text("--updr", "-u", "time", "Update interval: time between two looks at the mappings (1s)");
    static readonly Option<string?> s_minRegions = Text("--minr", "-n", "number", "Lower limit of the number of regions (10)");
    static readonly Option<string?> s_maxRegions = Text("--maxr", "-m", "number", "Upper limit of the number of regions (1000)");
    static readonly Option<string[]> s_intervals = new("--monitoring_intervals") { Description = "All three intervals: sampling, aggregation, update", HelpName = "time time time", Arity = new ArgumentArity(3, 3), AllowMultipleArgumentsPerToken = true };
    static readonly Option<string[]> s_regionsRange = new("--monitoring_nr_regions_range") { Description = "Both limits of the number of regions", HelpName = "min max", Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true };
    static readonly Option<string?> s_regions = Text("--regions", "-r", "\"start-end ...\"", "Monitor only these addresses, and do not follow the mappings; of paddr also: all");
    static readonly Option<string[]> s_nodes = new("--numa_node") { Description = "Of paddr: the memory of these NUMA nodes", HelpName = "number ...", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };
    static readonly Option<string?> s_output = new("--out", "-o") { Description = "The record (damon.data); an existing one becomes .old; - is standard output", HelpName = "file", CompletionSources = { Expected.File } };
    static readonly Option<string?> s_format = new("--format", "--output_type") { Description = "Format of the record (by its ending: .json, .json_compressed, .perf_script, .txt; else binary)", HelpName = RecordFormatNames.All, CompletionSources = { RecordFormatNames.Expected } };
    static readonly Option<string?> s_permission = Text("--output_permission", null, "octal", "Permissions of the record (600)");
    static readonly Option<string?> s_buffer = Text("--rbuf", "-l", "bytes", "Length of the kernel's record buffer: accepted for old scripts; here each snapshot is written at once");
    static readonly Option<bool> s_children = new("--include-children", "--include_child_tasks") { Description = "Monitor the descendants of the target too, those that come later as well" };
    static readonly Option<string[]> s_pids = new("--target_pid", "--pid") { Description = "A process to monitor; may be repeated", HelpName = "pid", CompletionSources = { Expected.Process } };
    static readonly Option<string?> s_operations = new Option<string?>("--ops") { Description = "Address space: follow the mappings, keep the given regions, or physical memory" }.AcceptOnly(AddressSpaceNames.Virtual, AddressSpaceNames.FixedVirtual, AddressSpaceNames.Physical);
    static readonly Option<string?> s_overhead = Text("--overhead", null, "percent", "Limit of the own CPU time in percent of one CPU; stretches the intervals (5 when no interval is given)");
    static readonly Option<string?> s_accessCheck = new Option<string?>("--access-check") { Description = "How accesses are seen (auto: the best that works)" }.AcceptOnly(AccessCheckWords);
    static readonly Option<string?> s_backend = new Option<string?>("--backend") { Description = "Who monitors: this program, or the kernel's own DAMON by one of its interfaces (auto: the kernel's where nobody else uses it); also by the variable DAMO_BACKEND" }
        .AcceptOnly(s_backends);

    static readonly Option<string?> s_timeout = Text("--timeout", null, "time", "Stop after this time; a plain number means seconds");
    static readonly Option<string?> s_seed = Text("--seed", null, "number", "Start of the random numbers, for repeatable runs");
    static readonly Option<string?> s_debugfs = new("--debugfs", "-d") { Description = "Where debugfs is mounted, for --backend debugfs", HelpName = "dir", CompletionSources = { Expected.Folder } };
    static readonly Option<bool> s_pidfd = new("--pidfd") { Description = "Accepted for old scripts; processes are always held by pidfd" };
    static readonly Option<string?> s_kdamonds = new("--kdamonds") { Description = "Target, regions, intervals and limits by a parameter file of the DAMON tools (JSON or YAML)", HelpName = "file", CompletionSources = { Expected.File } };
    static readonly Option<string[]> s_kinds = new("--do_record") { Hidden = true, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };

    /// <summary>What scripts say to other tools, and what is so here in any case: nothing but accesses and mappings is recorded, at once, and by no other program.</summary>
    static readonly Option[] s_withoutEffect =
    [
        new Option<bool>("--exclude_child_tasks") { Hidden = true }, new Option<bool>("--no_profile") { Hidden = true }, new Option<bool>("--no_footprint") { Hidden = true },
        new Option<bool>("--no_vmas") { Hidden = true }, new Option<bool>("--leave_perf_data") { Hidden = true }, new Option<bool>("--remove_perf_data") { Hidden = true },
        new Option<string>("--perf_path") { Hidden = true }, new Option<string>("--damon_interface") { Hidden = true }, new Option<string>("--output_flush_sec") { Hidden = true },
    ];


    public static Command Create(Terminal terminal)
    {
        Command command = new("record", "Record which memory a command or running processes access")
        {
            s_output, s_format, s_permission, s_buffer, s_kdamonds, s_kinds,
        };
        AddMonitoring(command);
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    /// <summary>Gives a command the argument and the options that say what is monitored, and how.</summary>
    internal static void AddMonitoring(Command command)
    {
        command.Add(s_target);
        foreach (Option option in new Option[]
        {
            s_sample, s_aggregation, s_update, s_minRegions, s_maxRegions, s_intervals, s_regionsRange, s_regions, s_nodes,
            s_children, s_pids, s_operations, s_overhead, s_accessCheck, s_backend, s_timeout, s_seed, s_debugfs, s_pidfd,
            KernelRoots.Admin, KernelRoots.DebugFs, KernelRoots.Tracing, KernelRoots.Modules, KernelRoots.Notes,
        }.Concat(s_withoutEffect))
        {
            command.Add(option);
        }
    }

    /// <summary>Gives a command the options of <see cref="Attributes"/> that say how fast accesses were counted.</summary>
    internal static void AddIntervals(Command command)
    {
        command.Add(s_sample);
        command.Add(s_aggregation);
    }

    /// <summary>The words that are no options.</summary>
    internal static IReadOnlyList<string> Words(ParseResult parsed) => parsed.GetValue(s_target) ?? [];

    /// <summary>Reads the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="words">Those that name the target; null for all of <see cref="Words"/>.</param>
    /// <param name="file">What a parameter file says where the command line says nothing; null without one.</param>
    /// <exception cref="UserErrorException">A value is wrong.</exception>
    internal static RecordArguments Arguments(ParseResult parsed, IReadOnlyList<string>? words = null, KdamondsFile? file = null)
    {
        bool intervalsGiven = file is not null || parsed.GetValue(s_sample) is not null || parsed.GetValue(s_aggregation) is not null || parsed.GetValue(s_intervals) is { Length: > 0 };
        double? overhead = parsed.GetValue(s_overhead) is { } percent ? Quantity.Percent(percent, "--overhead", MaxOverheadPercent) : intervalsGiven ? null : 5;
        bool isAll = parsed.GetValue(s_regions)?.Trim() == PhysicalSelection.AllWord;
        IReadOnlyList<AddressRange> regions = !isAll && parsed.GetValue(s_regions) is { } text ? RegionText.Parse(text) : [];
        if (regions.FirstOrDefault(static r => r.Size < PageBytes) is { IsEmpty: false } small)
        {
            throw UserErrorException.Usage($"--regions: {small.Start}-{small.End} is {small.Size} bytes, less than a page ({PageBytes}); addresses are in bytes, or with a unit like 4K");
        }

        (IReadOnlyList<int> nodes, string[] more) = Nodes(parsed);
        words = [.. words ?? Words(parsed), .. more];
        bool isOfFile = words.Count == 0 && file?.Target is not null && parsed.GetValue(s_pids) is not { Length: > 0 } && parsed.GetValue(s_operations) is null;
        regions = isOfFile && parsed.GetValue(s_regions) is null ? file!.Regions : regions;
        TargetSpecification target = isOfFile ? file!.Target! : Target(parsed, [.. words], regions.Count > 0);
        CheckPhysical(parsed, target.IsPhysical, isAll, nodes.Count > 0);
        bool isNodeInVain = nodes.Count > 0 && parsed.GetValue(s_regions) is not null;
        (string backend, string? variable) = Backend(parsed.GetValue(s_backend));
        string output = parsed.GetValue(s_output) ?? "damon.data";
        RecordFormat format = parsed.GetValue(s_format) is { } name ? RecordFormatNames.Parse(name) : FileEndings.RecordFormatOf(output, s_format.Name) ?? RecordFormat.Binary;
        return new RecordArguments
        {
            Target = target,
            Attributes = Attributes(parsed, file?.Attributes),
            Output = Outputs.Output.FullPath(output, "--out"),
            Format = format,
            OutputPermission = CommandLine.OutputPermission.Parse(parsed.GetValue(s_permission)),
            Regions = regions,
            Physical = new PhysicalSelection { IsAll = isAll, Nodes = isNodeInVain ? [] : nodes },
            Remarks = isNodeInVain ? [$"{parsed.GetResult(s_regions)!.IdentifierToken?.Value} says which memory is monitored, so --numa_node has no effect"] : [],
            IncludeChildren = parsed.GetValue(s_children),
            AccessCheck = AccessCheck(parsed.GetValue(s_accessCheck)),
            Backend = backend,
            BackendVariable = variable,
            OnlyEngine = OnlyEngine(parsed),
            OverheadPercent = overhead,
            IntervalsGiven = intervalsGiven,
            Timeout = Timeout(parsed.GetValue(s_timeout)),
            Seed = parsed.GetValue(s_seed) is { } seed ? (ulong)Quantity.Count(seed, "--seed", 0) : (ulong)System.Diagnostics.Stopwatch.GetTimestamp(),
            BufferLength = BufferLength(parsed.GetValue(s_buffer)),
            NotesFolder = parsed.GetRequiredValue(KernelRoots.Notes),
            CommandLine = Environment.GetCommandLineArgs(),
        };
    }

    /// <summary>The intervals and limits asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">What holds where it says nothing; null for the usual ones.</param>
    internal static MonitoringAttributes Attributes(ParseResult parsed, MonitoringAttributes? otherwise = null)
    {
        otherwise ??= new MonitoringAttributes();
        string[]? intervals = parsed.GetValue(s_intervals) is { Length: 3 } three ? three : null;
        string[]? limits = parsed.GetValue(s_regionsRange) is { Length: 2 } two ? two : null;
        MonitoringAttributes attributes = new()
        {
            SampleUs = Interval(parsed.GetValue(s_sample) ?? intervals?[0], otherwise.SampleUs, "the sampling interval"),
            AggregationUs = Interval(parsed.GetValue(s_aggregation) ?? intervals?[1], otherwise.AggregationUs, "the aggregation interval"),
            UpdateUs = Interval(parsed.GetValue(s_update) ?? intervals?[2], otherwise.UpdateUs, "the update interval"),
            MinNrRegions = Limit(parsed.GetValue(s_minRegions) ?? limits?[0], otherwise.MinNrRegions, "the minimum number of regions"),
            MaxNrRegions = Limit(parsed.GetValue(s_maxRegions) ?? limits?[1], otherwise.MaxNrRegions, "the maximum number of regions"),
        };
        return attributes.Check() is { } fault ? throw UserErrorException.Usage(fault) : attributes;
    }

    const int MaxNrRegions = 1_000_000;

    static int Limit(string? text, int otherwise, string what) =>
        text is null ? otherwise : Quantity.Count(text, what, MonitoringAttributes.LeastMinNrRegions, MaxNrRegions);

    static ulong Interval(string? text, ulong otherwise, string what)
    {
        const ulong Least = 1;
        const ulong Most = 24UL * 3600 * 1_000_000;
        if (text is null)
        {
            return otherwise;
        }

        ulong value = Quantity.Microseconds(text, what);
        return value is >= Least and <= Most ? value : throw UserErrorException.Usage($"{what} is {text}, but must be 1 us to 24 h");
    }

    /// <summary>Who monitors, and the variable that says so; null where that is not what counts.</summary>
    static (string Backend, string? Variable) Backend(string? option)
    {
        if (option is not null || Environment.GetEnvironmentVariable(BackendVariable) is not { Length: > 0 } name)
        {
            return (option ?? BackendChoice.Auto, null);
        }

        return s_backends.Contains(name, StringComparer.Ordinal) ? (name, BackendVariable) : throw UserErrorException.Usage($"{BackendVariable}: '{name}' is none of {string.Join(", ", s_backends)}");
    }

    /// <summary>What nobody but the engine of this program can do.</summary>
    static string? OnlyEngine(ParseResult parsed) =>
        parsed.GetValue(s_children) ? "the kernel's DAMON does not follow descendants (--include-children)"
        : parsed.GetValue(s_accessCheck) is not null ? "the kernel's DAMON has its own access check (--access-check)"
        : parsed.GetValue(s_overhead) is not null ? "the kernel's DAMON has no limit of its CPU time (--overhead)"
        : parsed.GetValue(s_seed) is not null ? "the kernel's DAMON has its own random numbers (--seed)"
        : null;

    static int Run(ParseResult parsed, Terminal terminal)
    {
        KdamondsFile? file = parsed.GetValue(s_kdamonds) is { } path ? KdamondsFile.Load(path, terminal) : null;
        RecordArguments arguments = Arguments(parsed, file: file);
        if (parsed.GetValue(s_kinds)?.FirstOrDefault(static kind => kind is not ("access" or "vmas")) is { } kind)
        {
            terminal.Say($"--do_record: '{kind}' is not recorded here, only access and vmas are");
        }

        return new RecordSession(arguments, Backends(parsed), terminal).Run();
    }

    /// <summary>The interfaces of the kernel's own DAMON.</summary>
    internal static IReadOnlyList<IDamonBackend> Backends(ParseResult parsed) => KernelBackends.At(
        parsed.GetRequiredValue(KernelRoots.Admin),
        DebugFsRoot(parsed),
        parsed.GetRequiredValue(KernelRoots.Tracing),
        parsed.GetRequiredValue(KernelRoots.Modules),
        parsed.GetRequiredValue(KernelRoots.Notes));

    /// <summary>As the first tool had it: <c>--debugfs</c> names the folder where debugfs is mounted.</summary>
    static string DebugFsRoot(ParseResult parsed) => parsed.GetValue(s_debugfs) is { } mounted ? Path.Combine(mounted, "damon") : parsed.GetRequiredValue(KernelRoots.DebugFs);

    /// <summary>The target, which <c>--ops paddr</c> can stand for.</summary>
    static TargetSpecification Target(ParseResult parsed, string[] words, bool hasRegions)
    {
        string[] pids = parsed.GetValue(s_pids) ?? [];
        string? operations = parsed.GetValue(s_operations);
        if (operations == AddressSpaceNames.Physical && words.Length == 0 && pids.Length == 0)
        {
            return TargetSpecification.Physical;
        }

        TargetSpecification target = TargetSpecification.Parse(words, pids, Environment.GetEnvironmentVariable("PATH") ?? "");
        return operations switch
        {
            null => target,
            "vaddr" or "fvaddr" when target.IsPhysical => throw UserErrorException.Usage($"--ops {operations} is about processes, and the target is physical memory"),
            "vaddr" => target,
            "fvaddr" when hasRegions => target,
            "fvaddr" => throw UserErrorException.Usage("--ops fvaddr needs --regions: it monitors given addresses only"),
            AddressSpaceNames.Physical when target.IsPhysical => target,
            _ => throw UserErrorException.Usage("--ops paddr is about physical memory, and the target is a process; leave one of them out"),
        };
    }

    static void CheckPhysical(ParseResult parsed, bool isPhysical, bool isAll, bool hasNodes)
    {
        if (!isPhysical && (isAll || hasNodes))
        {
            throw UserErrorException.Usage($"{(isAll ? "--regions all" : "--numa_node")} is about physical memory: it needs the target paddr");
        }

        if (isPhysical && parsed.GetValue(s_children))
        {
            throw UserErrorException.Usage("--include-children is about processes, and the target is physical memory, which has no children");
        }
    }

    /// <summary>The nodes; words behind them that are no numbers are the target's.</summary>
    static (IReadOnlyList<int> Numbers, string[] MoreWords) Nodes(ParseResult parsed)
    {
        const int MaxNode = 1 << 16;
        string[] words = [.. (parsed.GetValue(s_nodes) ?? []).SelectMany(w => w.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))];
        string[] numbers = [.. words.TakeWhile(w => w[0] is '-' or (>= '0' and <= '9'))];
        string[] rest = words[numbers.Length..];
        return rest.Length > 0 && (numbers.Length == 0 || parsed.GetValue(s_target) is { Length: > 0 })
            ? throw UserErrorException.Usage($"--numa_node: '{rest[0]}' is no number of a node")
            : ([.. numbers.Select(n => Quantity.Count(n, "--numa_node", 0, MaxNode))], rest);
    }

    /// <summary>The access check that one of <see cref="AccessCheckWords"/> names; null for the best that works.</summary>
    internal static AccessCheckKind? AccessCheck(string? name) => name is not null && AccessCheckNames.TryParse(name, out AccessCheckKind kind) ? kind : null;

    static TimeSpan? Timeout(string? text)
    {
        if (text is null)
        {
            return null;
        }

        ulong value = Quantity.MicrosecondsOfSeconds(text, "--timeout");
        const ulong Most = 365UL * 24 * 3600 * 1_000_000;
        return value is > 0 and <= Most ? TimeSpan.FromMicroseconds(value) : throw UserErrorException.Usage($"--timeout is {text}, but must be above 0 and at most a year");
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

    static Option<string?> Text(string name, string? alias, string value, string description) =>
        alias is null
            ? new Option<string?>(name) { Description = description, HelpName = value }
            : new Option<string?>(name, alias) { Description = description, HelpName = value };
}
