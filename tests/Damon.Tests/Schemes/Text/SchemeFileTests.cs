using CsCheck;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Tests.Schemes.Text;

public sealed class SchemeFileTests
{
    const string Json = """
        [
            {
                "action": "pageout",
                "access_pattern": {
                    "sz_bytes": {"min": "4.000 KiB", "max": "max"},
                    "nr_accesses": {"min": "0 %", "max": "5 %"},
                    "age": {"min": "1 m 30 s", "max": "max"}
                },
                "apply_interval_us": "1 s",
                "quotas": {
                    "time_ms": "10 ms", "sz_bytes": "8.000 MiB", "reset_interval_ms": "1 s",
                    "fail_charge_num": 1, "fail_charge_denom": "4,096",
                    "goals": [
                        {"metric": "some_mem_psi_us", "target_value": "5 ms", "current_value": 0},
                        {"metric": "node_memcg_used_bp", "nid": 1, "memcg_path": "/a", "target_value": "50 %"},
                        {"metric": "user_input", "target_value_bp": "10,000"}
                    ],
                    "goal_tuner": "temporal",
                    "weights": {"sz_permil": "0 %", "nr_accesses_permil": "0.3 %", "age_permil": 7}
                },
                "watermarks": {"metric": "free_mem_rate", "interval_us": "5 s", "high_permil": "50 %", "mid_permil": 400, "low_permil": "20 %"},
                "filters": [
                    {"filter_type": "memcg", "matching": true, "allow": true, "memcg_path": "/x"},
                    {"filter_type": "addr", "matching": "no", "filter_pass": true, "address_range": {"start": "0x1000", "end": "1 M"}},
                    {"filter_type": "hugepage_size", "hugepage_size": ["2M", "max"]},
                    {"filter_type": "target", "damon_target_idx": 3},
                    {"filter_type": "young"}
                ],
                "stats": null
            },
            {"action": "migrate_cold", "target_nid": 2},
            {"action": "migrate_hot", "dests": [{"id": 0, "weight": 5}, {"id": 1, "weight": 1}]},
            {}
        ]
        """;

    const string Yaml = """
        # the same
        - action: pageout
          access_pattern:
            sz_bytes:
              min: 4.000 KiB
              max: max
            nr_accesses: {min: 0 %, max: "5 %"}
            age:
              min: '1 m 30 s'
              max: max   # no limit
          apply_interval_us: 1 s
          quotas:
            time_ms: 10 ms
            sz_bytes: 8.000 MiB
            reset_interval_ms: 1 s
            fail_charge_num: 1
            fail_charge_denom: '4,096'
            goals:
            - metric: some_mem_psi_us
              target_value: 5 ms
              current_value: 0
            -
              metric: node_memcg_used_bp
              nid: 1
              memcg_path: "/\x61"
              target_value: 50 %
            - {metric: user_input,
               target_value_bp: '10,000'}
            goal_tuner: temporal
            weights:
                sz_permil: 0 %
                nr_accesses_permil: 0.3 %
                age_permil: 7
          watermarks:
            metric: free_mem_rate
            interval_us: 5 s
            high_permil: 50 %
            mid_permil: 400
            low_permil: 20 %
          filters:
          - filter_type: memcg
            matching: true
            allow: yes
            memcg_path: /x
          - filter_type: addr
            matching: n
            filter_pass: true
            address_range:
              start: 0x1000
              end: 1 M

          - filter_type: hugepage_size
            hugepage_size: [2M, max]
          - filter_type: target
            damon_target_idx: 3
          - filter_type: young
          stats: null
        - action: migrate_cold
          target_nid: 2
        - action: migrate_hot
          dests:
          - id: 0
            weight: 5
          - id: 1
            weight: 1
        - {}
        """;

    static readonly MonitoringAttributes s_attributes = new();

