using System.Text;
using Damon.Linux.Actions;
using Damon.Schemes;

namespace Damon.Linux.Tests.Actions;

public sealed class SystemMetricsTests
{
    [Fact]
    public void The_rate_of_free_memory_is_between_nothing_and_all() =>
        Assert.InRange(new SystemMetrics().FreeMemoryRate!.Value, 1UL, 999UL);

    [Fact]
    public void Pressure_is_what_came_since_the_last_look_of_each_goal()
    {
        using TemporaryFolder folder = new();
        Set(1000);
        SystemMetrics metrics = new(folder.Path, folder.Path);
        QuotaGoal first = Goal(QuotaGoalMetric.SomeMemoryPsiUs);
        QuotaGoal second = Goal(QuotaGoalMetric.SomeMemoryPsiUs);
        Set(1300);
        Assert.Equal(300UL, metrics.ValueOf(first));
        Assert.Equal(0UL, metrics.ValueOf(first));
        Set(1350);
        Assert.Equal(50UL, metrics.ValueOf(first));
        Assert.Equal(350UL, metrics.ValueOf(second));
        Set(10);
        Assert.Equal(0UL, metrics.ValueOf(second));

        void Set(int total) =>
            folder.Write("pressure/memory", $"some avg10=0.00 avg60=1.00 avg300=0.00 total={total}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=9999999\n");
    }

    [Fact]
    public void Nodes_and_lists_are_read_in_basis_points()
    {
        using TemporaryFolder folder = new();
        folder.Write("devices/system/node/node1/meminfo", "Node 1 MemTotal:       1000 kB\nNode 1 MemFree:         250 kB\nNode 1 MemUsed:         750 kB\n");
        folder.Write("meminfo", "MemTotal:   5000 kB\nActive:     300 kB\nInactive:     100 kB\nActive(anon):  1 kB\n");
        SystemMetrics metrics = new(folder.Path, folder.Path);
        Assert.Equal(7500UL, metrics.ValueOf(Goal(QuotaGoalMetric.NodeMemoryUsedBp, 1)));
        Assert.Equal(2500UL, metrics.ValueOf(Goal(QuotaGoalMetric.NodeMemoryFreeBp, 1)));
        Assert.Equal(7500UL, metrics.ValueOf(Goal(QuotaGoalMetric.ActiveMemoryBp)));
        Assert.Equal(2500UL, metrics.ValueOf(Goal(QuotaGoalMetric.InactiveMemoryBp)));
        Assert.Null(metrics.ValueOf(Goal(QuotaGoalMetric.NodeMemoryUsedBp, 0)));
        Assert.Null(metrics.ValueOf(Goal(QuotaGoalMetric.NodeMemoryUsedBp, -1)));
        Assert.Null(metrics.ValueOf(Goal(QuotaGoalMetric.SomeMemoryPsiUs)));
        Assert.Null(metrics.ValueOf(Goal(QuotaGoalMetric.NodeEligibleMemoryBp)));
    }

    [Fact]
    public void A_goal_of_a_node_or_a_cgroup_that_does_not_exist_is_refused()
    {
        using TemporaryFolder folder = new();
        folder.Write("devices/system/node/node1/meminfo", "Node 1 MemTotal:       1000 kB\nNode 1 MemFree:         250 kB\n");
        folder.Write("self/mountinfo", $"1 2 0:1 / {folder.Path}/cg rw - cgroup2 none rw\n");
        folder.Write("cg/a/memory.numa_stat", "anon N1=1\n");
        SystemMetrics metrics = new(folder.Path, folder.Path);
        string? Refusal(QuotaGoalMetric metric, int node, string? cgroup) =>
            metrics.Refusal(new QuotaGoal { Metric = metric, TargetValue = 1, NodeId = node, MemcgPath = cgroup });
        Assert.All(Enum.GetValues<QuotaGoalMetric>(), metric => Assert.Null(Refusal(metric, 1, "/a")));
        foreach (QuotaGoalMetric metric in Enum.GetValues<QuotaGoalMetric>())
        {
            bool hasNode = metric.ToString().StartsWith("Node", StringComparison.Ordinal);
            Assert.Equal(hasNode ? "there is no NUMA node 0" : null, Refusal(metric, 0, "/a"));
            Assert.Equal(hasNode ? "there is no NUMA node -1" : null, Refusal(metric, -1, "/a"));
            Assert.Equal(
                metric is QuotaGoalMetric.NodeMemcgUsedBp or QuotaGoalMetric.NodeMemcgFreeBp
                    ? $"there is no memory cgroup '/b' (looked for under {folder.Path}/cg)"
                    : null,
                Refusal(metric, 1, "/b"));
        }
    }

