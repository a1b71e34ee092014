using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Schemes.Text;

/// <summary>Takes schemes and contexts out of a JSON or YAML document.</summary>
/// <param name="source">For messages.</param>
/// <param name="onRemark">Gets a remark on each unknown key and on what may not be meant; null for none.</param>
sealed class SpecificationReader(SchemeTextSource source, Action<string>? onRemark)
{
    const string ByteForms = "bytes, or a size like 4K or 2 MiB";
    const string TimeForms = "a time like 5ms or 1 s 200 ms";
    const string NumberForms = "a whole number";

    static readonly string[] s_schemeKeys =
    [
        "action", "dests", "target_nid", "access_pattern", "apply_interval_us", "quotas", "watermarks", "filters", "max_nr_snapshots",
        "stats", "tried_regions", "name", "core_filters", "ops_filters",
    ];

    int _schemes;

    /// <summary>Schemes, whatever the document is: a list of them, one of them, or a parameter file.</summary>
    public IReadOnlyList<Scheme> AllSchemes(SpecificationNode root)
    {
        if (IsKdamonds(root))
        {
            return [.. Kdamonds(root).SelectMany(k => k.Contexts).SelectMany(c => c.Schemes)];
        }

        if (root.Find("schemes") is { } schemes)
        {
            return Schemes(schemes);
        }

        return root.Kind == SpecificationNodeKind.Mapping ? [Scheme(root)] : Schemes(root);
    }

    /// <summary>The threads of a parameter file.</summary>
    public IReadOnlyList<KdamondSpecification> Kdamonds(SpecificationNode root)
    {
        if (!IsKdamonds(root) && root is not { Kind: SpecificationNodeKind.Sequence, Items.Count: 0 })
        {
            throw Fault(root, "this is no kdamonds file; write {\"kdamonds\": [{\"contexts\": [...]}]}");
        }

        SpecificationNode node = root.Find("kdamonds") ?? root;
        return node.Find("contexts") is not null ? [Kdamond(node)] : List(node, "kdamonds", Kdamond);
    }

    /// <summary>Whether the document is a parameter file.</summary>
    public static bool IsKdamonds(SpecificationNode root) =>
        root.Find("kdamonds") is not null || root.Find("contexts") is not null || (root.Items.Count > 0 && root.Items[0].Find("contexts") is not null);

    KdamondSpecification Kdamond(SpecificationNode node)
    {
        Expect(node, "a kdamond", ["state", "pid", "refresh_ms", "contexts"]);
        return new KdamondSpecification
        {
            RefreshMs = Milliseconds(node, "refresh_ms", 0),
            Contexts = node.Find("contexts") is { } contexts ? List(contexts, "contexts", Context) : [],
        };
    }

    ContextSpecification Context(SpecificationNode node)
    {
        Expect(node, "a context", ["ops", "addr_unit", "targets", "intervals", "nr_regions", "probes", "sample_control", "pause", "schemes"]);
        AddressSpace operations = node.Find("ops") is { } ops
            ? AddressSpaceNames.Parse(Text(ops, "ops")) ?? throw Expected(ops, "ops", "address space", $"one of {string.Join(", ", AddressSpaceNames.All)}")
            : AddressSpace.Virtual;

        ulong unit = Bytes(node, "addr_unit", 1);
        return new ContextSpecification
        {
            Operations = operations,
            AddressUnit = unit > 0 ? unit : throw Fault(node.Find("addr_unit")!, "addr_unit: 0 is no unit of addresses; write 1 B or more"),
            Targets = node.Find("targets") is { } targets ? List(targets, "targets", Target) : [],
            Attributes = Attributes(node),
            IntervalsGoal = node.Find("intervals")?.Find("intervals_goal") is { } goal ? Goal(goal) : new IntervalsGoal(),
            IsPaused = Bool(node, "pause", false),
            Schemes = node.Find("schemes") is { } schemes ? Schemes(schemes) : [],
        };
    }

    ContextTarget Target(SpecificationNode node)
    {
        Expect(node, "a target", ["pid", "obsolete", "regions"]);
        ContextTarget target = new()
        {
            Pid = node.Find("pid") is null ? null : (int)Whole(node, "pid", 0, int.MaxValue),
            IsObsolete = Bool(node, "obsolete", false),
            Regions = node.Find("regions") is { } regions ? List(regions, "regions", region => Range(region, "a region")) : [],
        };
        for (int i = 1; i < target.Regions.Count; i++)
        {
            if (target.Regions[i].Start < target.Regions[i - 1].End)
            {
                throw Fault(node.Find("regions")!.Items[i], "regions: the regions overlap, or are not in ascending order");
            }
        }

        return target;
    }

