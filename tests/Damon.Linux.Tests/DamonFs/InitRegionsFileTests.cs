using Damon.Linux.Native;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>The file <c>init_regions</c>.</summary>
public sealed class InitRegionsFileTests
{
    public static TheoryData<string, string, string, string> Valid()
    {
        TheoryData<string, string, string, string> rows = [];
        foreach (string era in (string[])["5.18", "6.1", "6.7", "6.8"])
        {
            // Kunit, by the place in the list.
            rows.Add(era, "1 2 3", "1 10 20\n 1   20 30\n1 35 45", "1 10 20\n1 20 30\n1 35 45\n");
            rows.Add(era, "1 2 3", "1 10 20\n", "1 10 20\n");
            rows.Add(era, "1 2 3", "1 10 20\n0 39 59\n0 70 134\n  1  20 25\n", "0 39 59\n0 70 134\n1 10 20\n1 20 25\n");
            rows.Add(era, "1 2 3", "", "");
            rows.Add(era, "1 2 3", "0 1 2 1 3 4", "0 1 2\n1 3 4\n");
            rows.Add(era, "1 2 3", "0 1 2 1 3", "0 1 2\n");
            rows.Add(era, "1 2 3", "0 1 2 x 3 4", "0 1 2\n");
            rows.Add(era, "1 2 3", "0 1 2 1 -3 4", "0 1 2\n");
            rows.Add(era, "1 2 3", "garbage", "");
            rows.Add(era, "1 2 3", "0 0 18446744073709551615", "0 0 18446744073709551615\n");
            rows.Add(era, "paddr\n", "0 10 20", "0 10 20\n");
        }

        foreach (string era in (string[])["seed", "target_ids", "5.16", "5.17"])
        {
            // Kunit of the first tool, by pid.
            rows.Add(era, "1 2 3", "2 10 20\n 2   20 30 \n2 35 45", "2 10 20\n2 20 30\n2 35 45\n");
            rows.Add(era, "1 2 3", "2 10 20\n1 39 59\n1 70 134  \n  2  20 25\n", "1 39 59\n1 70 134\n2 10 20\n2 20 25\n");
            rows.Add(era, "1 1", "1 10 20", "1 10 20\n1 10 20\n"); // Both are meant.
            rows.Add(era, "paddr\n", era == "seed" ? "-1 10 20" : "42 10 20", era == "seed" ? "-1 10 20\n" : "42 10 20\n");
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void Taken(string era, string targets, string text, string read)
    {
        using TestTree tree = new(era);
        tree.Set(tree.Targets, targets);
        tree.Set("init_regions", text);
        Assert.Equal(read, tree.Read("init_regions"));
    }

    [Theory]
    [InlineData("6.1", "3 10 20\n")] // Kunit.
    [InlineData("6.1", "1 10 20\n 1 14 26\n")]
    [InlineData("6.1", "0 10 20\n1 30 40\n 0 5 8")]
    [InlineData("6.1", "0 10 10")]
    [InlineData("6.1", "0 20 10")]
    [InlineData("6.1", "-1 10 20")]
    [InlineData("5.18", "0 18446744073709551617 1")] // Wraps to 1.
    [InlineData("seed", "4 10 20\n")] // Kunit of the first tool.
    [InlineData("seed", "2 10 20\n 2 14 26\n")]
    [InlineData("seed", "1 10 20\n2 30 40\n 1 5 8")]
    [InlineData("target_ids", "4 10 20\n")]
    [InlineData("5.16", "4294967297 10 20\n")]
    [InlineData("5.17", "0 10 20\n")]
    public void A_refused_write_of_init_regions_leaves_no_region(string era, string text)
    {
        using TestTree tree = new(era);
        tree.Set(tree.Targets, "1 2 3");
        tree.Set("init_regions", "2 10 20");
        Assert.NotEqual("", tree.Read("init_regions"));
        Assert.Equal(Errno.EINVAL, tree.Write("init_regions", text));
        Assert.Equal("", tree.Read("init_regions"));
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void Neither_read_nor_written_while_it_runs(string era)
    {
        using TestTree tree = new(era);
        if (!tree.FileSystem.Era.HasInitRegions)
        {
            return;
        }

        tree.Set(tree.Targets, "1");
        tree.Start();
        Assert.Equal(Errno.EBUSY, tree.ReadErrno("init_regions"));
        Assert.Equal(Errno.EBUSY, tree.Write("init_regions", "0 10 20"));
        Assert.Equal(Errno.EBUSY, tree.Write("init_regions", "garbage"));
        tree.Stop();
        Assert.Equal("", tree.Read("init_regions"));
    }
}
