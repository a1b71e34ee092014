using CsCheck;
using Damon.Linux.Memory;

namespace Damon.Linux.Tests.Memory;

public sealed class FolioRangeTests
{
    const ulong Young = 0x21;
    const ulong Huge = 0x80;
    const ulong Special = 0x200;
    const ulong Known = PageEntry.FolioKnownBit;

    [Fact]
    public void A_small_page_is_a_range_of_its_own() =>
        Assert.Equal(new FolioRange(0x7000, 0x1000), FolioRange.Of(0x7123, Entry(1, Young | Known, 0x555)));

    [Fact]
    public void Large_folio_starts_where_its_first_frame_is_mapped() =>
        Assert.Equal(new FolioRange(0x1000_5000, 0x1_0000), FolioRange.Of(0x1000_8fff, Entry(1, Young | Known, 0x563, order: 4)));

    [Fact]
    public void A_huge_page_is_a_range_of_2_MiB() =>
        Assert.Equal(new FolioRange(0x20_0000, 0x20_0000), FolioRange.Of(0x3f_ffff, Entry(2, Young | Huge | Known, 0x400, order: 9)));

    [Fact]
    public void Huge_page_without_knowledge_of_folios() =>
        Assert.Equal(new FolioRange(0x20_0000, 0x20_0000), FolioRange.Of(0x20_0000, Entry(2, Young | Huge, 0x400)));

    [Theory]
    [InlineData(1, Young, 0)]                       // order not known
    [InlineData(1, Known, 0)]                       // not present
    [InlineData(1, Young | Known | Special, 0)]     // zero page
    [InlineData(2, Young | Known, 0)]               // not a leaf
    [InlineData(2, Young | Huge | Known, 10)]       // a folio of 4 MiB: this entry is a part of it
    [InlineData(2, Young | Huge | Known, 4)]        // impossible, so not to be trusted
    [InlineData(3, Young | Huge | Known, 9)]        // 1 GiB
    [InlineData(4, 0, 0)]
    public void An_entry_whose_folio_is_not_known_has_no_range(int level, ulong bits, int order) =>
        Assert.Null(FolioRange.Of(0x4000_0000, Entry(level, bits, 0x40000, order)));

    [Fact]
    public void A_folio_that_would_begin_below_address_0_has_no_range() =>
        Assert.Null(FolioRange.Of(0x2000, Entry(1, Young | Known, 0xf, order: 4)));

    [Fact]
    public void A_folio_partly_outside_the_mapping_is_reported()
    {
        FolioRange range = new(0x10000, 0x10000);
        Assert.True(range.IsInside(0x10000, 0x20000));
        Assert.False(range.IsInside(0x11000, 0x20000));
        Assert.False(range.IsInside(0x10000, 0x1f000));
    }

    [Fact]
    public void The_range_covers_the_page_and_starts_at_the_folios_first_frame() =>
        Gen.Select(Gen.Int[0, 15], Gen.ULong[1UL << 28, (1UL << 47) - 1], Gen.ULong[0, (1UL << 38) - 1]).Sample((order, address, pfn) =>
        {
            PageEntry entry = Entry(1, Young | Known, pfn, order);
            FolioRange range = Assert.NotNull(FolioRange.Of(address, entry));
            Assert.Equal(4096UL << order, range.Length);
            Assert.InRange(address, range.Start, range.End - 1);
            ulong firstPfn = pfn - ((address & ~4095UL) - range.Start) / 4096;
            Assert.Equal(0UL, firstPfn & ((1UL << order) - 1));
            Assert.Equal(order, entry.FolioOrder);
            Assert.Equal(pfn, entry.Pfn);
        });

    [Fact]
    public void Ranges_are_sorted_and_given_once()
    {
        FolioRange[] ranges =
        [
            new(0x9000, 0x1000), new(0x20_0000, 0x20_0000), new(0x9000, 0x1000), new(0x21_0000, 0x1000), new(0, 0), new(0x1000, 0x1000),
            new(0x20_0000, 0x1000),
        ];
        Assert.Equal(
            [new(0x1000, 0x1000), new(0x9000, 0x1000), new(0x20_0000, 0x20_0000)],
            ColdAdvice.SortAndMerge(ranges).ToArray());
        Assert.Empty(ColdAdvice.SortAndMerge([]).ToArray());
    }

    [Fact]
    public void Merging_loses_no_address() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 4]).Array[0, 40].Sample(folios =>
        {
            FolioRange[] ranges = folios.Select(f => new FolioRange(((ulong)f.Item1 & ~((1UL << f.Item2) - 1)) * 4096, 4096UL << f.Item2)).ToArray();
            SortedSet<ulong> expected = Pages(ranges);
            FolioRange[] merged = ColdAdvice.SortAndMerge(ranges).ToArray();
            Assert.Equal(expected, Pages(merged));
            Assert.Equal((ulong)expected.Count * 4096, merged.Aggregate(0UL, (sum, r) => sum + r.Length));
            Assert.Equal(merged.OrderBy(r => r.Start), merged);

            static SortedSet<ulong> Pages(FolioRange[] ranges)
            {
                SortedSet<ulong> pages = [];
                foreach (FolioRange range in ranges)
                {
                    for (ulong page = range.Start; page < range.End; page += 4096)
                    {
                        pages.Add(page);
                    }
                }

                return pages;
            }
        });

    static PageEntry Entry(int level, ulong bits, ulong pfn, int order = 0) =>
        new(bits | pfn << 12 | (ulong)order << PageEntry.OrderShift | (ulong)level << PageEntry.LevelShift);
}