    MonitoringAttributes Attributes(SpecificationNode context)
    {
        MonitoringAttributes attributes = new();
        if (context.Find("intervals") is { } intervals)
        {
            Expect(intervals, "intervals", ["sample_us", "aggr_us", "ops_update_us", "intervals_goal"]);
            attributes = attributes with
            {
                SampleUs = Microseconds(intervals, "sample_us", attributes.SampleUs),
                AggregationUs = Microseconds(intervals, "aggr_us", attributes.AggregationUs),
                UpdateUs = Microseconds(intervals, "ops_update_us", attributes.UpdateUs),
            };
        }

        if (context.Find("nr_regions") is { } regions)
        {
            Expect(regions, "nr_regions", ["min", "max"]);
            attributes = attributes with
            {
                MinNrRegions = (int)Whole(regions, "min", (ulong)attributes.MinNrRegions, int.MaxValue),
                MaxNrRegions = (int)Whole(regions, "max", (ulong)attributes.MaxNrRegions, int.MaxValue),
            };
        }

        return attributes.Check() is { } fault ? throw Fault(context.Find("nr_regions") ?? context.Find("intervals") ?? context, fault) : attributes;
    }

    IntervalsGoal Goal(SpecificationNode node)
    {
        Expect(node, "intervals_goal", ["access_bp", "aggrs", "min_sample_us", "max_sample_us"]);
        return new IntervalsGoal
        {
            AccessBp = Part(node, "access_bp", 10_000, 0),
            Aggregations = Whole(node, "aggrs", 0, ulong.MaxValue),
            MinSampleUs = Microseconds(node, "min_sample_us", 0),
            MaxSampleUs = Microseconds(node, "max_sample_us", 0),
        };
    }

    List<Scheme> Schemes(SpecificationNode node) => List(node, "schemes", Scheme);

    Scheme Scheme(SpecificationNode node)
    {
        if (++_schemes > SchemeLines.MaxSchemes)
        {
            throw Fault(node, $"more than {SchemeLines.MaxSchemes} schemes");
        }

        Expect(node, "a scheme", s_schemeKeys);
        SchemeAction action = SchemeAction.Stat;
        if (node.Find("action") is { } name && !SchemeNames.TryParse(Text(name, "action"), out action))
        {
            throw Expected(name, "action", "action", $"one of {SchemeNames.Actions}");
        }

        if (SchemeNames.TakesMemory(action) && node.Find("access_pattern")?.Find("nr_accesses") is null)
        {
            onRemark?.Invoke(
                Fault(
                    node,
                    $"{SchemeNames.Of(action)} takes memory in use too, for there is no nr_accesses; {{\"min\": \"0 %\", \"max\": \"0 %\"}} is idle memory "
                        + "only").Message);
        }

        return new Scheme
        {
            Action = action,
            Destinations = SchemeNames.IsMigration(action) ? Destinations(node) : [],
            Pattern = node.Find("access_pattern") is { } pattern ? Pattern(pattern) : new AccessPattern(),
            ApplyIntervalUs = Microseconds(node, "apply_interval_us", 0),
            Quota = node.Find("quotas") is { } quotas ? Quota(quotas) : new SchemeQuota(),
            Watermarks = node.Find("watermarks") is { } marks ? Watermarks(marks) : new Watermarks(),
            Filters = node.Find("filters") is { } filters ? List(filters, "filters", Filter) : [],
            MaxNrSnapshots = Whole(node, "max_nr_snapshots", 0, ulong.MaxValue),
        };
    }

    List<MigrationDestination> Destinations(SpecificationNode node)
    {
        if (node.Find("dests") is { } list && List(list, "dests", Destination) is { Count: > 0 } destinations)
        {
            return destinations;
        }

        return node.Find("target_nid") is not null
            ? [new MigrationDestination((int)Whole(node, "target_nid", 0, int.MaxValue), 1)]
            : throw Fault(node, "a migrating scheme needs target_nid, the number of a node, or dests");
    }

    MigrationDestination Destination(SpecificationNode node)
    {
        Expect(node, "a destination", ["id", "weight"]);
        Require(node, "dests", "id", "weight");
        return new MigrationDestination((int)Whole(node, "id", 0, int.MaxValue), (uint)Whole(node, "weight", 0, uint.MaxValue));
    }