    [Fact]
    public void A_cgroup_s_part_of_a_node_is_read_of_its_folder()
    {
        using TemporaryFolder folder = new();
        folder.Write("devices/system/node/node0/meminfo", "Node 0 MemTotal:       1000 kB\nNode 0 MemFree:         250 kB\n");
        folder.Write("self/mountinfo", $"1 2 0:1 / {folder.Path}/cg rw - cgroup2 none rw\n");
        folder.Write("cg/a/memory.numa_stat", "anon N0=1\nactive_anon N0=102400\ninactive_file N0=102400\n");
        SystemMetrics metrics = new(folder.Path, folder.Path);
        QuotaGoal goal = new() { Metric = QuotaGoalMetric.NodeMemcgUsedBp, TargetValue = 1, MemcgPath = "/a" };
        Assert.Equal(2000UL, metrics.ValueOf(goal));
        Assert.Equal(8000UL, metrics.ValueOf(new QuotaGoal { Metric = QuotaGoalMetric.NodeMemcgFreeBp, TargetValue = 1, MemcgPath = "a/" }));
        Assert.Null(metrics.ValueOf(new QuotaGoal { Metric = QuotaGoalMetric.NodeMemcgFreeBp, TargetValue = 1, MemcgPath = "/b" }));
    }

    [Theory]
    [InlineData(
        "anon N0=5\nactive_anon N0=10 N1=20\ninactive_anon N0=1 N1=2\nactive_file N0=100 N1=200\ninactive_file N0=1000 N1=2000\nunevictable N0=9 N1=9\n",
        1,
        2222UL)]
    [InlineData("total=9 N0=9\nfile=3 N0=1 N1=2\nanon=4 N0=3 N1=1\nunevictable=9 N0=9\n", 0, 4UL * 4096)]
    [InlineData("file=3 N0=1\nanon=4 N0=3\nhierarchical_total=7 N0=7\nhierarchical_file=3 N0=2\nhierarchical_anon=3 N0=5\n", 0, 7UL * 4096)]
    [InlineData("active_anon N0=10\n", 1, null)]
    [InlineData("active_anon N0=99999999999999999999 N=3 N0 =4 N0=x\nfile=\n", 0, null)]
    [InlineData("", 0, null)]
    public void Both_versions_of_numa_stat_are_understood(string text, int node, ulong? expected) =>
        Assert.Equal(expected, SystemMetrics.OnNode(Encoding.ASCII.GetBytes(text), node));

    [Fact]
    public void Random_text_in_a_metric_file_never_throws()
    {
        Random random = new(4);
        ReadOnlySpan<byte> words = "some total= N0=1 \nfile=1\nactive_anon N0=5\nMemTotal: 12 kB \\0400 - cgroup2 / "u8;
        for (int i = 0; i < 3000; i++)
        {
            byte[] text = new byte[random.Next(200)];
            for (int at = 0; at < text.Length; at++)
            {
                text[at] = random.Next(10) == 0 ? (byte)random.Next(256) : words[(at + i) % words.Length];
            }

            Assert.InRange(SystemMetrics.OnNode(text, 0) ?? 0, 0UL, ulong.MaxValue - 1);
            (string Root, string Point)? found = CgroupFolders.FindHierarchy(Encoding.UTF8.GetString(text));
            Assert.NotEqual("", found?.Point);
            Assert.NotEqual("0", AdviceInjector.StatusObstacle(text));
        }
    }

    static QuotaGoal Goal(QuotaGoalMetric metric, int node = 0) => new() { Metric = metric, TargetValue = 1, NodeId = node };
}
