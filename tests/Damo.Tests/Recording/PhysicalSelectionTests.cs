using Damo.CommandLine;
using Damo.Recording;
using Damon.Linux.Machine;
using Damon.Monitoring;

namespace Damo.Tests.Recording;

public sealed class PhysicalSelectionTests
{
    readonly MemoryMap _memory = MemoryMap.Parse("1000-4fff : System RAM\n100000-1fffff : System RAM\n300000-37ffff : System RAM\n"u8);
    readonly List<string> _said = [];

    [Fact]
    public void The_biggest_piece_is_the_default_and_all_can_be_asked_for()
    {
        Assert.Equal([new AddressRange(0x100000, 0x200000)], new PhysicalSelection().Ranges([], _memory, _said.Add));
        Assert.Equal(_memory.Ranges.ToArray(), new PhysicalSelection { IsAll = true }.Ranges([], _memory, _said.Add));
        Assert.Empty(_said);
    }

    [Fact]
    public void Given_regions_become_whole_pages()
    {
        Assert.Equal(
            [new AddressRange(0x101000, 0x103000), new AddressRange(0x103000, 0x104000)],
            new PhysicalSelection().Ranges([new(0x101001, 0x102001), new(0x102002, 0x104000)], _memory, _said.Add));
        Assert.Empty(_said);
    }

    [Fact]
    public void Addresses_without_memory_are_left_out_and_one_line_says_so()
    {
        Assert.Equal(
            [new AddressRange(0x1000, 0x5000), new AddressRange(0x100000, 0x200000)],
            new PhysicalSelection().Ranges([new(0, 0x200000)], _memory, _said.Add));
        Assert.Equal(
            "--regions: 1008.0 KiB of them are no memory and left out; memory is at 0x1000-0x5000, 0x100000-0x200000, 0x300000-0x380000",
            Assert.Single(_said));
    }

    [Fact]
    public void Regions_without_any_memory_are_refused()
    {
        string message = Assert.Throws<UserErrorException>(() =>
            new PhysicalSelection().Ranges([new(0x5000, 0x6000), new(ulong.MaxValue - 10, ulong.MaxValue)], _memory, _said.Add)).Message;
        Assert.StartsWith("--regions: there is no memory at 0x5000-0x6000", message);
        Assert.Contains("memory is at 0x1000-0x5000", message);
    }

    [Fact]
    public void A_node_that_is_not_there_is_an_error() =>
        Assert.StartsWith(
            "--numa_node: there is no NUMA node 999",
            Assert.Throws<UserErrorException>(() => new PhysicalSelection { Nodes = [999] }.Ranges([], _memory, _said.Add)).Message);
}
