using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Tests.Schemes.Text;

public sealed class SchemeOptionParserTests
{
    [Fact]
    public void The_nth_of_each_option_belongs_to_the_nth_action()
    {
        IReadOnlyList<Scheme> schemes = Parse(
            "--damos_action pageout --damos_sz_region 4K max --damos_access_rate 0 5% --damos_age 5s max --damos_apply_interval 1s " +
            "--damos_quotas 10 8M 1s 0 3% 7 --damos_quota_fail_charge_ratio 1 4096 --damos_quota_goal_tuner temporal --damos_wmarks free_mem_rate 5s 50% 400 "
                + "200 --damos_max_nr_snapshots 9 "
                +
            "--damos_action migrate_hot 0 5 1 2 --damos_sz_region 1M 2M --damos_action stat --nr_schemes 3");
        Assert.Equal([SchemeAction.PageOut, SchemeAction.MigrateHot, SchemeAction.Stat], schemes.Select(s => s.Action));
        Scheme first = schemes[0];
        Assert.Equal(new AccessPattern { MinSize = 4096, MaxNrAccesses = PatternBound.OfPercent(5), MinAge = PatternBound.OfMicroseconds(5e6) }, first.Pattern);
        Assert.Equal((1_000_000UL, 9UL), (first.ApplyIntervalUs, first.MaxNrSnapshots));
        Assert.Equal(
            new SchemeQuota
            {
                TimeMs = 10,
                SizeBytes = 8 << 20,
                ResetIntervalMs = 1000,
                NrAccessesWeight = 30,
                AgeWeight = 7,
                FailChargeNumerator = 1,
                FailChargeDenominator = 4096,
                Tuner = QuotaTuner.Temporal,
                Goals = first.Quota.Goals,
            },
            first.Quota);
        Assert.Equal(new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, IntervalUs = 5_000_000, High = 500, Mid = 400, Low = 200 }, first.Watermarks);
        Assert.Equal([new MigrationDestination(0, 5), new MigrationDestination(1, 2)], schemes[1].Destinations);
        Assert.Equal(new AccessPattern { MinSize = 1 << 20, MaxSize = 2 << 20 }, schemes[1].Pattern);
        Assert.Equal(new AccessPattern(), schemes[2].Pattern);
        Assert.False(schemes[2].Quota.IsLimited);
        Assert.Equal([new MigrationDestination(3, 1)], Assert.Single(Parse("--damos_action migrate_cold 3")).Destinations);
        Assert.Empty(Parse(""));
    }

    [Fact]
    public void Quotas_can_be_given_in_parts()
    {
        SchemeQuota quota = Assert.Single(Parse("--damos_action cold --damos_quota_interval 2s --damos_quota_space 1M")).Quota;
        Assert.Equal(
            new SchemeQuota { SizeBytes = 1 << 20, ResetIntervalMs = 2000, SizeWeight = 1, NrAccessesWeight = 1, AgeWeight = 1, Goals = quota.Goals },
            quota);
        quota = Assert.Single(Parse("--damos_action cold --damos_quota_interval 2000 --damos_quota_time 5 --damos_quota_weights 0 2 3")).Quota;
        Assert.Equal(new SchemeQuota { TimeMs = 5, ResetIntervalMs = 2000, NrAccessesWeight = 2, AgeWeight = 3, Goals = quota.Goals }, quota);
        quota = Assert.Single(Parse("--damos_action cold --damos_quotas 5")).Quota;
        Assert.Equal(new SchemeQuota { TimeMs = 5, Goals = quota.Goals }, quota);
    }

    [Fact]
    public void Goals_are_counted_out()
    {
        IReadOnlyList<Scheme> schemes = Parse(
            "--damos_action cold --damos_action stat --damos_quota_goal user_input 100 50 --damos_quota_goal some_mem_psi_us 5ms " +
            "--damos_quota_goal node_memcg_free_bp 5% 1 /a --damos_nr_quota_goals 1 2");
        Assert.Equal([1, 2], schemes.Select(s => s.Quota.Goals.Count));
        Assert.Equal((QuotaGoalMetric.UserInput, 100UL, 50UL), Facts(schemes[0].Quota.Goals[0]));
        Assert.Equal((QuotaGoalMetric.SomeMemoryPsiUs, 5000UL, 0UL), Facts(schemes[1].Quota.Goals[0]));
        Assert.Equal((QuotaGoalMetric.NodeMemcgFreeBp, 500UL, 0UL), Facts(schemes[1].Quota.Goals[1]));
        Assert.Equal((1, "/a"), (schemes[1].Quota.Goals[1].NodeId, schemes[1].Quota.Goals[1].MemcgPath));
        Assert.Equal(
            2,
            Assert.Single(Parse("--damos_action cold --damos_quota_goal user_input 1 --damos_quota_goal node_mem_used_bp 99% 0")).Quota.Goals.Count);

        static (QuotaGoalMetric, ulong, ulong) Facts(QuotaGoal goal) => (goal.Metric, goal.TargetValue, goal.CurrentValue);
    }

    [Theory]
    [InlineData("allow anon", "Anonymous True True")]
    [InlineData("reject none young", "Young False False")]
    [InlineData("deny memcg /a block active allow none unmapped", "Memcg True False /a|Active True False|Unmapped False True")]
    [InlineData("allow addr 4K 0x2000 reject target 3", "Address True True 1000-2000|Target True False 3")]
    [InlineData("allow hugepage_size 2M max", "HugePageSize True True 2097152")]
    [InlineData("anon matching", "Anonymous True False")]
    [InlineData("anon nomatching allow", "Anonymous False True")]
    [InlineData("memcg matching /a pass young nomatching reject", "Memcg True True /a|Young False False")]
    [InlineData("anon matching reject young", "Anonymous True False|Young True False")]
    [InlineData("anon matching allow young matching", "Anonymous True True|Young True False")]
    public void Filters_have_two_orders(string words, string expected) =>
        Assert.Equal(expected, string.Join('|', Assert.Single(Parse($"--damos_action stat --damos_filter {words}")).Filters.Select(Text)));

    [Fact]
    public void Filters_are_counted_out()
    {
        IReadOnlyList<Scheme> schemes = Parse(
            "--damos_action stat --damos_action cold --damos_action stat --damos_filter allow anon reject young --damos_filter allow active --damos_nr_filters "
                + "0 3");
        Assert.Equal([0, 3, 0], schemes.Select(s => s.Filters.Count));
    }

    [Theory]
    [InlineData("--damos_sz_region 1 2", "too much --damos_sz_region")]
    [InlineData("--damos_action stat --damos_age 1 2 --damos_age 1 2", "too much --damos_age")]
    [InlineData("--damos_action stat --damos_wmarks none 0 0 0 0 --damos_wmarks none 0 0 0 0", "too much --damos_wmarks")]
    [InlineData("--damos_filter allow anon", "too much --damos_filter")]
    [InlineData("--damos_action stat --damos_action stat --damos_filter allow anon", "--damos_nr_filters required")]
    [InlineData("--damos_action stat --damos_filter allow anon --damos_nr_filters 2", "wrong --damos_nr_filters")]
    [InlineData("--damos_action stat --damos_filter allow anon --damos_nr_filters 0 1", "wrong --damos_nr_filters")]
    [InlineData("--damos_action stat --damos_action stat --damos_quota_goal user_input 1", "--damos_nr_quota_goals required")]
    [InlineData("--damos_action stat --damos_quota_goal user_input 1 --damos_nr_quota_goals 2", "wrong --damos_nr_quota_goals")]
    [InlineData("--damos_action stat --damos_quotas 1 2 3 4 5 6 7", "Wrong --damos_quotas (7 arguments are given;")]
    [InlineData("--damos_action stat --damos_wmarks none 1 2 3", "Wrong --damos_wmarks (4 arguments are given;")]
    [InlineData("--damos_action stat --damos_wmarks foo 1 2 3 4", "Wrong --damos_wmarks ('foo' is no metric;")]
    [InlineData("--damos_action stat --damos_wmarks free_mem_rate 1 2 3 4", "Wrong --damos_wmarks (the watermarks are high 2, mid 3, low 4")]
    [InlineData("--damos_action foo", "Wrong '--damos_*' argument (--damos_action: 'foo' is no action; write one of willneed")]
    [InlineData("--damos_action stat 5", "Wrong '--damos_*' argument (--damos_action stat: nothing is expected")]
    [InlineData("--damos_action migrate_hot", "Wrong '--damos_*' argument (--damos_action migrate_hot: write the node")]
    [InlineData("--damos_action migrate_hot 1 2 3", "Wrong '--damos_*' argument (--damos_action migrate_hot: write the node")]
    [InlineData("--damos_action stat --damos_sz_region 1", "Wrong '--damos_*' argument (--damos_sz_region takes 2 arguments, but 1 is given)")]
    [InlineData("--damos_action stat --damos_sz_region 1 x", "Wrong '--damos_*' argument (--damos_sz_region: 'x' is no size;")]
    [InlineData("--damos_action stat --damos_sz_region 2 1", "Wrong '--damos_*' argument (the least size, 2 bytes, is above")]
    [InlineData("--damos_action stat --damos_quota_space 1M", "Wrong '--damos_*' argument (--damos_quota_space needs --damos_quota_interval)")]
    [InlineData(
        "--damos_action stat --damos_quota_goal user_input 0",
        "Wrong '--damos_*' argument (--damos_quota_goal user_input: the target value must be above 0)")]
    [InlineData(
        "--damos_action stat --damos_quota_goal node_mem_used_bp 5",
        "Wrong '--damos_*' argument (--damos_quota_goal node_mem_used_bp: write metric, target value, and node)")]
    [InlineData("--damos_action stat --damos_filter allow", "Wrong '--damos_*' argument (--damos_filter: a type of filter is missing)")]
    [InlineData("--damos_action stat --damos_filter anon", "Wrong '--damos_*' argument (--damos_filter: matching or nomatching is missing)")]
    [InlineData("--damos_action stat --damos_filter allow addr 5 5", "Wrong '--damos_*' argument (--damos_filter: the start of the addresses")]
    [InlineData("--damos_action stat --nr_schemes 2", "Wrong '--damos_*' argument (--nr_schemes must be 1")]
    [InlineData("--damos_foo 1", "there is no option '--damos_foo' for schemes")]
    public void Faults_are_those_of_the_tool(string options, string message) =>
        Assert.StartsWith(message, Assert.Throws<SchemeTextException>(() => Parse(options)).Message, StringComparison.Ordinal);

    internal static IReadOnlyList<Scheme> Parse(string line)
    {
        List<SchemeOption> options = [];
        foreach (string word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                options.Add(new SchemeOption(word, new List<string>()));
            }
            else
            {
                ((List<string>)options[^1].Arguments).Add(word);
            }
        }

        return SchemeOptionParser.Parse(options);
    }

    static string Text(SchemeFilter filter) => $"{filter.Kind} {filter.Matching} {filter.Allow}" + filter.Kind switch
    {
        SchemeFilterKind.Memcg => " " + filter.MemcgPath,
        SchemeFilterKind.Address => $" {filter.Range}",
        SchemeFilterKind.Target => $" {filter.TargetIndex}",
        SchemeFilterKind.HugePageSize => $" {filter.MinSize}" + (filter.MaxSize == ulong.MaxValue ? "" : "?"),
        _ => "",
    };
}
