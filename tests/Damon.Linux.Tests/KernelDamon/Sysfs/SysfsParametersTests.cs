using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Sysfs;
using Damon.Linux.Native;
using Damon.Linux.Tests.KernelDamon.Models;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Tests.KernelDamon.Sysfs;

public sealed class SysfsParametersTests
{
    static SysfsKdamond Create(SysfsModel model) => new SysfsAdmin(new KernelTree(model, static _ => { })).Create();

    static KdamondSpecification Of(params Scheme[] schemes) => new()
    {
        Contexts = [new ContextSpecification { Targets = [new ContextTarget { Pid = 187 }], Schemes = schemes }],
    };

    [Theory]
    [InlineData("5.18")]
    [InlineData("6.1")]
    [InlineData("6.3")]
    [InlineData("6.8")]
    [InlineData("6.12")]
    [InlineData("6.15")]
    [InlineData("6.18")]
    [InlineData("7.1")]
    public void A_configuration_without_newer_features_runs_on_every_generation(string version)
    {
        SysfsModel model = new(version);
        SysfsKdamond kdamond = Create(model);
        kdamond.Configure(new KdamondSpecification
        {
            Contexts =
            [
                new ContextSpecification
                {
                    Targets = [new ContextTarget { Pid = 187, Regions = [new AddressRange(4096, 8192), new AddressRange(8192, 20480)] }],
                    Attributes = new MonitoringAttributes { SampleUs = 1000, AggregationUs = 20_000, UpdateUs = 200_000, MinNrRegions = 5, MaxNrRegions = 50 },
                    Schemes =
                    [
                        new Scheme
                        {
                            Action = SchemeAction.PageOut,
                            Pattern = new AccessPattern
                            {
                                MinSize = 4096,
                                MaxNrAccesses = PatternBound.OfPercent(50),
                                MinAge = PatternBound.OfMicroseconds(1_000_000),
                            },
                            Quota = new SchemeQuota { SizeBytes = 1 << 20, TimeMs = 10, ResetIntervalMs = 1000, AgeWeight = 3 },
                            Watermarks = new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, IntervalUs = 5_000_000, High = 500, Mid = 300, Low = 100 },
                        },
                    ],
                },
            ],
        });
        kdamond.Do(SysfsCommand.On);

        Assert.True(kdamond.IsOn);
        string[] expected =
        [
            "operations:vaddr", "monitoring_attrs/intervals/sample_us:1000", "monitoring_attrs/intervals/aggr_us:20000",
            "monitoring_attrs/intervals/update_us:200000",
            "monitoring_attrs/nr_regions/min:5", "monitoring_attrs/nr_regions/max:50", "targets/0/pid_target:187", "targets/0/regions/nr_regions:2",
            "targets/0/regions/0/start:4096", "targets/0/regions/0/end:8192", "targets/0/regions/1/start:8192", "targets/0/regions/1/end:20480",
            "schemes/0/action:pageout", "schemes/0/access_pattern/sz/min:4096", "schemes/0/access_pattern/sz/max:18446744073709551615",
            "schemes/0/access_pattern/nr_accesses/min:0", "schemes/0/access_pattern/nr_accesses/max:10",
            "schemes/0/access_pattern/age/min:50", "schemes/0/access_pattern/age/max:4294967295",
            "schemes/0/quotas/bytes:1048576", "schemes/0/quotas/ms:10", "schemes/0/quotas/reset_interval_ms:1000", "schemes/0/quotas/weights/age_permil:3",
            "schemes/0/watermarks/metric:free_mem_rate", "schemes/0/watermarks/high:500", "schemes/0/watermarks/mid:300", "schemes/0/watermarks/low:100",
        ];
        foreach (string line in expected)
        {
            Assert.Contains("kdamonds/0/contexts/0/" + line, model.Kdamonds[0].Applied);
        }

