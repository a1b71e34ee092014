namespace Damon.Schemes.Text;

/// <summary>The options that <see cref="SchemeOptionParser"/> knows.</summary>
static class SchemeOptionNames
{
    /// <summary>Makes a scheme.</summary>
    public const string Action = "--damos_action";

    /// <summary>Least and greatest size.</summary>
    public const string Size = "--damos_sz_region";

    /// <summary>Least and greatest access rate.</summary>
    public const string AccessRate = "--damos_access_rate";

    /// <summary>Least and greatest age.</summary>
    public const string Age = "--damos_age";

    /// <summary>Time between two passes.</summary>
    public const string ApplyInterval = "--damos_apply_interval";

    /// <summary>The whole quota.</summary>
    public const string Quotas = "--damos_quotas";

    /// <summary>Quota of time.</summary>
    public const string QuotaTime = "--damos_quota_time";

    /// <summary>Quota of bytes.</summary>
    public const string QuotaSpace = "--damos_quota_space";

    /// <summary>Window of the quota.</summary>
    public const string QuotaInterval = "--damos_quota_interval";

    /// <summary>Three weights of the quota.</summary>
    public const string QuotaWeights = "--damos_quota_weights";

    /// <summary>What failures charge.</summary>
    public const string FailChargeRatio = "--damos_quota_fail_charge_ratio";

    /// <summary>A goal of the quota.</summary>
    public const string QuotaGoal = "--damos_quota_goal";

    /// <summary>How the quota follows its goals.</summary>
    public const string QuotaGoalTuner = "--damos_quota_goal_tuner";

    /// <summary>Goals per scheme.</summary>
    public const string NrQuotaGoals = "--damos_nr_quota_goals";

    /// <summary>Filters.</summary>
    public const string Filter = "--damos_filter";

    /// <summary>Filters per scheme.</summary>
    public const string NrFilters = "--damos_nr_filters";

    /// <summary>Watermarks.</summary>
    public const string Watermarks = "--damos_wmarks";

    /// <summary>Limit of passes.</summary>
    public const string MaxNrSnapshots = "--damos_max_nr_snapshots";

    /// <summary>Schemes per context.</summary>
    public const string NrSchemes = "--nr_schemes";

    internal static IReadOnlyList<string> PerScheme { get; } =
    [
        Size, AccessRate, Age, ApplyInterval, Quotas, QuotaTime, QuotaSpace, QuotaInterval, QuotaWeights, FailChargeRatio, QuotaGoalTuner, Watermarks,
        MaxNrSnapshots,
    ];

    internal static IReadOnlySet<string> All { get; } = new HashSet<string>(
        [.. PerScheme, Action, QuotaGoal, NrQuotaGoals, Filter, NrFilters, NrSchemes],
        StringComparer.Ordinal);
}