    AccessPattern Pattern(SpecificationNode node)
    {
        Expect(node, "access_pattern", ["sz_bytes", "nr_accesses", "age", "nr_accesses_unit", "age_unit"]);
        AccessPattern pattern = new();
        if (node.Find("sz_bytes") is { } sizes)
        {
            Expect(sizes, "sz_bytes", ["min", "max"]);
            pattern = pattern with { MinSize = Bytes(sizes, "min", 0), MaxSize = Bytes(sizes, "max", ulong.MaxValue) };
            Check(sizes, pattern);
        }

        if (node.Find("nr_accesses") is { } accesses)
        {
            (PatternBound min, PatternBound max) = Bounds(accesses, "nr_accesses", PatternBoundText.TryAccess, "a percentage, or like 3 samples");
            pattern = pattern with { MinNrAccesses = min, MaxNrAccesses = max };
            Check(accesses, pattern);
        }

        if (node.Find("age") is { } ages)
        {
            (PatternBound min, PatternBound max) = Bounds(ages, "age", PatternBoundText.TryAge, "a time like 5 s, or like 3 aggr_intervals");
            pattern = pattern with { MinAge = min, MaxAge = max };
            Check(ages, pattern);
        }

        return pattern;
    }

    delegate bool BoundParser(ReadOnlySpan<char> text, out PatternBound bound);

    (PatternBound Min, PatternBound Max) Bounds(SpecificationNode node, string what, BoundParser parse, string forms)
    {
        Expect(node, what, ["min", "max"]);
        PatternBound min = PatternBound.Min;
        PatternBound max = PatternBound.Max;
        if (node.Find("min") is { } minNode && !parse(Text(minNode, what), out min))
        {
            throw Expected(minNode, what, what, $"min, max, {forms}");
        }

        if (node.Find("max") is { } maxNode && !parse(Text(maxNode, what), out max))
        {
            throw Expected(maxNode, what, what, $"min, max, {forms}");
        }

        return min.Value > 0 && max.Value > 0 && min.Unit != max.Unit
            ? throw Fault(node, $"{what}: min and max must have the same unit, but are {min} and {max}")
            : (min, max);
    }

    void Check(SpecificationNode node, AccessPattern pattern)
    {
        if (pattern.Check() is { } fault)
        {
            throw Fault(node, fault);
        }
    }

    SchemeQuota Quota(SpecificationNode node)
    {
        Expect(
            node,
            "quotas",
            ["time_ms", "sz_bytes", "reset_interval_ms", "fail_charge_num", "fail_charge_denom", "goals", "goal_tuner", "effective_sz_bytes", "weights"]);

        // A misspelt key would else be no limit at all.
        Require(node, "quotas", "time_ms", "sz_bytes", "reset_interval_ms", "weights");
        SpecificationNode weights = node.Find("weights")!;
        Expect(weights, "weights", ["sz_permil", "nr_accesses_permil", "age_permil"]);
        Require(weights, "weights", "sz_permil", "nr_accesses_permil", "age_permil");
        QuotaTuner tuner = QuotaTuner.Consist;
        if (node.Find("goal_tuner") is { } name && !SchemeNames.TryParse(Text(name, "goal_tuner"), out tuner))
        {
            throw Expected(name, "goal_tuner", "tuner", $"one of {SchemeNames.Tuners}");
        }

        return new SchemeQuota
        {
            TimeMs = Milliseconds(node, "time_ms", 0),
            SizeBytes = Bytes(node, "sz_bytes", 0),
            ResetIntervalMs = Milliseconds(node, "reset_interval_ms", ulong.MaxValue),
            FailChargeNumerator = (uint)Whole(node, "fail_charge_num", 0, uint.MaxValue),
            FailChargeDenominator = (uint)Whole(node, "fail_charge_denom", 0, uint.MaxValue),
            Goals = node.Find("goals") is { } goals ? List(goals, "goals", QuotaGoal) : [],
            Tuner = tuner,
            SizeWeight = Permil(weights, "sz_permil"),
            NrAccessesWeight = Permil(weights, "nr_accesses_permil"),
            AgeWeight = Permil(weights, "age_permil"),
        };
    }

