using System.Text;
using Damon.Linux.Processes;

namespace Damon.Linux.Tests.Processes;

public sealed class ProcessStatTests
{
    const string Rest = "1 2 3 0 -1 4194560 10 11 12 13 14 15 16 17 20 0 1 0 22 23 24 18446744073709551615 4198400 5000000 140737488350000 0 0";

    [Theory]
    [InlineData("4711 (sleep) S " + Rest)]
    [InlineData("4711 (a) b (c) S " + Rest)]
    [InlineData("4711 () S " + Rest + "\n")]
    public void Stat_fields_are_found_after_any_process_name(string text)
    {
        Assert.True(ProcessStat.TryParse(Encoding.UTF8.GetBytes(text), out ProcessStat stat));
        Assert.Equal(new ProcessStat('S', 1, 4194560, 4198400, 140737488350000, CpuTicks: 14 + 15, ChildrenCpuTicks: 16 + 17), stat);
        Assert.False(stat.IsKernelThread);
        Assert.NotEqual(0UL, stat.AddressSpace);
    }

    [Fact]
    public void Without_the_right_to_know_the_addresses_the_address_space_is_unknown()
    {
        string text = "1 (init) S " + Rest.Replace("4198400 5000000 140737488350000", "1 1 0", StringComparison.Ordinal);
        Assert.True(ProcessStat.TryParse(Encoding.UTF8.GetBytes(text), out ProcessStat stat));
        Assert.Equal(0UL, stat.AddressSpace);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4711 (sleep")]
    [InlineData("4711 (sleep) S")]
    [InlineData("4711 (sleep) S 1 2 3")]
    [InlineData("4711 (sleep) S x 2 3 0 -1 4194560 0")]
    public void Text_that_is_cut_off_is_refused(string text) =>
        Assert.False(ProcessStat.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
