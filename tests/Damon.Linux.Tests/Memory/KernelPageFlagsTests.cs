using Damon.Linux.Memory;
using Damon.Linux.Tests.AccessChecks;

namespace Damon.Linux.Tests.Memory;

public sealed class KernelPageFlagsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(9)]
    public void Every_page_of_a_folio_leads_to_its_first(int order)
    {
        const ulong Start = 1024;
        using FakePageFiles files = new(4096);

        // Folios all around, so that a step too far meets a head that is not the right one.
        for (ulong head = 512; head < 2048; head += 1UL << order)
        {
            if (order > 0)
            {
                files.SetFolio(head, order);
            }
        }

        using KernelPageFlags flags = KernelPageFlags.Open(files.Root);
        for (ulong i = 0; i < 1UL << order; i++)
        {
            Assert.Equal(Start, flags.HeadOf(Start + i));
        }

        Assert.Equal(Start - (1UL << order), flags.HeadOf(Start - 1));
    }

    [Fact]
    public void Folios_of_different_sizes_side_by_side()
    {
        using FakePageFiles files = new(256);
        files.SetFolio(64, 5);
        files.SetFolio(96, 2);
        files.SetFolio(104, 3);
        using KernelPageFlags flags = KernelPageFlags.Open(files.Root);
        Assert.Equal(64UL, flags.HeadOf(95));
        Assert.Equal(96UL, flags.HeadOf(99));
        Assert.Equal(100UL, flags.HeadOf(100));
        Assert.Equal(104UL, flags.HeadOf(111));
        Assert.Equal(112UL, flags.HeadOf(112));
    }

    [Fact]
    public void The_zero_page_and_what_is_no_page_have_no_folio()
    {
        using FakePageFiles files = new(64);
        files.SetFlags(1, FakePageFiles.ZeroPage);
        files.SetFlags(2, FakePageFiles.NoPage);
        using KernelPageFlags flags = KernelPageFlags.Open(files.Root);
        Assert.Equal(0UL, flags.HeadOf(1));
        Assert.Equal(0UL, flags.HeadOf(2));
        Assert.Equal(0UL, flags.HeadOf(1 << 20));
    }

    [Fact]
    public void A_tail_without_head_has_no_folio()
    {
        using FakePageFiles files = new(64);
        files.SetFlags(7, FakePageFiles.Tail);
        using KernelPageFlags flags = KernelPageFlags.Open(files.Root);
        Assert.Equal(0UL, flags.HeadOf(7));
    }

    [Fact]
    public void A_missing_file_says_what_it_needs()
    {
        using TemporaryFolder folder = new();
        AccessCheckUnavailableException e = Assert.Throws<AccessCheckUnavailableException>(() => KernelPageFlags.Open(folder.Path));
        Assert.Contains("CONFIG_PROC_PAGE_MONITOR", e.Message, StringComparison.Ordinal);
    }
}
