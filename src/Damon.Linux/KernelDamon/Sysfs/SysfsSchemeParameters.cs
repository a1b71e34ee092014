using System.Globalization;
using Damon.Linux.KernelDamon.Files;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>Writes a scheme to the files of its folder.</summary>
static class SysfsSchemeParameters
{
    /// <summary>Makes the files say what the scheme is.</summary>
    /// <param name="folder">The folder of the scheme.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="attributes">The intervals by which percentages and times become counts.</param>
    /// <exception cref="KernelDamonException">This kernel cannot do it.</exception>
    public static void Put(SysfsFolder folder, Scheme scheme, MonitoringAttributes attributes)
    {
        PutPattern(folder["access_pattern"], scheme.Pattern.ToCounts(attributes));
        string action = SchemeNames.Of(scheme.Action);
        folder.Put("action", action, scheme.Action switch
        {
            SchemeAction.LruPrio or SchemeAction.LruDeprio => $"Linux has {action} since 6.0",
            SchemeAction.MigrateHot or SchemeAction.MigrateCold => $"Linux has {action} since 6.11",
            SchemeAction.Collapse => $"Linux has {action} after 7.1",
            _ => null,
        });
        PutDestinations(folder, scheme.Destinations);
        folder.PutLater("apply_interval_us", scheme.ApplyIntervalUs, 0, "6.7");
        PutQuota(folder["quotas"], scheme.Quota);
        PutWatermarks(folder["watermarks"], scheme.Watermarks);
        PutFilters(folder, scheme.Filters);
        folder["stats"].PutLater("max_nr_snapshots", scheme.MaxNrSnapshots, 0, "7.0");
    }

    static void PutPattern(SysfsFolder folder, PatternCounts pattern)
    {
        PutRange(folder["sz"], pattern.MinSize, pattern.MaxSize);

        // The kernel keeps 32 bits of these without a word.
        PutRange(folder["nr_accesses"], Math.Min(pattern.MinNrAccesses, uint.MaxValue), Math.Min(pattern.MaxNrAccesses, uint.MaxValue));
        PutRange(folder["age"], Math.Min(pattern.MinAge, uint.MaxValue), Math.Min(pattern.MaxAge, uint.MaxValue));
    }

    static void PutRange(SysfsFolder folder, ulong least, ulong most)
    {
        folder.Put("min", least);
        folder.Put("max", most);
    }

    /// <summary>A single node has a file of its own, which older kernels have too.</summary>
    static void PutDestinations(SysfsFolder folder, IReadOnlyList<MigrationDestination> destinations)
    {
        string node = destinations is [MigrationDestination single] ? Text(single.NodeId) : "-1";
        folder.PutLater("target_nid", node, "-1", "6.11");
        int count = destinations.Count > 1 ? destinations.Count : 0;
        SysfsFolder several = folder["dests"];
        if (!several.Exists)
        {
            if (count > 0)
            {
                throw folder.Missing("dests", "6.17");
            }

            return;
        }

        several.PutCount("nr_dests", count);
        for (int i = 0; i < count; i++)
        {
            several[i].Put("id", Text(destinations[i].NodeId));
            several[i].Put("weight", destinations[i].Weight);
        }
    }

    static void PutQuota(SysfsFolder folder, SchemeQuota quota)
    {
        folder.Put("ms", quota.TimeMs);
        folder.Put("bytes", quota.SizeBytes);
        folder.Put("reset_interval_ms", quota.ResetIntervalMs);
        SysfsFolder weights = folder["weights"];
        weights.Put("sz_permil", quota.SizeWeight);
        weights.Put("nr_accesses_permil", quota.NrAccessesWeight);
        weights.Put("age_permil", quota.AgeWeight);
        PutGoals(folder, quota.Goals);
        folder.PutLater("goal_tuner", SchemeNames.Of(quota.Tuner), SchemeNames.Of(QuotaTuner.Consist), "7.1");
        folder.PutLater("fail_charge_num", quota.FailChargeNumerator, 0, "after 7.1");
        folder.PutLater("fail_charge_denom", quota.FailChargeDenominator, 0, "after 7.1");
    }

