using Damon.Linux.KernelDamon.Features;
using Damon.Linux.Native;
using Damon.Linux.Tests.KernelDamon.Models;

namespace Damon.Linux.Tests.KernelDamon.Features;

public sealed class KernelFeaturesTests
{
    static Dictionary<string, KernelFeature> Look(SysfsModel sysfs, ModelFiles? debugfs = null) =>
        new KernelFeatures(sysfs, debugfs ?? new ModelFiles("/model/damon"), new TraceModel(), new ModelFiles("/model/module")).Look()
            .ToDictionary(f => f.Name, StringComparer.Ordinal);

    static SysfsModel WithEverything(string version)
    {
        SysfsModel model = new(version);
        foreach (string count in new[] { "nr_kdamonds", "0/contexts/nr_contexts", "0/contexts/0/targets/nr_targets", "0/contexts/0/schemes/nr_schemes" })
        {
            Assert.Equal(Errno.None, model.Write("kdamonds/" + count, "1"));
        }

        foreach (string count in new[] { "filters/nr_filters", "quotas/goals/nr_goals" })
        {
            _ = model.Write("kdamonds/0/contexts/0/schemes/0/" + count, "1");
        }

        model.Written.Clear();
        return model;
    }

    [Theory]
    [InlineData("6.1", "online_params_commit avail_ops vaddr", "schemes_tried_regions schemes_filters schemes_migrate schemes_quota_goals")]
    [InlineData(
        "6.12",
        "schemes_migrate schemes_filters_young schemes_quota_effective_bytes schemes_quota_goal_some_psi",
        "allow_filter intervals_goal schemes_dests addr_unit")]
    [InlineData("6.15", "intervals_goal schemes_filters_active allow_filter", "schemes_quota_goal_node_mem_used_free refresh_ms")]
    [InlineData(
        "7.1",
        "damos_quota_goal_tuner damos_max_nr_snapshots obsolete_target schemes_quota_goal_node_memcg_used_free damos_quota_goal_in_active_mem_bp",
        "ctx_pause")]
    public void Features_are_found_by_the_files_that_there_are(string version, string has, string hasNot)
    {
        SysfsModel model = WithEverything(version);
        Dictionary<string, KernelFeature> features = Look(model);
        Assert.All(has.Split(' '), name => Assert.True(features["sysfs/" + name].Supported, name));
        Assert.All(hasNot.Split(' '), name => Assert.False(features["sysfs/" + name].Supported, name));
        Assert.Empty(model.Written);
    }

    [Fact]
    public void Features_that_no_folder_shows_are_unknown_and_not_guessed()
    {
        Dictionary<string, KernelFeature> features = Look(new SysfsModel("7.1"));
        KernelFeature tried = features["sysfs/schemes_tried_regions"];
        Assert.Equal((null, "6.2", "needs a scheme directory, and there is none"), (tried.Supported, tried.Since, tried.Why));
        Assert.Equal("needs a kdamond directory, and there is none", features["sysfs/refresh_ms"].Why);
        Assert.True(features["sysfs/schemes"].Supported);
        Assert.True(features["trace/damon_aggregated"].Supported);
        Assert.False(features["trace/damos_before_apply"].Supported);
        Assert.False(features["interface/damon_debugfs"].Supported);
    }

    [Fact]
    public void Features_that_only_writing_would_show_are_unknown()
    {
        SysfsModel model = WithEverything("6.10");
        Assert.Null(Look(model)["sysfs/schemes_filters_young"].Supported);
        Assert.Null(Look(model, new DebugFsModel(DebugFsEra.V518))["debugfs/paddr"].Supported);
    }

    [Fact]
    public void Features_of_debugfs_follow_from_its_files_and_columns()
    {
        Dictionary<string, KernelFeature> features = Look(new SysfsModel("6.1"), new DebugFsModel(DebugFsEra.V518));
        Assert.True(features["debugfs/schemes_stat_qt_exceed"].Supported);
        Assert.True(features["debugfs/init_regions_target_idx"].Supported);
        Assert.False(features["debugfs/record"].Supported);
        DebugFsModel old = new(DebugFsEra.TargetIds, Damon.Schemes.Text.ColumnLayout.Pattern);
        Assert.Equal(Errno.None, old.Write("schemes", "1 2 3 4 5 6 4\n"));
        Assert.False(Look(new SysfsModel("6.1"), old)["debugfs/schemes_wmarks"].Supported);
    }
}
