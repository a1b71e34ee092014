using System.CommandLine;
using Damo.CommandLine;
using Damon.Monitoring;

namespace Damo.Recording;

/// <summary>What is monitored: processes and which of their memory, or physical memory and which part of it.</summary>
static class TargetOptions
{
    static readonly CommandWordsArgument s_target = new("target")
    {
        Description = "A command line in quotes, the pids of running processes, or paddr: physical memory",
        HelpName = "target",
        Arity = ArgumentArity.ZeroOrMore,
        CompletionSources = { context => Expected.Target(context, s_target!) },
    };

    static readonly Option<string?> s_regions = new("--regions", "-r")
    {
        Description = "Monitor only these addresses, and do not follow the mappings; of paddr also: all",
        HelpName = "\"start-end ...\"",
    };

    static readonly Option<string[]> s_nodes = new("--numa_node")
    {
        Description = "Of paddr: the memory of these NUMA nodes",
        HelpName = "number ...",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    static readonly Option<bool> s_children = new("--include-children", "--include_child_tasks")
    {
        Description = "Monitor the descendants of the target too, those that come later as well",
    };

    static readonly Option<string[]> s_pids = new(
        "--target_pid",
        "--pid")
    { Description = "A process to monitor; may be repeated", HelpName = "pid", CompletionSources = { Expected.Process } };
    static readonly Option<string?> s_operations = new Option<string?>("--ops")
    {
        Description = "Address space: follow the mappings, keep the given regions, or physical memory",
    }
        .AcceptOnly([.. AddressSpaceNames.All]);

    /// <summary>The words that are no options.</summary>
    public static Argument<string[]> Target => s_target;

    /// <summary>The options.</summary>
    public static IReadOnlyList<Option> All { get; } = [s_regions, s_nodes, s_children, s_pids, s_operations];

    /// <summary>Those given.</summary>
    public static IReadOnlyList<string> Words(ParseResult parsed) => parsed.GetValue(s_target) ?? [];

    /// <summary>Whether descendants of the targets are monitored too.</summary>
    public static bool IncludeChildren(ParseResult parsed) => parsed.GetValue(s_children);

    /// <summary>What to monitor.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="words">Those that name the target.</param>
    /// <param name="file">What a parameter file says where the command line says nothing; null without one.</param>
    /// <returns>The target, the regions given, which part of physical memory, and what of that has no effect.</returns>
    /// <exception cref="UserErrorException">A value is wrong, or two do not go together.</exception>
    public static (TargetSpecification Target, IReadOnlyList<AddressRange> Regions, PhysicalSelection Physical, IReadOnlyList<string> Remarks) Of(
        ParseResult parsed, IReadOnlyList<string> words, KdamondsFile? file)
    {
        bool isAll = parsed.GetValue(s_regions)?.Trim() == PhysicalSelection.AllWord;
        IReadOnlyList<AddressRange> regions = !isAll && parsed.GetValue(s_regions) is { } text ? RegionText.Parse(text) : [];
        if (regions.FirstOrDefault(static r => r.Size < Page.Size) is { IsEmpty: false } small)
        {
            throw UserErrorException.Usage(
                $"--regions: {small.Start}-{small.End} is {small.Size} bytes, less than a page ({Page.Size}); addresses are in bytes, or with a unit like 4K");
        }

        (IReadOnlyList<int> nodes, string[] more) = Nodes(parsed);
        words = [.. words, .. more];
        bool isOfFile = words.Count == 0 && file?.Target is not null && parsed.GetValue(s_pids) is not { Length: > 0 } && parsed.GetValue(s_operations) is null;
        regions = isOfFile && parsed.GetValue(s_regions) is null ? file!.Regions : regions;
        TargetSpecification target = isOfFile ? file!.Target! : Specification(parsed, [.. words], regions.Count > 0);
        CheckPhysical(parsed, target.IsPhysical, isAll, nodes.Count > 0);
        bool isNodeInVain = nodes.Count > 0 && parsed.GetValue(s_regions) is not null;
        return (
            target,
            regions,
            new PhysicalSelection { IsAll = isAll, Nodes = isNodeInVain ? [] : nodes },
            isNodeInVain ? [$"{parsed.GetResult(s_regions)!.IdentifierToken?.Value} says which memory is monitored, so --numa_node has no effect"] : []);
    }

    /// <summary>The target, which <c>--ops paddr</c> can stand for.</summary>
    static TargetSpecification Specification(ParseResult parsed, string[] words, bool hasRegions)
    {
        string[] pids = parsed.GetValue(s_pids) ?? [];
        AddressSpace? operations = parsed.GetValue(s_operations) is { } word ? AddressSpaceNames.Parse(word) : null;
        if (operations == AddressSpace.Physical && words.Length == 0 && pids.Length == 0)
        {
            return TargetSpecification.Physical;
        }

        TargetSpecification target = TargetSpecification.Parse(words, pids, Environment.GetEnvironmentVariable("PATH") ?? "");
        return operations switch
        {
            null => target,
            AddressSpace.Virtual or AddressSpace.FixedVirtual when target.IsPhysical =>
                throw UserErrorException.Usage($"--ops {AddressSpaceNames.Of(operations.Value)} is about processes, and the target is physical memory"),
            AddressSpace.Virtual => target,
            AddressSpace.FixedVirtual when hasRegions => target,
            AddressSpace.FixedVirtual => throw UserErrorException.Usage("--ops fvaddr needs --regions: it monitors given addresses only"),
            AddressSpace.Physical when target.IsPhysical => target,
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
}
