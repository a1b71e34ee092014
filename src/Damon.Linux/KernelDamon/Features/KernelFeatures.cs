using Damon.Linux.KernelDamon.DebugFs;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Modules;
using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.Features;

/// <summary>Finds out what this kernel's DAMON can, by looking which files there are. Nothing is written, and no version of the kernel is asked.</summary>
/// <param name="admin">The folder of the sysfs interface.</param>
/// <param name="debugfs">The folder of the debugfs interface.</param>
/// <param name="tracefs">Where tracefs is mounted.</param>
/// <param name="modules">The folder of the modules.</param>
sealed class KernelFeatures(IKernelFiles admin, IKernelFiles debugfs, IKernelFiles tracefs, IKernelFiles modules)
{
    const string ByWriting = "only writing would tell";

    static readonly string[] s_filterFolders = ["core_filters", "ops_filters", "filters"];

    static readonly string[] s_placeNames = ["", "kdamond", "context", "target", "scheme", "quota goal", "filter"];

    static readonly FeatureRule[] s_sysfs =
    [
        new("addr_unit", "6.18", FeaturePlace.Context, "addr_unit"),
        new("allow_filter", "6.14", FeaturePlace.Filter, "allow"),
        new("avail_ops", "5.19", FeaturePlace.Context, "avail_operations"),
        new("ctx_pause", "after 7.1", FeaturePlace.Context, "pause"),
        new("damos_max_nr_snapshots", "7.0", FeaturePlace.Scheme, "stats/max_nr_snapshots"),
        new("damos_quota_fail_charge_ratio", "after 7.1", FeaturePlace.Scheme, "quotas/fail_charge_num"),
        new("damos_quota_goal_in_active_mem_bp", "7.0", FeaturePlace.Scheme, ">stats/nr_snapshots", "dests"),
        new("damos_quota_goal_tuner", "7.1", FeaturePlace.Scheme, "quotas/goal_tuner"),
        new("damos_stat_nr_snapshots", "7.0", FeaturePlace.Scheme, "stats/nr_snapshots"),
        new("fvaddr", "5.19", FeaturePlace.Context, "avail_operations=fvaddr"),
        new("init_regions", "5.18", FeaturePlace.Admin, "nr_kdamonds"),
        new("intervals_goal", "6.15", FeaturePlace.Context, "monitoring_attrs/intervals/intervals_goal"),
        new("obsolete_target", "6.19", FeaturePlace.Target, "obsolete_target"),
        new("online_params_commit", "5.19", FeaturePlace.Context, "avail_operations"),
        new("paddr", "5.18", FeaturePlace.Context, "avail_operations=paddr"),
        new("refresh_ms", "6.17", FeaturePlace.Kdamond, "refresh_ms"),
        new("schemes", "5.18", FeaturePlace.Admin, "nr_kdamonds"),
        new("schemes_apply_interval", "6.7", FeaturePlace.Scheme, "apply_interval_us"),
        new("schemes_dests", "6.17", FeaturePlace.Scheme, "dests"),
        new("schemes_filters", "6.3", FeaturePlace.Scheme, "filters"),
        new("schemes_filters_active", "6.15", FeaturePlace.Scheme, "core_filters"),
        new("schemes_filters_addr", "6.6", FeaturePlace.Scheme, "tried_regions/total_bytes"),
        new("schemes_filters_anon", "6.3", FeaturePlace.Scheme, "filters"),
        new("schemes_filters_core_ops_dirs", "6.15", FeaturePlace.Scheme, "core_filters"),
        new("schemes_filters_hugepage_size", "6.15", FeaturePlace.Scheme, "core_filters"),
        new("schemes_filters_memcg", "6.3", FeaturePlace.Scheme, "filters"),
        new("schemes_filters_target", "6.6", FeaturePlace.Scheme, "tried_regions/total_bytes"),
        new("schemes_filters_unmapped", "6.15", FeaturePlace.Scheme, "core_filters"),
        new("schemes_filters_young", "6.10", FeaturePlace.Scheme, ">target_nid", "quotas/effective_bytes"),
        new("schemes_migrate", "6.11", FeaturePlace.Scheme, "target_nid"),
        new("schemes_prioritization", "5.18", FeaturePlace.Admin, "nr_kdamonds"),
        new("schemes_quota_effective_bytes", "6.9", FeaturePlace.Scheme, "quotas/effective_bytes"),
        new("schemes_quota_goal_metric", "6.9", FeaturePlace.Scheme, "quotas/effective_bytes"),
        new("schemes_quota_goal_node_mem_used_free", "6.16", FeaturePlace.Goal, "nid"),
        new("schemes_quota_goal_node_memcg_used_free", "6.19", FeaturePlace.Goal, "path"),
        new("schemes_quota_goal_some_psi", "6.9", FeaturePlace.Scheme, "quotas/effective_bytes"),
        new("schemes_quota_goals", "6.8", FeaturePlace.Scheme, "quotas/goals"),
        new("schemes_size_quota", "5.18", FeaturePlace.Admin, "nr_kdamonds"),
        new("schemes_stat_qt_exceed", "5.18", FeaturePlace.Admin, "nr_kdamonds"),
        new("schemes_stat_succ", "5.18", FeaturePlace.Admin, "nr_kdamonds"),
        new("schemes_time_quota", "5.18", FeaturePlace.Admin, "nr_kdamonds"),
        new("schemes_tried_regions", "6.2", FeaturePlace.Scheme, "tried_regions"),
        new("schemes_tried_regions_sz", "6.6", FeaturePlace.Scheme, "tried_regions/total_bytes"),
        new("schemes_wmarks", "5.18", FeaturePlace.Admin, "nr_kdamonds"),
        new("sz_ops_filter_passed", "6.14", FeaturePlace.Scheme, "stats/sz_ops_filter_passed"),
        new("vaddr", "5.18", FeaturePlace.Context, "avail_operations=vaddr"),
    ];

