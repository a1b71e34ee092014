using System.Globalization;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.KernelDamon.Models;

/// <summary>The folder <c>admin</c> of the kernel's DAMON, of a generation that is given by its version: 7.2 stands for what comes after 7.1.</summary>
sealed class SysfsModel : ModelFiles
{
    readonly Version _version;
    readonly ModelFolder _kdamonds;
    int _nextPid = 300;

    public SysfsModel(string version, ModelFaults? faults = null)
        : base("/model/admin", faults)
    {
        _version = Version.Parse(version);
        _kdamonds = Top.Folder("kdamonds");
        Counted(_kdamonds, "nr_kdamonds", AddKdamond, canWrite: () => !Kdamonds.Any(k => k.IsOn), removed: Kdamonds.Clear);
    }

    /// <summary>Whether the kernel was built with the monitoring of physical memory.</summary>
    public bool HasPhysical { get; init; } = true;

    /// <summary>The kdamonds that there are.</summary>
    public List<ModelKdamond> Kdamonds { get; } = [];

    /// <summary>Processes that live; targets have to be among them.</summary>
    public HashSet<int> Pids { get; } = [187, 188];

    /// <summary>Regions of each target, as start, end, accesses, age.</summary>
    public List<List<(ulong Start, ulong End, uint NrAccesses, uint Age)>> Regions { get; } = [];

    /// <summary>Whether a module has DAMON to itself.</summary>
    public bool IsTaken { get; set; }

    /// <summary>What somebody else does.</summary>
    /// <param name="count">How many kdamonds there are then.</param>
    /// <param name="isOn">Whether the first runs.</param>
    public void MakeForeign(int count, bool isOn)
    {
        string[] steps =
        [
            $"nr_kdamonds={count}", "0/contexts/nr_contexts=1", "0/contexts/0/targets/nr_targets=1", "0/contexts/0/targets/0/pid_target=187",
            isOn ? "0/state=on" : "",
        ];
        foreach (string step in steps)
        {
            int at = step.IndexOf('=');
            Assert.Equal(Errno.None, at < 0 ? Errno.None : Write("kdamonds/" + step[..at], step[(at + 1)..]));
        }
    }

    bool Has(string since) => _version >= Version.Parse(since);

