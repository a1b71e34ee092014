using System.Globalization;
using Damon.Linux.Native;
using Damon.Schemes.Text;

namespace Damon.Linux.DamonFs;

/// <summary>The rules of the debugfs interface in one span of time. What changed when stands here and nowhere else.</summary>
sealed record DamonFsEra
{
    const ulong SecondUs = 1_000_000;

    /// <summary>The first patch sets of 2020: targets are pids.</summary>
    internal static readonly DamonFsEra First = new() { Name = "seed" };

    /// <summary>The patch sets from late 2020 on: targets have ids, contexts a number.</summary>
    internal static readonly DamonFsEra TargetIds = First with
    {
        Name = "target_ids",
        TargetsFile = "target_ids",
        HasContextCount = true,
        TakesPidFds = true,
        HasSignedIds = false,
        PhysicalId = 42,
        RecordVersion = 2,
        ShowsUnknownPids = false,
    };

    static readonly DamonFsEra s_linux515 = TargetIds with
    {
        Name = "5.15",
        HasSchemes = false,
        HasInitRegions = false,
        RecordVersion = null,
        HasContextCount = false,
        HasContextFiles = true,
        HasKdamondPid = true,
        TakesPidFds = false,
        UnknownPid = Errno.EINVAL,
        BusyTargets = Errno.EBUSY,
        DefaultUpdateUs = 60 * SecondUs,
        RefusesEmptyContexts = true,
        RemovesTargets = true,
        NamesStarter = false,
    };

    static readonly DamonFsEra s_linux516 = s_linux515 with { Name = "5.16", HasSchemes = true, HasInitRegions = true, SchemeLayout = ColumnLayout.TimeQuota };
    static readonly DamonFsEra s_linux517 = s_linux516 with { Name = "5.17", HasAppliedStatistics = true, ChecksSchemes = true };
    static readonly DamonFsEra s_linux518 = s_linux517 with { Name = "5.18", NumbersTargets = true, HasSignedIds = true, UnknownPid = Errno.ENOMEM };
    static readonly DamonFsEra s_linux61 = s_linux518 with { Name = "6.1" };
    static readonly DamonFsEra s_linux67 = s_linux61 with { Name = "6.7", ChecksIntervals = true };
    static readonly DamonFsEra s_linux68 = s_linux67 with { Name = "6.8", IsDeprecated = true };

    static readonly (Version From, DamonFsEra Era)[] s_kernels =
    [
        (new(5, 15), s_linux515), (new(5, 16), s_linux516), (new(5, 17), s_linux517), (new(5, 18), s_linux518),
        (new(6, 1), s_linux61), (new(6, 7), s_linux67), (new(6, 8), s_linux68),
    ];

    /// <summary>Linux 6.14 has no such interface any more.</summary>
    static readonly Version s_end = new(6, 14);

    /// <summary>Every era, oldest first.</summary>
    internal static IReadOnlyList<DamonFsEra> All { get; } = [First, TargetIds, .. s_kernels.Select(k => k.Era)];

    /// <summary><c>seed</c>, <c>target_ids</c>, or the first kernel version with these rules.</summary>
    internal required string Name { get; init; }

    /// <summary>Name of the file with the targets.</summary>
    internal string TargetsFile { get; init; } = "pids";

    internal bool HasSchemes { get; init; } = true;

    internal bool HasInitRegions { get; init; } = true;

    internal bool HasKdamondPid { get; init; }

    /// <summary>Whether contexts are made by name, with <c>mk_contexts</c> and <c>rm_contexts</c>.</summary>
    internal bool HasContextFiles { get; init; }

    /// <summary>Whether contexts are made by number, with <c>nr_contexts</c>.</summary>
    internal bool HasContextCount { get; init; }

    /// <summary>Version of the record files, or null where there is no <c>record</c>.</summary>
    internal int? RecordVersion { get; init; } = 1;

    /// <summary>Whether <c>pidfd</c> and descriptors may be written in place of pids.</summary>
    internal bool TakesPidFds { get; init; }

    /// <summary>Whether ids of targets are scanned as <c>%d</c>, else as <c>%lu</c>.</summary>
    internal bool HasSignedIds { get; init; } = true;

    /// <summary>Whether <c>init_regions</c> names targets by their place in the list, else by their id.</summary>
    internal bool NumbersTargets { get; init; }

    /// <summary>The id of the physical address space.</summary>
    internal int PhysicalId { get; init; } = -1;

    /// <summary>The answer to a pid that does not exist; none where it is taken silently.</summary>
    internal Errno UnknownPid { get; init; }

    /// <summary>Whether pids that have never been are shown as they were written, else as 0.</summary>
    internal bool ShowsUnknownPids { get; init; } = true;

    /// <summary>The answer to new targets while the context runs.</summary>
    internal Errno BusyTargets { get; init; } = Errno.EINVAL;

    internal ColumnLayout SchemeLayout { get; init; } = ColumnLayout.Pattern;

    /// <summary>Whether <c>schemes</c> ends each line with five counters, else with two.</summary>
    internal bool HasAppliedStatistics { get; init; }

    /// <summary>Whether schemes with inverted ranges or watermarks are refused.</summary>
    internal bool ChecksSchemes { get; init; }

    /// <summary>Whether a sampling interval above the aggregation interval is refused.</summary>
    internal bool ChecksIntervals { get; init; }

    /// <summary>The update interval of new contexts, in microseconds.</summary>
    internal ulong DefaultUpdateUs { get; init; } = SecondUs;

    /// <summary>Whether monitoring cannot be turned on while a context has no target.</summary>
    internal bool RefusesEmptyContexts { get; init; }

    /// <summary>Whether processes are no targets any more when monitoring ends.</summary>
    internal bool RemovesTargets { get; init; }

    /// <summary>Whether the name of a kdamond has the pid of who started it.</summary>
    internal bool NamesStarter { get; init; } = true;

    /// <summary>Whether <c>monitor_on</c> has its last name, and a file <c>DEPRECATED</c> says so.</summary>
    internal bool IsDeprecated { get; init; }

    /// <summary>What <see cref="TryParse"/> takes, for messages.</summary>
    internal const string Forms = "seed, target_ids, or a kernel version from 5.15 to 6.13";

    /// <summary>The era of a name or of a kernel version; anything may follow the second number, as in <c>6.1.0-13-amd64</c>.</summary>
    internal static bool TryParse(string text, out DamonFsEra era)
    {
        era = First;
        if (All.FirstOrDefault(e => e.Name.Equals(text, StringComparison.Ordinal)) is { } named)
        {
            era = named;
            return true;
        }

        string[] parts = text.Split('.', 3);
        if (parts.Length < 2 || !TryNumber(parts[0], out int major) || !TryNumber(parts[1].Split('-', 2)[0], out int minor))
        {
            return false;
        }

        Version version = new(major, minor);
        if (version < s_kernels[0].From || version >= s_end)
        {
            return false;
        }

        era = s_kernels.Last(k => k.From <= version).Era;
        return true;
    }

    static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
