using Damon.Linux.DamonFs;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>The files <c>mk_contexts</c>, <c>rm_contexts</c> and <c>nr_contexts</c>.</summary>
public sealed class ContextFilesTests
{
    [Fact]
    public void A_context_is_made_with_defaults_and_removed_again()
    {
        using TestTree tree = new("6.1");
        tree.Set("attrs", "1 2 3 4 5");
        tree.Set("mk_contexts", " foo bar\n");
        Assert.Null(tree.FileSystem.Root.Find("bar"));
        Assert.Equal("5000 100000 60000000 10 1000\n", tree.Read("foo/attrs"));
        tree.Set("foo/attrs", "9 10 11 12 13");
        tree.Set("foo/target_ids", "1 2");
        Assert.Equal("1 2 3 4 5\n", tree.Read("attrs"));
        Assert.Equal("\n", tree.Read("target_ids"));
        Assert.Equal(2, tree.Factory.NrOpen);

        DamonFsFile open = tree.File("foo/attrs");
        tree.Set("rm_contexts", "foo\n");
        Assert.Null(tree.FileSystem.Root.Find("foo"));
        Assert.Equal(0, tree.Factory.NrOpen);
        Assert.Equal(Errno.EIO, Assert.Throws<DamonFsException>(() => open.Read(TestTree.Root, TestContext.Current.CancellationToken)).Errno);
        Assert.Equal(Errno.EIO, Assert.Throws<DamonFsException>(() => open.Write("1 2 3 4 5"u8, TestTree.Root, TestContext.Current.CancellationToken)).Errno);

        tree.Set("mk_contexts", "foo");
        Assert.Equal("5000 100000 60000000 10 1000\n", tree.Read("foo/attrs"));
        Assert.Equal(Errno.EIO, Assert.Throws<DamonFsException>(() => open.Read(TestTree.Root, TestContext.Current.CancellationToken)).Errno);
    }

    [Theory]
    [InlineData("", "EINVAL")]
    [InlineData(" \n\t", "EACCES")]
    [InlineData("\0foo", "EINVAL")]
    [InlineData("\u00e9", "EINVAL")] // One byte, which is no UTF-8.
    [InlineData("old", "EEXIST")]
    [InlineData("attrs", "EEXIST")]
    [InlineData("schemes", "EEXIST")]
    [InlineData("target_ids", "EEXIST")]
    [InlineData("init_regions", "EEXIST")]
    [InlineData("kdamond_pid", "EEXIST")]
    [InlineData("mk_contexts", "EEXIST")]
    [InlineData("rm_contexts", "EEXIST")]
    [InlineData("monitor_on", "EEXIST")]
    [InlineData(" \n", "EACCES")]
    [InlineData("a/b", "EACCES")]
    [InlineData("/", "EACCES")]
    [InlineData(".", "EACCES")]
    [InlineData("..", "EACCES")]
    public void Bad_context_names_are_refused_with_the_kernels_error(string name, string errno)
    {
        using TestTree tree = new("6.1");
        tree.Set("mk_contexts", "old");
        string[] before = TestTree.Names(tree.FileSystem.Root);
        Assert.Equal(errno, tree.Write("mk_contexts", name).ToString());
        Assert.Equal(before, TestTree.Names(tree.FileSystem.Root));
    }

    [Fact]
    public void Names_have_at_most_255_bytes()
    {
        using TestTree tree = new("6.1");
        tree.Set("mk_contexts", new string('x', 255));
        Assert.Equal(Errno.ENAMETOOLONG, tree.Write("mk_contexts", new string('x', 256)));
    }

    [Theory]
    [InlineData("", "EINVAL")]
    [InlineData(" \n", "ENOENT")]
    [InlineData("none", "ENOENT")]
    [InlineData(".", "ENOENT")]
    [InlineData("..", "ENOENT")]
    [InlineData("/", "ENOENT")]
    [InlineData("foo/attrs", "ENOENT")]
    [InlineData("attrs", "EINVAL")]
    [InlineData("schemes", "EINVAL")]
    [InlineData("target_ids", "EINVAL")]
    [InlineData("init_regions", "EINVAL")]
    [InlineData("kdamond_pid", "EINVAL")]
    [InlineData("mk_contexts", "EINVAL")]
    [InlineData("rm_contexts", "EINVAL")]
    [InlineData("monitor_on", "EINVAL")]
    public void Bad_removals_of_contexts_are_refused_with_the_kernels_error(string name, string errno)
    {
        using TestTree tree = new("6.1");
        tree.Set("mk_contexts", "foo");
        Assert.Equal(errno, tree.Write("rm_contexts", name).ToString());
        Assert.NotNull(tree.FileSystem.Root.Find("foo"));
    }

    [Fact]
    public void Nothing_is_made_or_removed_while_anything_runs()
    {
        using TestTree tree = new("6.1");
        tree.Set("mk_contexts", "foo");
        tree.Set("target_ids", "1");
        tree.Set("foo/target_ids", "2");
        tree.Start();
        Assert.Equal(Errno.EBUSY, tree.Write("mk_contexts", "bar"));
        Assert.Equal(Errno.EBUSY, tree.Write("mk_contexts", "foo"));
        Assert.Equal(Errno.EBUSY, tree.Write("rm_contexts", "foo"));
        Assert.Equal(Errno.EBUSY, tree.Write("rm_contexts", "none"));
        Assert.Equal(Errno.EINVAL, tree.Write("rm_contexts", ""));
        tree.Stop();
        tree.Set("rm_contexts", "foo");
    }

    [Fact]
    public void The_number_of_contexts_is_bounded()
    {
        using TestTree tree = new("target_ids");
        tree.Set("nr_contexts", "1024");
        Assert.Equal(Errno.ENOMEM, tree.Write("nr_contexts", "1025"));
        Assert.Equal(Errno.ENOMEM, tree.Write("nr_contexts", "2147483647"));
        Assert.Equal("1024\n", tree.Read("nr_contexts"));
        tree.Set("nr_contexts", "1");
        Assert.Equal(7, tree.FileSystem.Root.Entries.Count);
    }

    [Fact]
    public void Nr_contexts_makes_and_removes_contexts()
    {
        using TestTree tree = new("target_ids");
        Assert.Equal("1\n", tree.Read("nr_contexts"));
        tree.Set("nr_contexts", "3\n");
        Assert.Equal("3\n", tree.Read("nr_contexts"));
        Assert.Equal(["ctx1", "ctx2"], TestTree.Names(tree.FileSystem.Root).Where(n => n.StartsWith("ctx", StringComparison.Ordinal)));
        tree.Set("ctx1/record", "4096 x");
        tree.Set("nr_contexts", "2 4");
        Assert.Equal("4096 x\n", tree.Read("ctx1/record"));
        Assert.Null(tree.FileSystem.Root.Find("ctx2"));
        foreach (string text in (string[])["", "0", "-1", "abc", "x3", "\n"])
        {
            Assert.Equal(Errno.EINVAL, tree.Write("nr_contexts", text));
        }

        Assert.Equal("2\n", tree.Read("nr_contexts"));
        tree.Set("target_ids", "1");
        tree.Set("ctx1/target_ids", "2");
        tree.Start();
        Assert.Equal(Errno.EBUSY, tree.Write("nr_contexts", "3"));
        Assert.Equal(Errno.EINVAL, tree.Write("nr_contexts", "0"));
    }
}