    static void PutGoals(SysfsFolder quota, IReadOnlyList<QuotaGoal> goals)
    {
        SysfsFolder folder = quota["goals"];
        if (!folder.Exists)
        {
            if (goals.Count > 0)
            {
                throw quota.Missing("goals", "6.8");
            }

            return;
        }

        folder.PutCount("nr_goals", goals.Count);
        for (int i = 0; i < goals.Count; i++)
        {
            QuotaGoal goal = goals[i];
            SysfsFolder one = folder[i];
            string metric = SchemeNames.Of(goal.Metric);
            one.PutLater(
                "target_metric",
                metric,
                SchemeNames.Of(QuotaGoalMetric.UserInput),
                "6.9",
                $"Linux has {metric} {SysfsFolder.Since(MetricSince(goal.Metric))}");
            one.PutLater("nid", Text(goal.NodeId), "0", "6.16");
            one.PutLater("path", goal.MemcgPath ?? "", "", "6.19");
            one.Put("target_value", goal.TargetValue);
            one.Put("current_value", goal.CurrentValue);
        }
    }

    static string MetricSince(QuotaGoalMetric metric) => metric switch
    {
        QuotaGoalMetric.UserInput => "6.8",
        QuotaGoalMetric.SomeMemoryPsiUs => "6.9",
        QuotaGoalMetric.NodeMemoryUsedBp or QuotaGoalMetric.NodeMemoryFreeBp => "6.16",
        QuotaGoalMetric.NodeMemcgUsedBp or QuotaGoalMetric.NodeMemcgFreeBp => "6.19",
        QuotaGoalMetric.ActiveMemoryBp or QuotaGoalMetric.InactiveMemoryBp => "7.0",
        _ => "after 7.1",
    };

    static void PutWatermarks(SysfsFolder folder, Watermarks marks)
    {
        folder.Put("metric", SchemeNames.Of(marks.Metric));
        folder.Put("interval_us", marks.IntervalUs);
        folder.Put("high", marks.High);
        folder.Put("mid", marks.Mid);
        folder.Put("low", marks.Low);
    }

    static void PutFilters(SysfsFolder scheme, IReadOnlyList<SchemeFilter> filters)
    {
        SysfsFolder all = scheme["filters"];
        SysfsFolder core = scheme["core_filters"];
        SysfsFolder pages = scheme["ops_filters"];
        if (core.Exists && pages.Exists)
        {
            // Entries of the old folder would be evaluated behind these.
            all.PutCount("nr_filters", 0);
            PutFilters(core, [.. filters.Where(f => f.IsCore)]);
            PutFilters(pages, [.. filters.Where(f => !f.IsCore)]);
        }
        else if (all.Exists)
        {
            PutFilters(all, [.. filters]);
        }
        else if (filters.Count > 0)
        {
            throw scheme.Missing("filters", "6.3");
        }
    }

    static void PutFilters(SysfsFolder folder, List<SchemeFilter> filters)
    {
        folder.PutCount("nr_filters", filters.Count);
        for (int i = 0; i < filters.Count; i++)
        {
            SchemeFilter filter = filters[i];
            SysfsFolder one = folder[i];
            string kind = SchemeNames.Of(filter.Kind);
            one.Put("type", kind, $"Linux has the filter {kind} since {KindSince(filter.Kind)}");
            one.Put("matching", filter.Matching ? "Y" : "N");
            one.PutLater("allow", filter.Allow ? "Y" : "N", "N", "6.14");
            switch (filter.Kind)
            {
                case SchemeFilterKind.Memcg:
                    one.Put("memcg_path", filter.MemcgPath ?? "");
                    break;
                case SchemeFilterKind.Address:
                    one.Put("addr_start", filter.Range.Start);
                    one.Put("addr_end", filter.Range.End);
                    break;
                case SchemeFilterKind.Target:
                    one.Put("damon_target_idx", (ulong)filter.TargetIndex);
                    break;
                case SchemeFilterKind.HugePageSize:
                    one.Put("min", filter.MinSize);
                    one.Put("max", filter.MaxSize);
                    break;
                default:
                    break;
            }
        }
    }

    static string KindSince(SchemeFilterKind kind) => kind switch
    {
        SchemeFilterKind.Anonymous or SchemeFilterKind.Memcg => "6.3",
        SchemeFilterKind.Address or SchemeFilterKind.Target => "6.6",
        SchemeFilterKind.Young => "6.10",
        _ => "6.15",
    };

    static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
