using System.Globalization;
using Damon.Linux.KernelDamon.Files;
using Damon.Monitoring;
using Damon.Schemes.Text;

namespace Damon.Linux.KernelDamon.DebugFs;

/// <summary>The files of a folder of the debugfs interface, whatever their generation: what there is is found by looking.</summary>
/// <param name="tree">The folder.</param>
sealed class DebugFsFiles(KernelTree tree)
{
    static readonly string[] s_own =
    [
        "attrs",
        "pids",
        "target_ids",
        "record",
        "schemes",
        "init_regions",
        "monitor_on",
        "monitor_on_DEPRECATED",
        "kdamond_pid",
        "mk_contexts",
        "rm_contexts",
        "nr_contexts",
        "DEPRECATED",
    ];

    /// <summary>Numbers of a line of schemes as it is read: columns, statistics after them.</summary>
    static readonly (int Count, ColumnLayout Layout, int Statistics)[] s_lines =
    [
        (9, ColumnLayout.Pattern, 2), (11, ColumnLayout.SizeQuota, 2), (14, ColumnLayout.Weights, 2), (19, ColumnLayout.Watermarks, 2),
        (20, ColumnLayout.TimeQuota, 2), (23, ColumnLayout.TimeQuota, 5),
    ];

    /// <summary>The files.</summary>
    public KernelTree Tree { get; } = tree;

    /// <summary>Whether the interface is there.</summary>
    public bool IsThere => !Tree.IsGone("attrs") && !Tree.IsGone(Targets) && !Tree.IsGone(MonitorOn);

    /// <summary>The file that starts and stops; kernels that are about to drop the interface gave it another name.</summary>
    public string MonitorOn { get; } = tree.IsGone("monitor_on") ? "monitor_on_DEPRECATED" : "monitor_on";

    /// <summary>The file of the targets; the first generation called them pids.</summary>
    public string Targets { get; } = tree.IsGone("pids") ? "target_ids" : "pids";

    /// <summary>Whether the kernel writes records.</summary>
    public bool HasRecord { get; } = !tree.IsGone("record");

    /// <summary>Whether there are schemes.</summary>
    public bool HasSchemes { get; } = !tree.IsGone("schemes");

    /// <summary>Whether regions can be given.</summary>
    public bool HasInitRegions { get; } = !tree.IsGone("init_regions");

    /// <summary>Whether anything of DAMON runs in the kernel, no matter who started it.</summary>
    public bool IsOn => Tree.Read(MonitorOn) == "on";

    /// <summary>The pid of the kdamond of this folder; -1 when none runs, null where the kernel does not say.</summary>
    public int? KdamondPid => Tree.ReadIfThere("kdamond_pid") is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid
        : -1;

    /// <summary>Names of further contexts, which others have made.</summary>
    public List<string> Contexts()
    {
        List<string> names = [];
        _ = Tree.Files.List("", names);
        return [.. names.Where(n => !s_own.Contains(n) && Tree.Exists($"{n}/attrs"))];
    }

    /// <summary>What the lines of the schemes file are made of; null for another number of numbers.</summary>
    public static (ColumnLayout Layout, int Statistics)? LayoutOf(string line)
    {
        int count = Numbers(line).Length;
        foreach ((int numbers, ColumnLayout layout, int statistics) in s_lines)
        {
            if (numbers == count)
            {
                return (layout, statistics);
            }
        }

        return null;
    }

    /// <summary>Finds out what columns this kernel's schemes have, by a scheme that is written and read; the file is empty afterwards.</summary>
    /// <exception cref="KernelDamonException">It is none of those known.</exception>
    public (ColumnLayout Layout, int Statistics) FindLayout()
    {
        // All ones are valid for every layout, and with too many columns make more schemes than one, whose lines still tell.
        string trial = string.Join(' ', Enumerable.Repeat("1", SchemeColumns.CountOf(ColumnLayout.TimeQuota))) + "\n";
        Tree.Write("schemes", trial);
        string text = Tree.Read("schemes");
        Tree.Write("schemes", "\n");
        return LayoutOf(text.Split('\n')[0])
            ?? throw new KernelDamonException(
                $"'{Tree.PathOf("schemes")}' has {Numbers(text.Split('\n')[0]).Length} numbers in a line: this kernel's schemes are not known here");
    }

    /// <summary>The schemes as they are to be written for the file to say what it says.</summary>
    /// <exception cref="KernelDamonException">They cannot be read, or are none of those known.</exception>
    public string ReadSchemesToRestore()
    {
        List<string> lines = [];
        foreach (string line in Tree.Read("schemes").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (LayoutOf(line) is not { } layout)
            {
                throw new KernelDamonException(
                    $"'{Tree.PathOf("schemes")}' has {Numbers(line).Length} numbers in a line: this kernel's schemes are not known here");
            }

            lines.Add(string.Join(' ', Numbers(line)[..^layout.Statistics]));
        }

        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The targets as they are to be written for the file to say what it says.</summary>
    public string ReadTargetsToRestore()
    {
        string text = Tree.Read(Targets).Trim();

        // What stands for physical memory is a number when it is read.
        return (text is "42" or "-1" ? AddressSpaceNames.Physical : text) + "\n";
    }

    /// <summary>The numbers of a line.</summary>
    public static string[] Numbers(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
