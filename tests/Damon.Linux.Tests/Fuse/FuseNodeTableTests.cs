using Damon.Linux.Fuse;

namespace Damon.Linux.Tests.Fuse;

public sealed class FuseNodeTableTests
{
    readonly TestDirectory _root = new(1);

    [Fact]
    public void A_node_is_known_until_each_lookup_is_taken_back()
    {
        FuseNodeTable table = new(_root);
        TestFile file = new(7);
        table.Remember(file);
        table.Remember(file);
        table.Forget(7, 1);
        Assert.Same(file, table[7]);
        table.Forget(7, 1);
        Assert.Null(table[7]);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Forgetting_too_much_or_unknown_nodes_does_no_harm()
    {
        FuseNodeTable table = new(_root);
        table.Remember(new TestFile(7));
        table.Forget(7, ulong.MaxValue);
        table.Forget(8, 1);
        table.Forget(1, ulong.MaxValue);
        Assert.Equal(0, table.Count);
        Assert.Same(_root, table[1]);
    }

    [Fact]
    public void The_latest_object_of_a_number_counts()
    {
        FuseNodeTable table = new(_root);
        table.Remember(new TestFile(7));
        TestFile later = new(7);
        table.Remember(later);
        Assert.Same(later, table[7]);
        table.Forget(7, 2);
        Assert.Null(table[7]);
    }
}
