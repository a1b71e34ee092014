using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damo.Manual;

/// <summary>What the manual page of <c>damo schemes</c> says of schemes beyond its options: their form, actions, filters, goals and watermarks.</summary>
static class SchemeManual
{
    /// <summary>Sections of the page: a title, an introduction, terms with their meaning, and examples.</summary>
    public static IReadOnlyList<(string Title, string Text, IReadOnlyList<(string Term, string Text)> Items, IReadOnlyList<string> Examples)>
        Sections
    { get; } =
    [
        (
            "SCHEME FILES",
            "One scheme a line: seven fields with blanks in between, which are the least and the greatest size, access rate and age, and the action. Both ends "
                + "belong to a range. "
                + "'min' is 0, 'max' is no limit; '#' begins a comment. Files may also be JSON or YAML, with the keys of the current damo.",
            [
                ("size", "A number and one of B, K, M, G, T (powers of 1024)."),
                ("access rate", "Percent of the samples that found an access, 0 to 100."),
                ("age", "How long the rate has been about the same: a number and one of us, ms, s, m, h, d."),
                ("quota", "Behind the action: bytes and the length of a window (500M 1s); then weights of size, rate and age (0 3 7) for what comes first. A "
                    + "quota is kept in whole pages."),
                ("watermarks", "Behind the weights: metric, interval, high, mid and low in 1/1000 (free_mem_rate 5s 500 400 300). A line of 18 fields has a "
                    + "time per window in front of the bytes."),
            ],
            ["# idle for 5 seconds: out", "4K max  min min  5s max  pageout", "# hot and large", "2M max  80 max  100ms max  hugepage"]),
        (
            "ACTIONS",
            "What is done to the memory that a scheme matches. An action that cannot be done here is counted as not applied, and one line says why.",
            [.. Enum.GetValues<SchemeAction>().Select(action => (SchemeNames.Of(action), Of(action)))],
            []),
        (
            "FILTERS",
            "'allow' or 'reject', then 'none' for what is not of the kind, then the kind and its arguments. The first that matches decides; behind a last "
                + "'allow' all else is rejected.",
            [.. Enum.GetValues<SchemeFilterKind>().Select(kind => (Term(kind), Of(kind)))],
            ["--damos_filter allow anon reject memcg /some/group"]),
        (
            "QUOTA GOALS",
            "A quota with goals grows while none of them is reached, and shrinks when one is passed. A node or a cgroup that does not exist is refused.",
            [.. Enum.GetValues<QuotaGoalMetric>().Select(metric => (Term(metric), Of(metric)))],
            ["--damos_quota_goal node_mem_free_bp 10% 0"]),
        (
            "WATERMARKS",
            "A scheme acts while the metric is between low and high, and begins to when it is below mid; it is looked at once per interval.",
            [.. Enum.GetValues<WatermarkMetric>().Select(metric => (SchemeNames.Of(metric), Of(metric)))],
            ["--damos_wmarks free_mem_rate 5s 50% 40% 20%"]),
    ];

    static string Term(SchemeFilterKind kind) => SchemeNames.Of(kind) + kind switch
    {
        SchemeFilterKind.Memcg => " path",
        SchemeFilterKind.HugePageSize => " min max",
        SchemeFilterKind.Address => " start end",
        SchemeFilterKind.Target => " number",
        _ => "",
    };

    static string Term(QuotaGoalMetric metric) =>
        $"{SchemeNames.Of(metric)} "
            + $"target{(GoalText.HasMemcg(metric) ? " node cgroup" : GoalText.HasNode(metric) ? " node" : metric == QuotaGoalMetric.UserInput ? " value" : "")}";

    static string Of(SchemeAction action) => action switch
    {
        SchemeAction.WillNeed => "Read it in, for it will be needed soon.",
        SchemeAction.Cold => "Have the kernel reclaim it before other memory.",
        SchemeAction.PageOut => "Reclaim it now. Without free swap space, memory that belongs to no file stays.",
        SchemeAction.HugePage => "Use huge pages: by collapsing it now (Linux 6.1), or with --allow-ptrace by marking its mappings.",
        SchemeAction.NoHugePage => "Use no huge pages from now on. It takes --allow-ptrace.",
        SchemeAction.Stat => "Only count it.",
        SchemeAction.Collapse => "Collapse it into huge pages, once and now (Linux 6.1).",
        SchemeAction.LruPrio => "Keep it longer than other memory. By the kernel's own DAMON only.",
        SchemeAction.LruDeprio => "As cold.",
        SchemeAction.MigrateHot => "Move it to another NUMA node, the hottest first; by options or JSON, which can name the node.",
        SchemeAction.MigrateCold => "Move it to another NUMA node, the coldest first; by options or JSON, which can name the node.",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    static string Of(SchemeFilterKind kind) => kind switch
    {
        SchemeFilterKind.Anonymous => "Pages that belong to no file.",
        SchemeFilterKind.Active => "Pages on the active LRU lists.",
        SchemeFilterKind.Memcg => "Pages charged to a memory cgroup, by its path from the root of the hierarchy.",
        SchemeFilterKind.Young => "Pages that were accessed since the last look.",
        SchemeFilterKind.HugePageSize => "Pages of huge pages of these sizes.",
        SchemeFilterKind.Unmapped => "Pages that no process maps.",
        SchemeFilterKind.Address => "A range of addresses.",
        SchemeFilterKind.Target => "The target with this number, from 0.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    static string Of(QuotaGoalMetric metric) => metric switch
    {
        QuotaGoalMetric.UserInput => "A number that is given.",
        QuotaGoalMetric.SomeMemoryPsiUs => "Time for which some task waited for memory, in microseconds since the last look.",
        QuotaGoalMetric.NodeMemoryUsedBp => "Used memory of a NUMA node, in 1/10000 or with %.",
        QuotaGoalMetric.NodeMemoryFreeBp => "Free memory of a NUMA node, in 1/10000 or with %.",
        QuotaGoalMetric.NodeMemcgUsedBp => "Memory of a node that a cgroup uses, in 1/10000 or with %.",
        QuotaGoalMetric.NodeMemcgFreeBp => "Memory of a node that a cgroup does not use, in 1/10000 or with %.",
        QuotaGoalMetric.ActiveMemoryBp => "Pages on the active LRU lists, in 1/10000 of those on all, or with %.",
        QuotaGoalMetric.InactiveMemoryBp => "Pages on the inactive LRU lists, in 1/10000 of those on all, or with %.",
        QuotaGoalMetric.NodeEligibleMemoryBp => "Memory of a node that the filters let pass, in 1/10000. By the kernel's own DAMON only.",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
    };

    static string Of(WatermarkMetric metric) => metric switch
    {
        WatermarkMetric.None => "Always active.",
        WatermarkMetric.FreeMemoryRate => "Free memory of the machine.",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
    };
}
