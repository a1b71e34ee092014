namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>The words of the commands, and how to see whether a kernel knows them.</summary>
static class SysfsCommands
{
    static readonly (string Word, string Since, string? Evidence)[] s_commands =
    [
        ("on", "5.18", null),
        ("off", "5.18", null),
        ("commit", "5.19", "contexts/0/avail_operations"),
        ("commit_schemes_quota_goals", "6.8", "contexts/0/schemes/0/quotas/goals"),
        ("update_schemes_stats", "5.18", null),
        ("update_schemes_tried_bytes", "6.6", "contexts/0/schemes/0/tried_regions/total_bytes"),
        ("update_schemes_tried_regions", "6.2", "contexts/0/schemes/0/tried_regions"),
        ("clear_schemes_tried_regions", "6.2", "contexts/0/schemes/0/tried_regions"),
        ("update_schemes_effective_quotas", "6.9", "contexts/0/schemes/0/quotas/effective_bytes"),
        ("update_tuned_intervals", "6.15", "contexts/0/monitoring_attrs/intervals/intervals_goal"),
    ];

    /// <summary>What is written.</summary>
    public static string Word(this SysfsCommand command) => s_commands[(int)command].Word;

    /// <summary>The first version of Linux that knows it.</summary>
    public static string Since(this SysfsCommand command) => s_commands[(int)command].Since;

    /// <summary>A file, below the folder of a kdamond, that came with the command; null where the command was there from the beginning.</summary>
    public static string? Evidence(this SysfsCommand command) => s_commands[(int)command].Evidence;
}
