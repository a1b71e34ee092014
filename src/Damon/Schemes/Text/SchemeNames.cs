using System.Diagnostics.CodeAnalysis;

namespace Damon.Schemes.Text;

/// <summary>The names that the DAMON tools and the kernel have for actions, metrics and filters.</summary>
static class SchemeNames
{
    static readonly (string Name, SchemeAction Value)[] s_actions =
    [
        ("willneed", SchemeAction.WillNeed), ("cold", SchemeAction.Cold), ("pageout", SchemeAction.PageOut), ("hugepage", SchemeAction.HugePage),
        ("nohugepage", SchemeAction.NoHugePage), ("collapse", SchemeAction.Collapse), ("lru_prio", SchemeAction.LruPrio),
        ("lru_deprio", SchemeAction.LruDeprio),
        ("migrate_hot", SchemeAction.MigrateHot), ("migrate_cold", SchemeAction.MigrateCold), ("stat", SchemeAction.Stat),
    ];

    static readonly (string Name, QuotaGoalMetric Value)[] s_goalMetrics =
    [
        ("user_input", QuotaGoalMetric.UserInput), ("some_mem_psi_us", QuotaGoalMetric.SomeMemoryPsiUs),
        ("node_mem_used_bp", QuotaGoalMetric.NodeMemoryUsedBp), ("node_mem_free_bp", QuotaGoalMetric.NodeMemoryFreeBp),
        ("node_memcg_used_bp", QuotaGoalMetric.NodeMemcgUsedBp), ("node_memcg_free_bp", QuotaGoalMetric.NodeMemcgFreeBp),
        ("active_mem_bp", QuotaGoalMetric.ActiveMemoryBp), ("inactive_mem_bp", QuotaGoalMetric.InactiveMemoryBp),
        ("node_eligible_mem_bp", QuotaGoalMetric.NodeEligibleMemoryBp),
    ];

    static readonly (string Name, SchemeFilterKind Value)[] s_filters =
    [
        ("anon", SchemeFilterKind.Anonymous), ("active", SchemeFilterKind.Active), ("memcg", SchemeFilterKind.Memcg), ("young", SchemeFilterKind.Young),
        ("hugepage_size", SchemeFilterKind.HugePageSize), ("unmapped", SchemeFilterKind.Unmapped), ("addr", SchemeFilterKind.Address),
        ("target", SchemeFilterKind.Target),
    ];

    static readonly (string Name, QuotaTuner Value)[] s_tuners = [("consist", QuotaTuner.Consist), ("temporal", QuotaTuner.Temporal)];

    static readonly (string Name, WatermarkMetric Value)[] s_watermarkMetrics =
    [
        ("none", WatermarkMetric.None),
        ("free_mem_rate", WatermarkMetric.FreeMemoryRate),
    ];

    /// <summary>The name, such as <c>pageout</c>.</summary>
    public static string Of(SchemeAction action) => Name(s_actions, action);

    /// <summary>The name, such as <c>some_mem_psi_us</c>.</summary>
    public static string Of(QuotaGoalMetric metric) => Name(s_goalMetrics, metric);

    /// <summary>The name, such as <c>anon</c>.</summary>
    public static string Of(SchemeFilterKind kind) => Name(s_filters, kind);

    /// <summary>The name, such as <c>consist</c>.</summary>
    public static string Of(QuotaTuner tuner) => Name(s_tuners, tuner);

    /// <summary>The name, such as <c>free_mem_rate</c>.</summary>
    public static string Of(WatermarkMetric metric) => Name(s_watermarkMetrics, metric);

    /// <summary>The action of a name, in any case of letters.</summary>
    public static bool TryParse(string name, out SchemeAction action) => Find(s_actions, name, out action);

    /// <summary>The metric of a name, in any case of letters.</summary>
    public static bool TryParse(string name, out QuotaGoalMetric metric) => Find(s_goalMetrics, name, out metric);

    /// <summary>The kind of filter of a name, in any case of letters.</summary>
    public static bool TryParse(string name, out SchemeFilterKind kind) => Find(s_filters, name, out kind);

    /// <summary>The tuner of a name, in any case of letters.</summary>
    public static bool TryParse(string name, out QuotaTuner tuner) => Find(s_tuners, name, out tuner);

    /// <summary>The metric of a name, in any case of letters.</summary>
    public static bool TryParse(string name, out WatermarkMetric metric) => Find(s_watermarkMetrics, name, out metric);

    internal static string Actions { get; } = All(s_actions);

    internal static string GoalMetrics { get; } = All(s_goalMetrics);

    internal static string FilterKinds { get; } = All(s_filters);

    internal static string Tuners { get; } = All(s_tuners);

    internal static string WatermarkMetrics { get; } = All(s_watermarkMetrics);

    /// <summary>Whether memory is taken away from who uses it: what is in use should not be.</summary>
    internal static bool TakesMemory(SchemeAction action) =>
        action is SchemeAction.PageOut or SchemeAction.Cold or SchemeAction.LruDeprio or SchemeAction.MigrateCold;

    /// <summary>Whether memory is moved to another node, which has to be given.</summary>
    internal static bool IsMigration(SchemeAction action) => action is SchemeAction.MigrateHot or SchemeAction.MigrateCold;

    static string All<T>((string Name, T Value)[] names) => string.Join(", ", names.Select(n => n.Name));

    static string Name<T>((string Name, T Value)[] names, T value)
        where T : struct, Enum
    {
        foreach ((string name, T candidate) in names)
        {
            if (EqualityComparer<T>.Default.Equals(candidate, value))
            {
                return name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, "There is no name for it.");
    }

    static bool Find<T>((string Name, T Value)[] names, string name, [NotNullWhen(true)] out T value)
        where T : struct, Enum
    {
        foreach ((string candidate, T known) in names)
        {
            if (candidate.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                value = known;
                return true;
            }
        }

        value = default;
        return false;
    }
}
