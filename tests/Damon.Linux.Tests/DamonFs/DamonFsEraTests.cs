using Damon.Linux.DamonFs;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>What each era has: files, first contents, names.</summary>
public sealed class DamonFsEraTests
{
    [Theory]
    [InlineData("seed", "seed")]
    [InlineData("target_ids", "target_ids")]
    [InlineData("5.15", "5.15")]
    [InlineData("5.15.167", "5.15")]
    [InlineData("5.16", "5.16")]
    [InlineData("5.17", "5.17")]
    [InlineData("5.18", "5.18")]
    [InlineData("5.19", "5.18")]
    [InlineData("6.0", "5.18")]
    [InlineData("6.1", "6.1")]
    [InlineData("6.1.0-13-amd64", "6.1")]
    [InlineData("6.6-rc1", "6.1")]
    [InlineData("6.7", "6.7")]
    [InlineData("6.8", "6.8")]
    [InlineData("6.12", "6.8")]
    [InlineData("6.13.7", "6.8")]
    public void A_name_or_a_kernel_version_has_an_era(string text, string name)
    {
        Assert.True(DamonFsEra.TryParse(text, out DamonFsEra era));
        Assert.Equal(name, era.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5.")]
    [InlineData("5.14")]
    [InlineData("4.19")]
    [InlineData("6.14")]
    [InlineData("7.0")]
    [InlineData("6.x")]
    [InlineData("-6.1")]
    [InlineData("+6.1")]
    [InlineData(" 6.1")]
    [InlineData("Seed")]
    [InlineData("99999999999.1")]
    public void Other_words_and_versions_have_no_era(string text) => Assert.False(DamonFsEra.TryParse(text, out _));

    [Theory]
    [InlineData("seed", "attrs init_regions monitor_on pids record schemes")]
    [InlineData("target_ids", "attrs init_regions monitor_on nr_contexts record schemes target_ids")]
    [InlineData("5.15", "attrs kdamond_pid mk_contexts monitor_on rm_contexts target_ids")]
    [InlineData("5.16", "attrs init_regions kdamond_pid mk_contexts monitor_on rm_contexts schemes target_ids")]
    [InlineData("5.17", "attrs init_regions kdamond_pid mk_contexts monitor_on rm_contexts schemes target_ids")]
    [InlineData("5.18", "attrs init_regions kdamond_pid mk_contexts monitor_on rm_contexts schemes target_ids")]
    [InlineData("6.1", "attrs init_regions kdamond_pid mk_contexts monitor_on rm_contexts schemes target_ids")]
    [InlineData("6.7", "attrs init_regions kdamond_pid mk_contexts monitor_on rm_contexts schemes target_ids")]
    [InlineData("6.8", "DEPRECATED attrs init_regions kdamond_pid mk_contexts monitor_on_DEPRECATED rm_contexts schemes target_ids")]
    public void The_root_has_the_files_of_the_era(string era, string names)
    {
        using TestTree tree = new(era);
        Assert.Equal(names, string.Join(' ', TestTree.Names(tree.FileSystem.Root).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("target_ids", "attrs init_regions record schemes target_ids")]
    [InlineData("5.15", "attrs kdamond_pid target_ids")]
    [InlineData("5.16", "attrs init_regions kdamond_pid schemes target_ids")]
    [InlineData("6.8", "attrs init_regions kdamond_pid schemes target_ids")]
    public void A_context_has_the_files_of_the_era(string era, string names)
    {
        using TestTree tree = new(era);
        tree.Set(era == "target_ids" ? "nr_contexts" : "mk_contexts", era == "target_ids" ? "2" : "ctx1");
        Assert.Equal(names, string.Join(' ', TestTree.Names((DamonFsDirectory)tree.FileSystem.Root.Find("ctx1")!).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void Files_hold_the_defaults_of_the_era(string era)
    {
        using TestTree tree = new(era);
        bool isPatchSet = era is "seed" or "target_ids";
        Assert.Equal(isPatchSet ? "5000 100000 1000000 10 1000\n" : "5000 100000 60000000 10 1000\n", tree.Read("attrs"));
        Assert.Equal("\n", tree.Read(tree.Targets));
        Assert.Equal("off\n", tree.Read(tree.MonitorOn));
        if (era != "5.15")
        {
            Assert.Equal("", tree.Read("schemes"));
            Assert.Equal("", tree.Read("init_regions"));
        }

        if (isPatchSet)
        {
            Assert.Equal("0 none\n", tree.Read("record"));
        }
        else
        {
            Assert.Equal("none\n", tree.Read("kdamond_pid"));
        }
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void Nodes_have_modes_and_numbers_of_their_own(string era)
    {
        using TestTree tree = new(era);
        if (tree.FileSystem.Era.HasContextFiles)
        {
            tree.Set("mk_contexts", "a");
            tree.Set("rm_contexts", "a");
            tree.Set("mk_contexts", "a");
        }

        List<DamonFsNode> nodes = [tree.FileSystem.Root];
        for (int i = 0; i < nodes.Count; i++)
        {
            nodes.AddRange((nodes[i] as DamonFsDirectory)?.Entries ?? []);
            Assert.Equal(nodes[i] is DamonFsDirectory ? "700" : "600", Convert.ToString(nodes[i].Permissions, 8));
        }

        Assert.Equal(1UL, tree.FileSystem.Root.Id);
        Assert.Equal(nodes.Count, nodes.Select(n => n.Id).Distinct().Count());
        Assert.Equal(nodes.Count, nodes.Select(n => tree.FileSystem.Root == n ? "" : $"{n.Id} {n.Name}").Distinct().Count());
    }

    [Fact]
    public void Files_that_cannot_be_read_or_written_answer_EINVAL()
    {
        using TestTree tree = new("6.8");
        Assert.Equal(Errno.EINVAL, tree.ReadErrno("mk_contexts"));
        Assert.Equal(Errno.EINVAL, tree.ReadErrno("rm_contexts"));
        Assert.Equal(Errno.EINVAL, tree.Write("kdamond_pid", "1"));
        Assert.Equal(Errno.EINVAL, tree.Write("DEPRECATED", "no"));
    }

    [Fact]
    public void The_notice_of_the_last_era_is_one_line()
    {
        using TestTree tree = new("6.12");
        string notice = tree.Read("DEPRECATED");
        Assert.EndsWith("\n", notice, StringComparison.Ordinal);
        Assert.Single(notice.TrimEnd('\n').Split('\n'));
        Assert.Contains("deprecated", notice, StringComparison.Ordinal);
    }
}