        Assert.Equal(version != "5.18", kdamond.Knows(SysfsCommand.Commit));
        Assert.Equal(Version.Parse(version) >= new Version(6, 2), kdamond.Knows(SysfsCommand.UpdateSchemesTriedRegions));
        kdamond.Stop();
        Assert.False(kdamond.IsOn);
    }

    public static TheoryData<string, string, string, string> Missing() => new()
    {
        { "apply", "6.6", "schemes/0/apply_interval_us", "since 6.7" },
        { "goal", "6.7", "schemes/0/quotas/goals", "since 6.8" },
        { "filter", "6.2", "schemes/0/filters", "since 6.3" },
        { "allow", "6.13", "filters/0/allow", "since 6.14" },
        { "node", "6.10", "schemes/0/target_nid", "since 6.11" },
        { "nodes", "6.16", "schemes/0/dests", "since 6.17" },
        { "snapshots", "6.19", "schemes/0/stats/max_nr_snapshots", "since 7.0" },
        { "tuner", "7.0", "quotas/goal_tuner", "since 7.1" },
        { "charge", "7.1", "quotas/fail_charge_num", "after 7.1" },
        { "psi", "6.8", "goals/0/target_metric", "since 6.9" },
        { "young", "6.9", "filters/0/type", "since 6.10" },
        { "active", "6.12", "filters/0/type", "since 6.15" },
        { "inactive", "6.19", "goals/0/target_metric", "since 7.0" },
        { "prio", "5.19", "schemes/0/action", "since 6.0" },
    };

    [Theory]
    [MemberData(nameof(Missing))]
    public void A_missing_feature_is_named_with_the_version_that_has_it(string what, string version, string file, string since)
    {
        Scheme scheme = what switch
        {
            "apply" => new Scheme { ApplyIntervalUs = 1 },
            "goal" => Goal(QuotaGoalMetric.UserInput),
            "psi" => Goal(QuotaGoalMetric.SomeMemoryPsiUs),
            "inactive" => Goal(QuotaGoalMetric.InactiveMemoryBp),
            "filter" => Filter(SchemeFilterKind.Anonymous),
            "allow" => new Scheme { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Anonymous, Allow = true }] },
            "young" => Filter(SchemeFilterKind.Young),
            "active" => Filter(SchemeFilterKind.Active),
            "node" => new Scheme { Destinations = [new MigrationDestination(1, 1)] },
            "nodes" => new Scheme { Destinations = [new MigrationDestination(1, 1), new MigrationDestination(2, 1)] },
            "snapshots" => new Scheme { MaxNrSnapshots = 5 },
            "tuner" => new Scheme { Quota = new SchemeQuota { Tuner = QuotaTuner.Temporal } },
            "charge" => new Scheme { Quota = new SchemeQuota { FailChargeNumerator = 1, FailChargeDenominator = 2 } },
            _ => new Scheme { Action = SchemeAction.LruPrio },
        };
        KernelDamonException e = Assert.Throws<KernelDamonException>(() => Create(new SysfsModel(version)).Configure(Of(scheme)));
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.Contains(since, e.Message, StringComparison.Ordinal);
    }

    static Scheme Goal(QuotaGoalMetric metric) => new() { Quota = new SchemeQuota { Goals = [new QuotaGoal { Metric = metric, TargetValue = 100 }] } };

    static Scheme Filter(SchemeFilterKind kind) => new() { Filters = [new SchemeFilter { Kind = kind }] };

    [Theory]
    [InlineData("6.14", "filters/0/type:young|filters/1/type:addr|filters/1/addr_start:10|filters/1/addr_end:20")]
    [InlineData(
        "6.15",
        "core_filters/0/type:addr|core_filters/0/addr_start:10|core_filters/0/addr_end:20|ops_filters/0/type:young|ops_filters/0/allow:Y|filters/nr_filters:0")]
    public void Filters_go_to_the_folders_that_there_are(string version, string expected)
    {
        SysfsModel model = new(version);
        Create(model).Configure(Of(new Scheme
        {
            Filters = [
                new SchemeFilter { Kind = SchemeFilterKind.Young, Allow = true },
                new SchemeFilter { Kind = SchemeFilterKind.Address, Range = new AddressRange(10, 20) },
            ],
        }));
        List<string> dump = model.Dump();
        foreach (string line in expected.Split('|'))
        {
            Assert.Contains("kdamonds/0/contexts/0/schemes/0/" + line, dump);
        }
    }

    [Fact]
    public void Only_what_differs_is_written()
    {
        SysfsModel model = new("7.1");
        SysfsKdamond kdamond = Create(model);
        Scheme scheme = Goal(QuotaGoalMetric.SomeMemoryPsiUs);
        kdamond.Configure(Of(scheme, new Scheme { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Memcg, MemcgPath = "/a" }] }));
        model.Written.Clear();
        kdamond.Configure(Of(scheme, new Scheme { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Memcg, MemcgPath = "/b" }] }));
        Assert.Equal(["kdamonds/0/contexts/0/schemes/1/ops_filters/0/memcg_path=/b"], model.Written);
    }

    [Fact]
    public void Twenty_schemes_cost_one_read_of_a_file_and_at_most_one_write()
    {
        SysfsModel model = new("7.1");
        SysfsKdamond kdamond = Create(model);
        int before = model.Faults.Count;
        kdamond.Configure(Of([.. Enumerable.Range(0, 20).Select(i => new Scheme { Pattern = new AccessPattern { MinSize = (ulong)i } })]));
        int files = model.Dump().Count;
        Assert.InRange(model.Faults.Count - before, files / 2, files * 2);
    }

    [Fact]
    public void The_model_has_the_files_of_a_real_kernel_and_the_client_makes_them_say_the_same()
    {
        string[] real = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "KernelDamon", "Data", "sysfs-6.12.txt"))
            .Select(l => l[2..])
            .Order(StringComparer.Ordinal)];
        SysfsModel model = new("6.12");
        SysfsKdamond kdamond = Create(model);
        kdamond.Configure(new KdamondSpecification
        {
            Contexts =
            [
                new ContextSpecification
                {
                    Attributes = new MonitoringAttributes { MinNrRegions = 50 },
                    Targets = [new ContextTarget { Pid = 187 }],
                    Schemes =
                    [
                        new Scheme
                        {
                            Pattern = new AccessPattern
                            {
                                MinNrAccesses = PatternBound.OfPercent(5),
                                MaxNrAccesses = PatternBound.OfPercent(100),
                                MinAge = PatternBound.OfCount(10),
                            },
                            Filters = [new SchemeFilter { Kind = SchemeFilterKind.Anonymous }],
                        },
                    ],
                },
            ],
        });
        kdamond.Do(SysfsCommand.On);

        // The pid, of course; and that tool writes a greatest age of which the kernel keeps 32 bits only.
        Assert.Equal(Comparable(real), Comparable(model.Dump()));

        static string[] Comparable(IEnumerable<string> lines) =>
            [.. lines.Select(l =>
                l.StartsWith("kdamonds/0/pid:", StringComparison.Ordinal) || l.Contains("/age/max:", StringComparison.Ordinal) ? l[..l.IndexOf(':')] : l)];
    }

    [Theory]
    [InlineData(AddressSpace.Virtual, null, "a target of vaddr needs a pid")]
    [InlineData(AddressSpace.Physical, 187, "has no pid")]
    [InlineData(AddressSpace.Physical, null, "paddr monitors nothing without regions")]
    [InlineData(AddressSpace.FixedVirtual, 187, "fvaddr monitors nothing without regions")]
    [InlineData(AddressSpace.Physical, null, "but not paddr", false)]
    public void Contexts_that_the_kernel_would_only_call_invalid_are_explained(AddressSpace operations, int? pid, string reason, bool hasPhysical = true)
    {
        KdamondSpecification specification = new()
        {
            Contexts = [new ContextSpecification
            {
                Operations = operations,
                Targets = [new ContextTarget { Pid = pid, Regions = hasPhysical ? [] : [new(1, 2)] }],
            }],
        };
        Assert.Contains(
            reason,
            Assert.Throws<KernelDamonException>(() => Create(new SysfsModel("6.12") { HasPhysical = hasPhysical }).Configure(specification)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_commit_keeps_intervals_that_the_kernel_has_tuned()
    {
        SysfsModel model = new("6.15");
        SysfsKdamond kdamond = Create(model);
        ContextSpecification context = new()
        {
            Targets = [new ContextTarget { Pid = 187 }],
            IntervalsGoal = new IntervalsGoal { AccessBp = 400, Aggregations = 3, MinSampleUs = 5000, MaxSampleUs = 10_000_000 },
        };
        kdamond.Configure(new KdamondSpecification { Contexts = [context] });
        kdamond.Do(SysfsCommand.On);
        kdamond.Commit(new KdamondSpecification { Contexts = [context with { Schemes = [new Scheme()] }] });
        Assert.Contains("kdamonds/0/contexts/0/monitoring_attrs/intervals/sample_us:12345", model.Kdamonds[0].Applied);
        Assert.Equal(["on", "update_tuned_intervals", "commit"], model.Kdamonds[0].Commands);

        // Intervals that are asked for anew are no longer the tuned ones.
        kdamond.Commit(new KdamondSpecification { Contexts = [context with { Attributes = new MonitoringAttributes { SampleUs = 7000 } }] });
        Assert.Contains("kdamonds/0/contexts/0/monitoring_attrs/intervals/sample_us:7000", model.Kdamonds[0].Applied);
    }

    [Theory]
    [InlineData("6.12", "has ended at a change")]
    [InlineData("6.15", "EINVAL")]
    public void A_change_that_the_kernel_cannot_make_is_reported(string version, string reason)
    {
        SysfsModel model = new(version);
        SysfsKdamond kdamond = Create(model);
        kdamond.Configure(Of(new Scheme()));
        kdamond.Do(SysfsCommand.On);
        model.Pids.Clear();
        Assert.Contains(reason, Assert.Throws<KernelDamonException>(() => kdamond.Commit(Of())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_is_emptied_by_a_line_feed()
    {
        SysfsModel model = new("6.12");
        SysfsKdamond kdamond = Create(model);
        kdamond.Configure(Of(new Scheme { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Memcg, MemcgPath = "/a" }] }));
        kdamond.Configure(Of(new Scheme { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Memcg }] }));
        Assert.Equal("", model.Says("kdamonds/0/contexts/0/schemes/0/filters/0/memcg_path"));
    }

    [Fact]
    public void Statistics_are_fetched_before_they_are_read()
    {
        SysfsKdamond kdamond = Create(new SysfsModel("6.12"));
        kdamond.Configure(Of(new Scheme(), new Scheme()));
        kdamond.Do(SysfsCommand.On);
        SnapshotSchemeStatistics[] statistics = kdamond.ReadStatistics(2);
        Assert.Equal([10UL, 11UL], statistics.Select(s => s.NrTried));
    }

    [Fact]
    public void A_command_that_a_kernel_does_not_know_is_not_tried()
    {
        SysfsModel model = new("6.1");
        SysfsKdamond kdamond = Create(model);
        kdamond.Configure(Of(new Scheme()));
        kdamond.Do(SysfsCommand.On);
        KernelDamonException e = Assert.Throws<KernelDamonException>(() => kdamond.Do(SysfsCommand.UpdateSchemesTriedRegions));
        Assert.Contains("since 6.2", e.Message, StringComparison.Ordinal);
        Assert.Equal(["on"], model.Kdamonds[0].Commands);
    }

    [Fact]
    public void A_busy_kernel_is_asked_again_but_not_forever()
    {
        SysfsModel model = new("6.12");
        model.Faults.Busy = 8;
        SysfsKdamond kdamond = Create(model);
        model.Faults.Busy = 9;
        kdamond.Configure(Of(new Scheme()));
        model.Faults.Busy = 1000;
        KernelDamonException e = Assert.Throws<KernelDamonException>(() => kdamond.Do(SysfsCommand.On));
        Assert.Equal(Errno.EBUSY, e.Errno);
    }

    [Theory]
    [InlineData("kdamonds/nr_kdamonds", "many\n")]
    [InlineData("kdamonds/nr_kdamonds", "-7\n")]
    [InlineData("kdamonds/nr_kdamonds", "")]
    public void A_kernel_file_of_an_unknown_form_is_refused(string path, string text)
    {
        SysfsModel model = new("6.12");
        model.With(path, new ModelFile(() => text));
        KernelDamonException e = Assert.Throws<KernelDamonException>(() => Create(model));
        Assert.Contains("is not known here", e.Message, StringComparison.Ordinal);
    }
}
