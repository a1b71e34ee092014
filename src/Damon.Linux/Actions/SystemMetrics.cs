using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Linux.Actions;

/// <summary>What watermarks and goals of schemes look at, from the running system. Not thread-safe.</summary>
public sealed unsafe class SystemMetrics : ISchemeMetrics
{
    const ulong BasisPoints = 10_000;
    const ulong Permil = 1000;
    const ulong KiB = 1024;

    readonly ProcFileSystem _proc;
    readonly string _sysRoot;
    readonly ConditionalWeakTable<QuotaGoal, StrongBox<ulong>> _lastPressure = [];
    readonly ulong? _firstPressure;

    /// <summary>Makes metrics of the files of this system, or of others put in their place.</summary>
    /// <param name="procRoot">Usually <c>/proc</c>.</param>
    /// <param name="sysRoot">Usually <c>/sys</c>.</param>
    public SystemMetrics(string procRoot = "/proc", string sysRoot = "/sys")
    {
        _proc = new ProcFileSystem(procRoot);
        _sysRoot = sysRoot;
        _firstPressure = Pressure();
    }

    /// <inheritdoc/>
    public ulong? FreeMemoryRate
    {
        get
        {
            LibC.sysinfo_data info;
            return LibC.sysinfo(&info) == 0 && info.totalram > 0 ? (ulong)((UInt128)info.freeram * Permil / info.totalram) : null;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Not known on any system: <see cref="QuotaGoalMetric.NodeEligibleMemoryBp"/>, which takes looking at all pages of the node.</remarks>
    public ulong? ValueOf(QuotaGoal goal)
    {
        ArgumentNullException.ThrowIfNull(goal);
        return goal.Metric switch
        {
            QuotaGoalMetric.SomeMemoryPsiUs => PressureSince(goal),
            QuotaGoalMetric.NodeMemoryUsedBp => NodeMemory(goal.NodeId) is { } node ? Share(node.Total - node.Free, node.Total) : null,
            QuotaGoalMetric.NodeMemoryFreeBp => NodeMemory(goal.NodeId) is { } node ? Share(node.Free, node.Total) : null,
            QuotaGoalMetric.NodeMemcgUsedBp => CgroupMemory(goal) is { } used ? Share(used.Used, used.Total) : null,
            QuotaGoalMetric.NodeMemcgFreeBp => CgroupMemory(goal) is { } used ? Share(used.Total - used.Used, used.Total) : null,
            QuotaGoalMetric.ActiveMemoryBp => LruMemory() is { } lists ? Share(lists.Active, lists.Active + lists.Inactive) : null,
            QuotaGoalMetric.InactiveMemoryBp => LruMemory() is { } lists ? Share(lists.Inactive, lists.Active + lists.Inactive) : null,
            _ => null,
        };
    }

    /// <summary>Why a goal can never be looked at: what it names does not exist; null when it does.</summary>
    internal string? Refusal(QuotaGoal goal)
    {
        string? fault = GoalText.HasNode(goal.Metric) && NodeMemory(goal.NodeId) is null
            ? string.Create(CultureInfo.InvariantCulture, $"there is no NUMA node {goal.NodeId}")
            : null;
        if (fault is null && GoalText.HasMemcg(goal.Metric))
        {
            _ = CgroupFolders.Find(_proc, goal.MemcgPath, out fault);
        }

        return fault;
    }

    static ulong? Share(ulong part, ulong all) => all == 0 ? null : (ulong)((UInt128)part * BasisPoints / all);

    ulong? PressureSince(QuotaGoal goal)
    {
        if (Pressure() is not { } now)
        {
            return null;
        }

        // The first look of a goal covers the time since these metrics were made.
        StrongBox<ulong> last = _lastPressure.GetValue(goal, _ => new StrongBox<ulong>(_firstPressure ?? now));
        ulong since = now - Math.Min(last.Value, now);
        last.Value = now;
        return since;
    }

    /// <summary>Microseconds since the start of the system during which some task waited for memory.</summary>
    ulong? Pressure()
    {
        if (!_proc.TryRead($"{_proc.Root}/pressure/memory", out ReadOnlySpan<byte> text, out _))
        {
            return null;
        }

        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int at = line.IndexOf("total="u8);
            if (line.StartsWith("some "u8) && at >= 0)
            {
                return Utf8Parser.TryParse(line[(at + "total="u8.Length)..], out ulong total, out _) ? total : null;
            }
        }

        return null;
    }

    /// <summary>In bytes.</summary>
    (ulong Total, ulong Free)? NodeMemory(int node)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"{_sysRoot}/devices/system/node/node{node}/meminfo");
        if (node < 0 || !_proc.TryRead(path, out ReadOnlySpan<byte> text, out _))
        {
            return null;
        }

        return KibiBytes(text, " MemTotal:"u8) is { } total && KibiBytes(text, " MemFree:"u8) is { } free && free <= total ? (total, free) : null;
    }

    (ulong Active, ulong Inactive)? LruMemory() =>
        _proc.TryRead($"{_proc.Root}/meminfo", out ReadOnlySpan<byte> text, out _)
        && KibiBytes(text, "\nActive:"u8) is { } active
        && KibiBytes(text, "\nInactive:"u8) is { } inactive
            ? (active, inactive)
            : null;

    (ulong Used, ulong Total)? CgroupMemory(QuotaGoal goal)
    {
        if (NodeMemory(goal.NodeId) is not { } node
            || CgroupFolders.Find(_proc, goal.MemcgPath, out _) is not { } folder
            || !_proc.TryRead($"{folder}/memory.numa_stat", out ReadOnlySpan<byte> text, out _)
            || OnNode(text, goal.NodeId) is not { } used)
        {
            return null;
        }

        return (Math.Min(used, node.Total), node.Total);
    }

    /// <summary>Bytes of a cgroup's pages on a node, those of its LRU lists, by <c>memory.numa_stat</c> of either version; null when it tells none.</summary>
    internal static ulong? OnNode(ReadOnlySpan<byte> text, int node)
    {
        ulong? own = null;
        ulong? withChildren = null;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];

            // Version 2 counts bytes per list and includes the children; version 1 counts pages of all lists of a kind, with and without
            // the children.
            bool isVersion2 = line.StartsWith("active_anon "u8)
                || line.StartsWith("inactive_anon "u8)
                || line.StartsWith("active_file "u8)
                || line.StartsWith("inactive_file "u8);
            bool isWithChildren = isVersion2 || line.StartsWith("hierarchical_anon="u8) || line.StartsWith("hierarchical_file="u8);
            if (!isWithChildren && !line.StartsWith("anon="u8) && !line.StartsWith("file="u8))
            {
                continue;
            }

            foreach (Range word in line.Split((byte)' '))
            {
                ReadOnlySpan<byte> field = line[word];
                if (field.StartsWith("N"u8)
                    && Utf8Parser.TryParse(field[1..], out int id, out int length)
                    && id == node
                    && field[(1 + length)..].StartsWith("="u8)
                    && Utf8Parser.TryParse(field[(2 + length)..], out ulong amount, out _)
                    && amount <= long.MaxValue / Page.Size)
                {
                    ref ulong? sum = ref isWithChildren ? ref withChildren : ref own;
                    sum = (sum ?? 0) + (isVersion2 ? amount : amount * Page.Size);
                }
            }
        }

        return withChildren ?? own;
    }

    /// <summary>The number after a name, in bytes.</summary>
    static ulong? KibiBytes(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        int at = text.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(text[(at + name.Length)..].TrimStart((byte)' '), out ulong number, out _) && number <= long.MaxValue / KiB
            ? number * KiB
            : null;
    }
}