    QuotaGoal QuotaGoal(SpecificationNode node)
    {
        Expect(node, "a goal", ["metric", "nid", "memcg_path", "target_value", "current_value", "target_value_bp", "current_value_bp"]);
        QuotaGoalMetric metric = QuotaGoalMetric.UserInput;
        if (node.Find("metric") is { } name && !SchemeNames.TryParse(Text(name, "metric"), out metric))
        {
            throw Expected(name, "metric", "metric", $"one of {SchemeNames.GoalMetrics}");
        }

        string target = node.Find("target_value") is not null ? "target_value" : "target_value_bp";
        string current = node.Find("current_value") is not null ? "current_value" : "current_value_bp";
        if (node.Find(target) is not { } targetNode)
        {
            throw Fault(node, "goals: target_value is missing");
        }

        QuotaGoal goal = new()
        {
            Metric = metric,
            NodeId = (int)Whole(node, "nid", 0, int.MaxValue),
            MemcgPath = node.Find("memcg_path") is { } path ? Text(path, "memcg_path") : null,
            TargetValue = GoalValue(targetNode, target, metric),
            CurrentValue = node.Find(current) is { } currentNode ? GoalValue(currentNode, current, metric) : 0,
        };
        return goal.TargetValue > 0 ? goal : throw Fault(targetNode, $"{target}: the target of a goal must be above 0");
    }

    ulong GoalValue(SpecificationNode node, string what, QuotaGoalMetric metric) =>
        GoalText.TryParse(Text(node, what), metric, what.EndsWith("_bp", StringComparison.Ordinal), out ulong value)
            ? value
            : throw Expected(node, what, "value of a goal", GoalText.Forms(metric));

    Watermarks Watermarks(SpecificationNode node)
    {
        Expect(node, "watermarks", ["metric", "interval_us", "high_permil", "mid_permil", "low_permil"]);
        WatermarkMetric metric = WatermarkMetric.None;
        if (node.Find("metric") is { } name && !SchemeNames.TryParse(Text(name, "metric"), out metric))
        {
            throw Expected(name, "metric", "metric", $"one of {SchemeNames.WatermarkMetrics}");
        }

        Watermarks marks = new()
        {
            Metric = metric,
            IntervalUs = Microseconds(node, "interval_us", 0),
            High = Part(node, "high_permil", 1000, 0),
            Mid = Part(node, "mid_permil", 1000, 0),
            Low = Part(node, "low_permil", 1000, 0),
        };
        return marks.Check() is { } fault ? throw Fault(node, fault) : marks;
    }

    SchemeFilter Filter(SpecificationNode node)
    {
        Expect(node, "a filter", ["filter_type", "matching", "allow", "filter_pass", "memcg_path", "address_range", "damon_target_idx", "hugepage_size"]);
        Require(node, "filters", "filter_type");
        SpecificationNode name = node.Find("filter_type")!;
        if (!SchemeNames.TryParse(Text(name, "filter_type"), out SchemeFilterKind kind))
        {
            throw Expected(name, "filter_type", "filter", $"one of {SchemeNames.FilterKinds}");
        }

        SchemeFilter filter = new()
        {
            Kind = kind,
            Matching = Bool(node, "matching", true),
            Allow = Bool(node, node.Find("allow") is not null ? "allow" : "filter_pass", false),
        };
        switch (kind)
        {
            case SchemeFilterKind.Memcg:
                Require(node, "filters", "memcg_path");
                return filter with { MemcgPath = Text(node.Find("memcg_path")!, "memcg_path") };
            case SchemeFilterKind.Address:
                Require(node, "filters", "address_range");
                return filter with { Range = Range(node.Find("address_range")!, "address_range") };
            case SchemeFilterKind.Target:
                Require(node, "filters", "damon_target_idx");
                return filter with { TargetIndex = (int)Whole(node, "damon_target_idx", 0, int.MaxValue) };
            case SchemeFilterKind.HugePageSize:
                Require(node, "filters", "hugepage_size");
                return HugePageSize(node.Find("hugepage_size")!, filter);
            default:
                return filter;
        }
    }

    SchemeFilter HugePageSize(SpecificationNode node, SchemeFilter filter)
    {
        if (node is not { Kind: SpecificationNodeKind.Sequence, Items.Count: 2 })
        {
            throw Fault(node, "hugepage_size: write the least and the greatest size in a list");
        }

        filter = filter with { MinSize = Bytes(node.Items[0], "hugepage_size"), MaxSize = Bytes(node.Items[1], "hugepage_size") };
        return filter.MinSize <= filter.MaxSize ? filter : throw Fault(node, "hugepage_size: the least size is above the greatest");
    }