    [Fact]
    public void A_scheme_file_in_json_gives_the_schemes_it_holds()
    {
        IReadOnlyList<Scheme> schemes = SchemeFile.Parse(Json, "f", remark => Assert.DoesNotContain("has no effect", remark, StringComparison.Ordinal));
        Assert.Equal(4, schemes.Count);
        Scheme scheme = schemes[0];
        Assert.Equal(SchemeAction.PageOut, scheme.Action);
        Assert.Equal(
            new AccessPattern { MinSize = 4096, MaxNrAccesses = PatternBound.OfPercent(5), MinAge = PatternBound.OfMicroseconds(90e6) },
            scheme.Pattern);
        Assert.Equal(1_000_000UL, scheme.ApplyIntervalUs);
        SchemeQuota quota = scheme.Quota;
        Assert.Equal(
            new SchemeQuota
            {
                TimeMs = 10,
                SizeBytes = 8 << 20,
                ResetIntervalMs = 1000,
                FailChargeNumerator = 1,
                FailChargeDenominator = 4096,
                Tuner = QuotaTuner.Temporal,
                NrAccessesWeight = 3,
                AgeWeight = 7,
                Goals = quota.Goals,
            },
            quota);
        Assert.Equal([(5000UL, 0, null), (5000UL, 1, "/a"), (10_000UL, 0, null)], quota.Goals.Select(g => (g.TargetValue, g.NodeId, g.MemcgPath)));
        Assert.Equal(new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, IntervalUs = 5_000_000, High = 500, Mid = 400, Low = 200 }, scheme.Watermarks);
        Assert.Equal(
            [
                new SchemeFilter { Kind = SchemeFilterKind.Memcg, Allow = true, MemcgPath = "/x" },
                new SchemeFilter { Kind = SchemeFilterKind.Address, Matching = false, Allow = true, Range = new AddressRange(4096, 1 << 20) },
                new SchemeFilter { Kind = SchemeFilterKind.HugePageSize, MinSize = 2 << 20 },
                new SchemeFilter { Kind = SchemeFilterKind.Target, TargetIndex = 3 },
                new SchemeFilter { Kind = SchemeFilterKind.Young },
            ],
            scheme.Filters);
        Assert.Equal([new MigrationDestination(2, 1)], schemes[1].Destinations);
        Assert.Equal([new MigrationDestination(0, 5), new MigrationDestination(1, 1)], schemes[2].Destinations);
        Assert.Equal(SchemeAction.Stat, schemes[3].Action);
        Assert.Equal(new AccessPattern(), schemes[3].Pattern);
    }

    [Fact]
    public void Yaml_gives_the_same() => Assert.All(
        SchemeFile.Parse(Json, "f")
            .Zip(SchemeFile.Parse(Yaml, "f", remark => Assert.DoesNotContain("has no effect", remark, StringComparison.Ordinal)), ValueTuple.Create),
        pair => AssertSame(pair.Item1, pair.Item2));

    [Theory]
    [InlineData("min max 0 10 1s max stat", nameof(SchemeFileForm.Lines))]
    [InlineData("# a: b\nmin max 0 10 1s max stat # cold: out", nameof(SchemeFileForm.Lines))]
    [InlineData("", nameof(SchemeFileForm.Lines))]
    [InlineData(" \n [", nameof(SchemeFileForm.Json))]
    [InlineData("{}", nameof(SchemeFileForm.Json))]
    [InlineData("// c\n[]", nameof(SchemeFileForm.Json))]
    [InlineData("# c\n[]", nameof(SchemeFileForm.Yaml))]
    [InlineData("kdamonds:\n- contexts: []", nameof(SchemeFileForm.Yaml))]
    [InlineData("-\n  action: stat", nameof(SchemeFileForm.Yaml))]
    [InlineData("---\n- action: stat", nameof(SchemeFileForm.Yaml))]
    public void The_form_of_a_scheme_file_follows_from_its_content(string text, string form) =>
        Assert.Equal(form, SchemeFile.Detect(new SchemeTextSource(text, "")).ToString());

    [Theory]
    [InlineData("[", "f: line 1, column 2: this is no valid JSON")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "f: line 1, column 49: this JSON is nested more than 48 deep")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[x", "f: line 1, column 49: this is no valid JSON")]
    [InlineData("[{\"action\":\n  \"page\"}]", "f: line 2, column 3: action: 'page' is no action; write one of willneed")]
    [InlineData("[{\"action\": \"stat\", \"action\": \"cold\"}]", "f: line 1, column 21: the key 'action' is there twice")]
    [InlineData("[{\"access_pattern\": {\"sz_bytes\": {\"min\": \"2 X\"}}}]", "f: line 1, column 42: min: '2 X' is no size; write bytes")]
    [InlineData("[{\"access_pattern\": {\"sz_bytes\": {\"min\": 2, \"max\": 1}}}]", "f: line 1, column 34: the least size")]
    [InlineData(
        "[{\"access_pattern\": {\"nr_accesses\": {\"min\": \"3 samples\", \"max\": \"5 %\"}}}]",
        "f: line 1, column 37: nr_accesses: min and max must have the same unit")]
    [InlineData("[{\"quotas\": {\"time_ms\": 0, \"sz_byte\": 5, \"reset_interval_ms\": 5}}]", "f: line 1, column 13: quotas: sz_bytes is missing")]
    [InlineData("[{\"action\": \"migrate_hot\"}]", "f: line 1, column 2: a migrating scheme needs target_nid")]
    [InlineData("[{\"filters\": [{\"filter_type\": \"memcg\"}]}]", "f: line 1, column 15: filters: memcg_path is missing")]
    [InlineData("[{\"filters\": {}}]", "f: line 1, column 14: filters: expected a list")]
    [InlineData("[5]", "f: line 1, column 2: a scheme: expected keys with values")]
    [InlineData("[{\"action\": \"\\ud800\"}]", "f: line 1, column 13: this is no valid JSON string")]
    [InlineData(
        "[{\"quotas\":{\"time_ms\":0,\"sz_bytes\":0,\"reset_interval_ms\":0,\"weights\":{\"sz_permil\":0,\"nr_accesses_permil\":0,\"age_permil\":0},\"goals\":[{\"target_value\":0}]}}]",
        "f: line 1, column 149: target_value: the target of a goal must be above 0")]
    [InlineData("- action: *x", "f: line 1, column 11: a value that begins with * is not supported")]
    [InlineData("- action: |\n   x", "f: line 1, column 11: a value that begins with | is not supported")]
    [InlineData("- action: stat\n   foo: 1", "f: line 2, column 4: this is indented too far")]
    [InlineData("- action: stat\n\t  foo: 1", "f: line 2, column 4: a line must not be indented by tabs")]
    [InlineData("- action: stat\nfoo: 1", "f: line 2, column 1: expected the end of the document")]
    [InlineData("- action: 'stat", "f: line 1, column 16: a text in quotation marks must end on its line")]
    [InlineData("- action: stat: 1", "f: line 1, column 15: a colon is not expected here")]
    [InlineData("- {action: stat", "f: line 1, column 16: the text ends before }")]
    [InlineData("- action: [stat] x", "f: line 1, column 18: expected the end of the line")]
    [InlineData("- action: stat\n---\n- action: stat", "f: line 2, column 1: expected the end of the document")]
    [InlineData("- a: 1\n  a: 2", "f: line 2, column 3: the key 'a' is there twice")]
    public void Faults_name_the_place(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<SchemeTextException>(() => SchemeFile.Parse(text, "f")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "[{\"action\": \"pageout\"}]",
        "f: line 1, column 2: pageout takes memory in use too, for there is no nr_accesses; {\"min\": \"0 %\", \"max\": \"0 %\"} is idle memory only")]
    [InlineData("- action: lru_deprio\n  access_pattern:\n    age: {min: 5 s, max: max}", "f: line 1, column 3: lru_deprio takes memory in use too")]
    [InlineData("[{\"action\": \"pageout\", \"access_pattern\": {\"nr_accesses\": {\"min\": 0, \"max\": \"max\"}}}]", null)]
    [InlineData("[{\"action\": \"willneed\"}, {\"action\": \"stat\"}]", null)]
    public void A_scheme_that_takes_memory_without_an_access_limit_gets_a_warning(string text, string? remark)
    {
        List<string> remarks = [];
        SchemeFile.Parse(text, "f", remarks.Add);
        Assert.Equal(remark is null ? 0 : 1, remarks.Count);
        Assert.All(remarks, line => Assert.StartsWith(remark!, line, StringComparison.Ordinal));
    }

    [Fact]
    public void Unknown_keys_are_reported_with_their_place()
    {
        List<string> ignored = [];
        Assert.Single(SchemeFile.Parse("[{\"quota\": {}, \"stats\": {}, \"name\": 0}]", "f", ignored.Add));
        Assert.Equal(["f: line 1, column 12: the key 'quota' is not known and has no effect"], ignored);
    }

    [Fact]
    public void Depth_and_number_are_bounded()
    {
        Assert.Contains("JSON", Assert.Throws<SchemeTextException>(() => SchemeFile.Parse(new string('[', 100_000), "f")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "more than 48 levels",
            Assert.Throws<SchemeTextException>(() => SchemeFile.Parse("- " + new string('[', 100_000), "f")).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "more than 48 levels",
            Assert.Throws<SchemeTextException>(() => SchemeFile.Parse(string.Concat(Enumerable.Repeat("- ", 100_000)) + "a", "f")).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "more than 256 schemes",
            Assert.Throws<SchemeTextException>(() => SchemeFile.Parse("[" + string.Join(',', Enumerable.Repeat("{}", 257)) + "]", "f")).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "more than 500000 values",
            Assert.Throws<SchemeTextException>(() => SchemeFile.Parse("[" + string.Join(',', Enumerable.Repeat("1", 500_001)) + "]", "f")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"kdamonds\": [KDAMOND]}")]
    [InlineData("[KDAMOND]")]
    [InlineData("KDAMOND")]
    public void A_parameter_file_gives_its_contexts(string form)
    {
        const string Kdamond = """
            {"state": null, "pid": "199", "refresh_ms": "1 s", "contexts": [{
              "ops": "fvaddr", "addr_unit": "1 B",
              "targets": [{"pid": 198, "obsolete": false, "regions": [{"start": "4096", "end": "8,192"}, {"start": "8192", "end": "0x5000"}]}],
              "intervals": {"sample_us": "10 ms", "aggr_us": "200 ms", "ops_update_us": "2 s",
                            "intervals_goal": {"access_bp": "4 %", "aggrs": "3", "min_sample_us": "5 ms", "max_sample_us": "10 s"}},
              "nr_regions": {"min": "20", "max": "1,500"},
              "probes": [], "sample_control": {"primitives_enabled": {"page_table": true, "page_fault": false}, "sample_filters": []},
              "pause": false,
              "schemes": [{"action": "cold"}, {}]}]}
            """;
        string text = form.Replace("KDAMOND", Kdamond, StringComparison.Ordinal);
        KdamondSpecification kdamond = Assert.Single(
            SchemeFile.ParseKdamonds(text, "f", remark => Assert.DoesNotContain("has no effect", remark, StringComparison.Ordinal)));
        Assert.Equal(1000UL, kdamond.RefreshMs);
        ContextSpecification context = Assert.Single(kdamond.Contexts);
        Assert.Equal((AddressSpace.FixedVirtual, 1UL, false), (context.Operations, context.AddressUnit, context.IsPaused));
        ContextTarget target = Assert.Single(context.Targets);
        Assert.Equal(198, target.Pid);
        Assert.Equal([new AddressRange(4096, 8192), new AddressRange(8192, 0x5000)], target.Regions);
        Assert.Equal(
            new MonitoringAttributes { SampleUs = 10_000, AggregationUs = 200_000, UpdateUs = 2_000_000, MinNrRegions = 20, MaxNrRegions = 1500 },
            context.Attributes);
        Assert.Equal(new IntervalsGoal { AccessBp = 400, Aggregations = 3, MinSampleUs = 5000, MaxSampleUs = 10_000_000 }, context.IntervalsGoal);
        Assert.Equal([SchemeAction.Cold, SchemeAction.Stat], context.Schemes.Select(s => s.Action));
        Assert.Equal([SchemeAction.Cold, SchemeAction.Stat], SchemeFile.Parse(text, "f").Select(s => s.Action));
    }

    [Theory]
    [InlineData("[{\"contexts\": [{\"ops\": \"foo\"}]}]", "f: line 1, column 24: ops: 'foo' is no address space")]
    [InlineData("[{\"contexts\": [{\"intervals\": {\"sample_us\": \"1 s\"}}]}]", "f: line 1, column 30: the sampling interval")]
    [InlineData("[{\"contexts\": [{\"targets\": [{\"regions\": [{\"start\": 5, \"end\": 5}]}]}]}]", "f: line 1, column 42: a region: start must be below end")]
    [InlineData(
        "[{\"contexts\": [{\"targets\": [{\"regions\": [{\"start\": 5, \"end\": 8}, {\"start\": 7, \"end\": 9}]}]}]}]",
        "f: line 1, column 66: regions: the regions overlap")]
    [InlineData("[{\"action\": \"stat\"}]", "f: line 1, column 1: this is no kdamonds file")]
    [InlineData("min max 0 1 1s max stat", "f: line 1, column 1: this is no kdamonds file")]
    public void Faults_of_parameter_files_name_the_place(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<SchemeTextException>(() => SchemeFile.ParseKdamonds(text, "f")).Message, StringComparison.Ordinal);

    static void AssertSame(Scheme expected, Scheme actual)
    {
        Assert.Equal(expected.Action, actual.Action);
        Assert.Equal(Plain(expected.Pattern), Plain(actual.Pattern));
        Assert.Equal(expected.ApplyIntervalUs, actual.ApplyIntervalUs);
        Assert.Equal(expected.MaxNrSnapshots, actual.MaxNrSnapshots);
        Assert.Equal(expected.Watermarks, actual.Watermarks);
        Assert.Equal(expected.Filters, actual.Filters);
        Assert.Equal(expected.Destinations, actual.Destinations);
        Assert.Equal(expected.Quota, actual.Quota with { Goals = expected.Quota.Goals });
        Assert.Equal(expected.Quota.Goals.Select(Plain), actual.Quota.Goals.Select(Plain));
    }

    /// <summary>0 of anything is 0.</summary>
    static AccessPattern Plain(AccessPattern pattern) => pattern with
    {
        MinNrAccesses = Plain(pattern.MinNrAccesses),
        MaxNrAccesses = Plain(pattern.MaxNrAccesses),
        MinAge = Plain(pattern.MinAge),
        MaxAge = Plain(pattern.MaxAge),
    };

    static PatternBound Plain(PatternBound bound) => bound is { Value: 0, Unit: not PatternUnit.Max } ? PatternBound.Min : bound;

    static (QuotaGoalMetric, ulong, ulong, int, string?) Plain(QuotaGoal goal) =>
        (goal.Metric, goal.TargetValue, goal.CurrentValue, GoalText.HasNode(goal.Metric)
            ? goal.NodeId
            : 0, GoalText.HasMemcg(goal.Metric) ? goal.MemcgPath : null);
}