    /// <summary>Numbers as the kernel reads them: base by prefix, one line feed.</summary>
    static bool TryNumber(string text, out ulong number)
    {
        string digits = text.EndsWith('\n') ? text[..^1] : text;
        return digits.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    static void Number(ModelFolder folder, string name, ulong value)
    {
        ulong now = value;
        folder.Children[name] = new ModelFile(() => $"{now}\n", text =>
        {
            if (!TryNumber(text, out ulong number))
            {
                return Errno.EINVAL;
            }

            now = number;
            return Errno.None;
        });
    }

    static void Integer(ModelFolder folder, string name, int value)
    {
        int now = value;
        folder.Children[name] = new ModelFile(() => $"{now}\n", text => int.TryParse(text.TrimEnd('\n'), out now) ? Errno.None : Errno.EINVAL);
    }

    static void Bool(ModelFolder folder, string name)
    {
        bool now = false;
        folder.Children[name] = new ModelFile(() => now ? "Y\n" : "N\n", text =>
        {
            string word = text.TrimEnd('\n');
            if (word is not ("Y" or "N" or "1" or "0" or "y" or "n"))
            {
                return Errno.EINVAL;
            }

            now = word is "Y" or "1" or "y";
            return Errno.None;
        });
    }

    static void Word(ModelFolder folder, string name, params string[] words)
    {
        string now = words[0];
        folder.Children[name] = new ModelFile(() => now + "\n", text =>
        {
            string word = text.EndsWith('\n') ? text[..^1] : text;
            if (!words.Contains(word))
            {
                return Errno.EINVAL;
            }

            now = word;
            return Errno.None;
        });
    }

    static ModelFile ReadOnly(Func<string> read) => new(() => read() + "\n");

    /// <summary>A file with the number of folders beside it: a write removes them all and makes new ones.</summary>
    static void Counted(
        ModelFolder folder,
        string name,
        Action<ModelFolder, int> add,
        Func<bool>? canWrite = null,
        Action? removed = null,
        int most = int.MaxValue)
    {
        int count = 0;
        folder.Children[name] = new ModelFile(() => $"{count}\n", text =>
        {
            if (!int.TryParse(text.TrimEnd('\n'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) || number < 0 || number > most)
            {
                return Errno.EINVAL;
            }

            if (canWrite is not null && !canWrite())
            {
                return Errno.EBUSY;
            }

            foreach (string old in folder.Children.Keys.Where(k => k.All(char.IsAsciiDigit)).ToList())
            {
                folder.Children.Remove(old);
            }

            removed?.Invoke();
            count = number;
            for (int i = 0; i < number; i++)
            {
                add(folder.Folder(i.ToString(CultureInfo.InvariantCulture)), i);
            }

            return Errno.None;
        });
    }

    void AddKdamond(ModelFolder folder, int index)
    {
        ModelKdamond kdamond = new(folder);
        Kdamonds.Add(kdamond);
        folder.Children["state"] = new ModelFile(() => kdamond.IsOn ? "on\n" : "off\n", text => Command(kdamond, text.TrimEnd('\n')));
        folder.Children["pid"] = ReadOnly(() => (kdamond.IsOn ? kdamond.Pid : -1).ToString(CultureInfo.InvariantCulture));
        if (Has("6.17"))
        {
            Number(folder, "refresh_ms", 0);
        }

        Counted(folder.Folder("contexts"), "nr_contexts", AddContext, most: 1);
    }

    void AddContext(ModelFolder folder, int index)
    {
        if (Has("5.19"))
        {
            folder.Children["avail_operations"] = ReadOnly(() => HasPhysical ? "fvaddr\npaddr\nvaddr" : "fvaddr\nvaddr");
            Word(folder, "operations", "vaddr", "fvaddr", "paddr");
        }
        else
        {
            Word(folder, "operations", "vaddr", "paddr");
        }

        if (Has("6.18"))
        {
            Number(folder, "addr_unit", 1);
        }

        if (Has("7.2"))
        {
            Bool(folder, "pause");
        }

        ModelFolder attributes = folder.Folder("monitoring_attrs");
        ModelFolder intervals = attributes.Folder("intervals");
        Number(intervals, "sample_us", 5_000);
        Number(intervals, "aggr_us", 100_000);
        Number(intervals, "update_us", 60_000_000);
        if (Has("6.15"))
        {
            ModelFolder goal = intervals.Folder("intervals_goal");
            foreach (string name in new[] { "access_bp", "aggrs", "min_sample_us", "max_sample_us" })
            {
                Number(goal, name, 0);
            }
        }

        ModelFolder limits = attributes.Folder("nr_regions");
        Number(limits, "min", 10);
        Number(limits, "max", 1000);
        Counted(folder.Folder("targets"), "nr_targets", AddTarget);
        Counted(folder.Folder("schemes"), "nr_schemes", AddScheme);
    }

    void AddTarget(ModelFolder folder, int index)
    {
        Integer(folder, "pid_target", 0);
        if (Has("6.19"))
        {
            Bool(folder, "obsolete_target");
        }

        Counted(folder.Folder("regions"), "nr_regions", static (region, _) =>
        {
            Number(region, "start", 0);
            Number(region, "end", 0);
        });
    }

    void AddScheme(ModelFolder folder, int index)
    {
        ModelFolder pattern = folder.Folder("access_pattern");
        foreach (string name in new[] { "sz", "nr_accesses", "age" })
        {
            ModelFolder range = pattern.Folder(name);
            Number(range, "min", 0);
            Number(range, "max", 0);
        }

        List<string> actions = ["stat", "willneed", "cold", "pageout", "hugepage", "nohugepage"];
        actions.AddRange(Has("6.0") ? ["lru_prio", "lru_deprio"] : []);
        actions.AddRange(Has("6.11") ? ["migrate_hot", "migrate_cold"] : []);
        actions.AddRange(Has("7.2") ? ["collapse"] : []);
        Word(folder, "action", [.. actions]);
        if (Has("6.11"))
        {
            Integer(folder, "target_nid", -1);
        }

        if (Has("6.17"))
        {
            Counted(folder.Folder("dests"), "nr_dests", static (dest, _) =>
            {
                Number(dest, "id", 0);
                Number(dest, "weight", 0);
            });
        }

        if (Has("6.7"))
        {
            Number(folder, "apply_interval_us", 0);
        }

        AddQuotas(folder.Folder("quotas"));
        ModelFolder marks = folder.Folder("watermarks");
        Word(marks, "metric", "none", "free_mem_rate");
        foreach (string name in new[] { "interval_us", "high", "mid", "low" })
        {
            Number(marks, name, 0);
        }

        string[] core = Has("6.6") ? ["addr", "target"] : [];
        string[] pages = Has("6.15") ? ["anon", "memcg", "young", "hugepage_size", "unmapped", "active"]
            : Has("6.10") ? ["anon", "memcg", "young"]
            : ["anon", "memcg"];
        if (Has("6.3"))
        {
            Counted(folder.Folder("filters"), "nr_filters", (filter, _) => AddFilter(filter, [.. pages, .. core]));
        }

        if (Has("6.15"))
        {
            // A new filter is of the first kind, whatever the folder takes.
            Counted(folder.Folder("core_filters"), "nr_filters", (filter, _) => AddFilter(filter, core, "anon"));
            Counted(folder.Folder("ops_filters"), "nr_filters", (filter, _) => AddFilter(filter, pages));
        }

        ModelFolder stats = folder.Folder("stats");
        foreach (string name in new[] { "nr_tried", "sz_tried", "nr_applied", "sz_applied", "qt_exceeds" })
        {
            stats.Children[name] = ReadOnly(static () => "0");
        }

        if (Has("6.14"))
        {
            stats.Children["sz_ops_filter_passed"] = ReadOnly(static () => "0");
        }

        if (Has("7.0"))
        {
            stats.Children["nr_snapshots"] = ReadOnly(static () => "0");
            Number(stats, "max_nr_snapshots", 0);
        }

        if (Has("6.2"))
        {
            ModelFolder tried = folder.Folder("tried_regions");
            if (Has("6.6"))
            {
                tried.Children["total_bytes"] = ReadOnly(static () => "0");
            }
        }
    }

    void AddQuotas(ModelFolder folder)
    {
        foreach (string name in new[] { "ms", "bytes", "reset_interval_ms" })
        {
            Number(folder, name, 0);
        }

        if (Has("6.9"))
        {
            folder.Children["effective_bytes"] = ReadOnly(static () => "0");
        }

        if (Has("7.1"))
        {
            Word(folder, "goal_tuner", "consist", "temporal");
        }

        if (Has("7.2"))
        {
            Number(folder, "fail_charge_num", 0);
            Number(folder, "fail_charge_denom", 0);
        }

        ModelFolder weights = folder.Folder("weights");
        foreach (string name in new[] { "sz_permil", "nr_accesses_permil", "age_permil" })
        {
            Number(weights, name, 0);
        }

        if (!Has("6.8"))
        {
            return;
        }

        List<string> metrics = ["user_input", "some_mem_psi_us"];
        metrics.AddRange(Has("6.16") ? ["node_mem_used_bp", "node_mem_free_bp"] : []);
        metrics.AddRange(Has("6.19") ? ["node_memcg_used_bp", "node_memcg_free_bp"] : []);
        metrics.AddRange(Has("7.0") ? ["active_mem_bp", "inactive_mem_bp"] : []);
        Counted(folder.Folder("goals"), "nr_goals", (goal, _) =>
        {
            Number(goal, "target_value", 0);
            Number(goal, "current_value", 0);
            if (Has("6.9"))
            {
                Word(goal, "target_metric", [.. metrics]);
            }

            if (Has("6.16"))
            {
                Integer(goal, "nid", 0);
            }

            if (Has("6.19"))
            {
                goal.Children["path"] = ModelFile.Text("");
            }
        });
    }

    void AddFilter(ModelFolder folder, string[] kinds, string? first = null)
    {
        string now = first ?? kinds[0];
        folder.Children["type"] = new ModelFile(() => now + "\n", text =>
        {
            string word = text.TrimEnd('\n');
            if (!kinds.Contains(word))
            {
                return Errno.EINVAL;
            }

            now = word;
            return Errno.None;
        });
        Bool(folder, "matching");
        if (Has("6.14"))
        {
            Bool(folder, "allow");
        }

        folder.Children["memcg_path"] = ModelFile.Text("");
        if (Has("6.6"))
        {
            Number(folder, "addr_start", 0);
            Number(folder, "addr_end", 0);
            Integer(folder, "damon_target_idx", 0);
        }

        if (Has("6.15"))
        {
            Number(folder, "min", 0);
            Number(folder, "max", 0);
        }
    }

    Errno Command(ModelKdamond kdamond, string command)
    {
        string[] known = ["on", "off", "update_schemes_stats"];
        IEnumerable<string> all = known
            .Concat(Has("5.19") ? ["commit"] : [])
            .Concat(Has("6.2") ? ["update_schemes_tried_regions", "clear_schemes_tried_regions"] : [])
            .Concat(Has("6.6") ? ["update_schemes_tried_bytes"] : [])
            .Concat(Has("6.8") ? ["commit_schemes_quota_goals"] : [])
            .Concat(Has("6.9") ? ["update_schemes_effective_quotas"] : [])
            .Concat(Has("6.15") ? ["update_tuned_intervals"] : []);
        if (!all.Contains(command))
        {
            return Errno.EINVAL;
        }

        kdamond.Commands.Add(command);
        if (command == "on")
        {
            return IsTaken || kdamond.IsOn ? Errno.EBUSY : Start(kdamond);
        }

        if (command == "off")
        {
            return !kdamond.WasOn ? Errno.EINVAL : !kdamond.IsOn ? Errno.EPERM : kdamond.End();
        }

        if (!kdamond.IsOn)
        {
            return Errno.EINVAL;
        }

        switch (command)
        {
            case "commit":
                Errno errno = Check(kdamond);
                if (errno == Errno.None)
                {
                    kdamond.Applied = Dump();
                    return errno;
                }

                // As seen on 6.12: the answer is lost, and the kdamond with its targets.
                return Has("6.15") ? errno : kdamond.End();
            case "update_schemes_tried_regions":
                UpdateTriedRegions(kdamond);
                break;
            case "clear_schemes_tried_regions":
                ForEachScheme(kdamond, (_, scheme) => Clear((ModelFolder)scheme.Children["tried_regions"]));
                break;
            case "update_schemes_stats":
                ForEachScheme(kdamond, (index, scheme) =>
                {
                    ModelFolder stats = (ModelFolder)scheme.Children["stats"];
                    stats.Children["nr_tried"] = ReadOnly(() => $"{10 + index}");
                    stats.Children["sz_tried"] = ReadOnly(() => $"{4096 * (10 + index)}");
                });
                break;
            case "update_schemes_effective_quotas":
                ForEachScheme(kdamond, (_, scheme) => ((ModelFolder)scheme.Children["quotas"]).Children["effective_bytes"] = ReadOnly(static () => "8388608"));
                break;
            case "update_tuned_intervals":
                ModelFolder intervals = (ModelFolder)kdamond.Folder.Find("contexts/0/monitoring_attrs/intervals")!;
                Number(intervals, "sample_us", kdamond.TunedSampleUs);
                Number(intervals, "aggr_us", kdamond.TunedSampleUs * 20);
                break;
            default:
                break;
        }

        return Errno.None;
    }

    Errno Start(ModelKdamond kdamond)
    {
        Errno errno = Check(kdamond);
        if (errno == Errno.None)
        {
            kdamond.Begin(_nextPid++);
            kdamond.Applied = Dump();
            if (Says(kdamond.Folder, "contexts/0/targets/nr_targets") == "0")
            {
                kdamond.End();
            }
        }

        return errno;
    }

    static string Says(ModelFolder folder, string path) => ((ModelFile)folder.Find(path)!).Read().TrimEnd('\n');

    static ulong NumberOf(ModelFolder folder, string path) => ulong.Parse(Says(folder, path), CultureInfo.InvariantCulture);

    /// <summary>What the kernel looks at when it starts or commits.</summary>
    Errno Check(ModelKdamond kdamond)
    {
        if (kdamond.Folder.Find("contexts/0") is not ModelFolder context)
        {
            return Errno.EINVAL;
        }

        ulong least = NumberOf(context, "monitoring_attrs/nr_regions/min");
        string operations = Says(context, "operations");
        ModelFolder targets = (ModelFolder)context.Children["targets"];
        int count = int.Parse(Says(targets, "nr_targets"), CultureInfo.InvariantCulture);
        if (least < 3 || least > NumberOf(context, "monitoring_attrs/nr_regions/max")
            || NumberOf(context, "monitoring_attrs/intervals/sample_us") > NumberOf(context, "monitoring_attrs/intervals/aggr_us")
            || (operations == "paddr" && count > 1))
        {
            return Errno.EINVAL;
        }

        for (int i = 0; i < count; i++)
        {
            if (operations != "paddr" && !Pids.Contains(int.Parse(Says(targets, $"{i}/pid_target"), CultureInfo.InvariantCulture)))
            {
                return Errno.EINVAL;
            }

            ulong before = 0;
            for (int r = 0; targets.Find($"{i}/regions/{r}") is ModelFolder region; r++)
            {
                ulong start = NumberOf(region, "start");
                ulong end = NumberOf(region, "end");
                if (start > end || start < before)
                {
                    return Errno.EINVAL;
                }

                before = end;
            }
        }

        // Neither the order of watermarks is looked at, nor goals of 0, which are passed over: seen on 6.12.
        return Errno.None;
    }

    void UpdateTriedRegions(ModelKdamond kdamond) => ForEachScheme(kdamond, (_, scheme) =>
    {
        ModelFolder tried = (ModelFolder)scheme.Children["tried_regions"];
        Clear(tried);
        int? only = null;
        string filters = Has("6.15") ? "core_filters" : "filters";
        if (scheme.Find($"{filters}/0") is ModelFolder filter && Says(filter, "type") == "target")
        {
            only = int.Parse(Says(filter, "damon_target_idx"), CultureInfo.InvariantCulture);
        }

        int next = 0;
        for (int target = 0; target < Regions.Count; target++)
        {
            foreach ((ulong start, ulong end, uint nrAccesses, uint age) in Regions[target])
            {
                if ((only ?? target) != target || end - start > NumberOf(scheme, "access_pattern/sz/max")
                    || nrAccesses > NumberOf(scheme, "access_pattern/nr_accesses/max") || age > NumberOf(scheme, "access_pattern/age/max"))
                {
                    continue;
                }

                ModelFolder region = tried.Folder((next++).ToString(CultureInfo.InvariantCulture));
                region.Children["start"] = ReadOnly(() => $"{start}");
                region.Children["end"] = ReadOnly(() => $"{end}");
                region.Children["nr_accesses"] = ReadOnly(() => $"{nrAccesses}");
                region.Children["age"] = ReadOnly(() => $"{age}");
                if (Has("6.14"))
                {
                    region.Children["sz_filter_passed"] = ReadOnly(static () => "0");
                }
            }
        }
    });

    static void Clear(ModelFolder tried)
    {
        foreach (string old in tried.Children.Keys.Where(k => k.All(char.IsAsciiDigit)).ToList())
        {
            tried.Children.Remove(old);
        }
    }

    static void ForEachScheme(ModelKdamond kdamond, Action<int, ModelFolder> action)
    {
        for (int i = 0; kdamond.Folder.Find($"contexts/0/schemes/{i}") is ModelFolder scheme; i++)
        {
            action(i, scheme);
        }
    }
}