    static readonly (string Name, string Since)[] s_events =
    [
        ("damon_aggregated", "5.15"), ("damon_monitor_intervals_tune", "6.17"), ("damos_before_apply", "6.7"), ("damos_esz", "6.17"),
        ("damos_stat_after_apply_interval", "7.0"),
    ];

    static readonly (string Module, string Name, string Since, string Parameter)[] s_parameters =
    [
        ("lru_sort", "active_mem_bp", "7.0", "active_mem_bp"), ("lru_sort", "addr_unit", "6.18", "addr_unit"),
        ("reclaim", "addr_unit", "6.18", "addr_unit"), ("reclaim", "commit_inputs", "6.0", "commit_inputs"), ("reclaim", "skip_anon", "6.3", "skip_anon"),
        ("reclaim", "quota_mem_pressure_us", "6.9", "quota_mem_pressure_us"), ("reclaim", "quota_user_feedback", "6.9", "quota_autotune_feedback"),
        ("stat", "aggr_interval", "6.18", "aggr_interval_us"),
    ];

    readonly KernelTree _admin = new(admin);
    readonly KernelTree _debugfs = new(debugfs);
    readonly KernelTree _tracefs = new(tracefs);
    readonly KernelModules _modules = new(new KernelTree(modules));

    /// <summary>All features, by name.</summary>
    /// <exception cref="KernelDamonException">Something that is there cannot be read.</exception>
    public IReadOnlyList<KernelFeature> Look()
    {
        List<KernelFeature> features = [];
        AddInterfaces(features);
        AddSysfs(features);
        AddDebugFs(features);
        AddEvents(features);
        AddModules(features);
        features.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return features;
    }

    bool HasSysfs => _admin.Exists("kdamonds/nr_kdamonds");

    void AddInterfaces(List<KernelFeature> features)
    {
        bool hasDebugFs = new DebugFsFiles(_debugfs).IsThere;
        features.Add(new("interface/damon_debugfs", hasDebugFs, "5.15", _debugfs.Files.Root));
        features.Add(new("interface/damon_sysfs", HasSysfs, "5.18", _admin.PathOf("kdamonds")));
        foreach ((string module, string since) in new[] { ("reclaim", "5.16"), ("lru_sort", "6.0"), ("stat", "6.17") })
        {
            features.Add(new($"interface/damon_{module}", _modules.Has(module), since, _modules.Tree.PathOf(KernelModules.Parameters(module))));
        }
    }

    void AddSysfs(List<KernelFeature> features)
    {
        string?[] places = FindPlaces();
        foreach (FeatureRule rule in s_sysfs)
        {
            features.Add(Judge(rule, places));
        }
    }

    KernelFeature Judge(FeatureRule rule, string?[] places)
    {
        string name = "sysfs/" + rule.Name;
        if (!HasSysfs)
        {
            return new(name, false, rule.Since, $"no {_admin.PathOf("kdamonds")}");
        }

        if (places[(int)rule.Place] is not { } place)
        {
            return new(name, null, rule.Since, $"needs a {s_placeNames[(int)rule.Place]} directory, and there is none");
        }

        bool isLater = rule.File[0] == '>';
        string[] parts = rule.File.TrimStart('>').Split('=');
        string path = $"{place}/{parts[0]}";
        string shown = _admin.PathOf(path);
        if (_admin.Exists(path))
        {
            // Kernels without the list have vaddr and paddr, if they are built with them: that only a start tells.
            return parts.Length == 1 || _admin.Read(path).Split('\n').Contains(parts[1])
                ? new(name, true, rule.Since, shown)
                : new(name, false, rule.Since, $"{shown} does not name {parts[1]}");
        }

        return isLater && (rule.Before is null || _admin.Exists($"{place}/{rule.Before}")) ? new(name, null, rule.Since, ByWriting)
            : parts.Length > 1 && rule.Since == "5.18" ? new(name, null, rule.Since, $"no {shown}, and {ByWriting}")
            : new(name, false, rule.Since, $"no {(isLater ? _admin.PathOf($"{place}/{rule.Before}") : shown)}");
    }

