using Damon.Linux.Machine;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Machine;

public sealed class NodeMemoryTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly MemoryMap _memory = MemoryMap.Parse("00100000-bfffffff : System RAM\n100000000-1ffffffff : System RAM\n"u8);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Blocks_of_a_node_are_joined_and_cut_to_memory()
    {
        Blocks("8000000\n", 0, "memory0", "memory1", "memory2", "memory40", "memory_failure", "memoryx");
        Blocks("8000000\n", 1, "memory3");

        Assert.Equal([new(0x100000, 0x18000000), new(0x140000000, 0x148000000)], Of(0));
        Assert.Equal([new(0x100000, 0x20000000), new(0x140000000, 0x148000000)], Of(1, 0, 1));
    }

    [Theory]
    [InlineData("0\n")]
    [InlineData("ffffffffffffffff\n")]
    [InlineData("words\n")]
    [InlineData("")]
    public void Without_memory_blocks_a_nodes_memory_comes_from_its_zones(string blockSize)
    {
        Blocks(blockSize, 0, "memory0");
        _folder.Write("zoneinfo", "Node 0, zone DMA\n spanned 512\n start_pfn: 0\n");

        Assert.Equal([new(0x100000, 0x200000)], Of(0));
    }

    [Fact]
    public void Missing_nodes_and_nodes_without_memory_are_refused()
    {
        _folder.Write("zoneinfo", "Node 0, zone DMA\n spanned 512\n start_pfn: 0\n");
        Blocks("8000000\n", 0, "memory0");
        Blocks("8000000\n", 1, "cpu1");

        Assert.Equal("there is no NUMA node 7; with memory there is 0", Assert.Throws<TargetOpenException>(() => Of(7)).Message);
        Assert.Equal("NUMA node 1 has no memory", Assert.Throws<TargetOpenException>(() => Of(1)).Message);
    }

    [Fact]
    public void Node_0_of_this_machine_has_memory()
    {
        Assert.SkipUnless(MemoryMap.Read().Fault is null, "needs root, to see where memory is");
        Assert.NotEmpty(NodeMemory.Of([0], MemoryMap.Read()));
    }

    IReadOnlyList<AddressRange> Of(params int[] nodes) => NodeMemory.Of(nodes, _memory, _folder.Path, _folder.Path);

    void Blocks(string size, int node, params string[] entries)
    {
        _folder.Write("devices/system/memory/block_size_bytes", size);
        foreach (string entry in entries)
        {
            _folder.Write($"devices/system/node/node{node}/{entry}/state", "online\n");
        }
    }
}