    AddressRange Range(SpecificationNode node, string what)
    {
        Expect(node, what, ["start", "end"]);
        Require(node, what, "start", "end");
        AddressRange range = new(Address(node.Find("start")!, "start"), Address(node.Find("end")!, "end"));
        return range.IsEmpty ? throw Fault(node, $"{what}: start must be below end") : range;
    }

    ulong Address(SpecificationNode node, string what) =>
        QuantityText.TryAddress(Text(node, what), out ulong address) ? address : throw Expected(node, what, "address", $"{ByteForms}, or hexadecimal with 0x");

    ulong Bytes(SpecificationNode parent, string key, ulong missing) => parent.Find(key) is { } node ? Bytes(node, key) : missing;

    ulong Bytes(SpecificationNode node, string what) =>
        QuantityText.TryBytes(Text(node, what), false, out ulong bytes) ? bytes : throw Expected(node, what, "size", ByteForms);

    ulong Microseconds(SpecificationNode parent, string key, ulong missing) =>
        parent.Find(key) is not { } node ? missing
        : QuantityText.TryMicroseconds(Text(node, key), 1, out Amount us) ? us.Cut()
        : throw Expected(node, key, "time", $"microseconds, or {TimeForms}");

    ulong Milliseconds(SpecificationNode parent, string key, ulong missing) =>
        parent.Find(key) is not { } node ? missing
        : QuantityText.TryMilliseconds(Text(node, key), false, out ulong ms) ? ms
        : throw Expected(node, key, "time", $"milliseconds, or {TimeForms}");

    ulong Whole(SpecificationNode parent, string key, ulong missing, ulong most) =>
        parent.Find(key) is not { } node ? missing
        : QuantityText.TryWhole(Text(node, key), most, out ulong value) ? value
        : throw Expected(node, key, "number that is accepted", most == ulong.MaxValue ? NumberForms : $"{NumberForms} up to {most}");

    ulong Part(SpecificationNode parent, string key, ulong scale, ulong missing) =>
        parent.Find(key) is not { } node ? missing
        : QuantityText.TryPart(Text(node, key), scale, out Amount part) ? part.Cut()
        : throw Expected(node, key, "part", $"a number in 1/{scale}, or a percentage with %");

    uint Permil(SpecificationNode parent, string key) =>
        Part(parent, key, 1000, 0) is var value && value <= uint.MaxValue
            ? (uint)value
            : throw Expected(parent.Find(key)!, key, "weight", $"at most {uint.MaxValue}");

    bool Bool(SpecificationNode parent, string key, bool missing) =>
        parent.Find(key) is not { } node ? missing
        : QuantityText.TryBool(Text(node, key), out bool value) ? value
        : throw Expected(node, key, "truth value", "true or false");

    string Text(SpecificationNode node, string what) =>
        node.Kind == SpecificationNodeKind.Scalar ? node.Text : throw Fault(node, $"{what}: expected a single value");

    List<T> List<T>(SpecificationNode node, string what, Func<SpecificationNode, T> read)
    {
        if (node.Kind != SpecificationNodeKind.Sequence)
        {
            throw Fault(node, $"{what}: expected a list");
        }

        List<T> list = [];
        foreach (SpecificationNode item in node.Items)
        {
            list.Add(read(item));
        }

        return list;
    }

    /// <summary>It must be a mapping; unknown keys are reported.</summary>
    void Expect(SpecificationNode node, string what, ReadOnlySpan<string> known)
    {
        if (node.Kind != SpecificationNodeKind.Mapping)
        {
            throw Fault(node, $"{what}: expected keys with values");
        }

        if (onRemark is null)
        {
            return;
        }

        foreach ((string key, SpecificationNode value) in node.Members)
        {
            if (!known.Contains(key))
            {
                onRemark(Fault(value, $"the key {SchemeTextSource.Quote(key)} is not known and has no effect").Message);
            }
        }
    }

    void Require(SpecificationNode node, string what, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (node.Find(key) is null)
            {
                throw Fault(node, $"{what}: {key} is missing");
            }
        }
    }

    SchemeTextException Expected(SpecificationNode node, string key, string what, string forms) =>
        Fault(node, $"{key}: {SchemeTextSource.Quote(node.Text)} is no {what}; write {forms}");

    SchemeTextException Fault(SpecificationNode node, string message) => source.Fault(node.Line, node.Column, message);
}