    /// <summary>A folder of each kind, wherever there is one; null for kinds of which there is none.</summary>
    string?[] FindPlaces()
    {
        string?[] places = new string?[s_placeNames.Length];
        places[(int)FeaturePlace.Admin] = "kdamonds";
        foreach (string kdamond in Numbered("kdamonds"))
        {
            places[(int)FeaturePlace.Kdamond] ??= kdamond;
            foreach (string context in Numbered($"{kdamond}/contexts"))
            {
                places[(int)FeaturePlace.Context] ??= context;
                places[(int)FeaturePlace.Target] ??= Numbered($"{context}/targets").FirstOrDefault();
                foreach (string scheme in Numbered($"{context}/schemes"))
                {
                    places[(int)FeaturePlace.Scheme] ??= scheme;
                    places[(int)FeaturePlace.Goal] ??= Numbered($"{scheme}/quotas/goals").FirstOrDefault();
                    places[(int)FeaturePlace.Filter] ??= s_filterFolders.SelectMany(f => Numbered($"{scheme}/{f}")).FirstOrDefault();
                }
            }
        }

        return places;
    }

    IEnumerable<string> Numbered(string folder)
    {
        List<string> names = [];
        _ = _admin.Files.List(folder, names);
        return names.Where(n => n.All(char.IsAsciiDigit)).OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal).Select(n => $"{folder}/{n}");
    }

    void AddDebugFs(List<KernelFeature> features)
    {
        DebugFsFiles files = new(_debugfs);
        bool isThere = files.IsThere;
        bool hasSchemes = isThere && files.HasSchemes;
        void Add(string name, string since, bool? supported, string why) =>
            features.Add(new("debugfs/" + name, isThere ? supported : false, since, isThere ? why : $"no {_debugfs.PathOf("attrs")}"));

        Add("record", "withdrawn", files.HasRecord, _debugfs.PathOf("record"));
        Add("vaddr", "5.15", true, _debugfs.PathOf(files.Targets));
        Add("schemes", "5.16", hasSchemes, _debugfs.PathOf("schemes"));
        Add("init_regions", "5.16", files.HasInitRegions, _debugfs.PathOf("init_regions"));
        Add("paddr", "5.16", hasSchemes ? null : false, ByWriting);

        // Kernels that write no records got schemes with all of these at once.
        int numbers = hasSchemes && _debugfs.TryRead("schemes", out string text) == Errno.None ? DebugFsFiles.Numbers(text.Split('\n')[0]).Length : 0;
        bool? columns = !hasSchemes ? false : numbers > 0 ? numbers >= 20 : files.HasRecord ? null : true;
        foreach (string name in new[] { "schemes_size_quota", "schemes_time_quota", "schemes_prioritization", "schemes_wmarks" })
        {
            Add(name, "5.16", columns, _debugfs.PathOf("schemes"));
        }

        // The sysfs interface came just after these.
        bool? statistics = !hasSchemes ? false : numbers > 0 ? numbers >= 23 : HasSysfs ? true : null;
        Add("schemes_stat_succ", "5.17", statistics, statistics is null ? ByWriting : _debugfs.PathOf("schemes"));
        Add("schemes_stat_qt_exceed", "5.17", statistics, statistics is null ? ByWriting : _debugfs.PathOf("schemes"));
        Add(
            "init_regions_target_idx",
            "5.18",
            files.HasInitRegions && HasSysfs ? true : files.HasInitRegions ? null : false,
            files.HasInitRegions && !HasSysfs ? ByWriting : _debugfs.PathOf("init_regions"));
    }

    void AddEvents(List<KernelFeature> features)
    {
        // Without root the folder cannot be looked into, and looks like an empty one.
        bool isSeen = _tracefs.Exists("events");
        foreach ((string name, string since) in s_events)
        {
            string path = $"events/damon/{name}";
            features.Add(
                new(
                    "trace/" + name,
                    isSeen ? _tracefs.Exists(path) : null,
                    since,
                    isSeen ? _tracefs.PathOf(path) : $"no {_tracefs.PathOf("events")}: tracefs is not mounted there, or only root sees it"));
        }
    }

    void AddModules(List<KernelFeature> features)
    {
        foreach ((string module, string name, string since, string parameter) in s_parameters)
        {
            string path = $"{KernelModules.Parameters(module)}/{parameter}";
            features.Add(new($"{module}/{name}", _modules.Tree.Exists(path), since, _modules.Tree.PathOf(path)));
        }
    }
}
