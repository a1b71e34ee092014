using System.Text;
using Damon.Linux.AccessChecks;
using Damon.Monitoring;

namespace Damon.Linux.Tests.AccessChecks;

public sealed class SmapsParserTests
{
    const string Whole = """
        00400000-00452000 r-xp 00000000 08:02 173521   /usr/bin/x-y
        Size:                328 kB
        KernelPageSize:        4 kB
        Rss:                 100 kB
        Pss:                  50 kB
        Pss_Dirty:             0 kB
        Referenced:           25 kB
        Anonymous:             0 kB
        THPeligible:           0
        VmFlags: rd ex mr mw me sd
        7f2c6ff8c000-7f2c7078c000 rw-p 00000000 00:00 0
        Rss:                   0 kB
        Referenced:            0 kB
        VmFlags: rd wr mr mw me ac sd
        7ffd0e5ac000-7ffd0e5cd000 rw-p 00000000 00:00 0   [stack]
        Rss:                  16 kB
        Referenced:           16 kB

        """;

    [Fact]
    public void Each_mapping_gets_its_own_sizes()
    {
        List<SmapsMapping> mappings = Parse(Whole);

        Assert.Equal(
            [
                new(new AddressRange(0x400000, 0x452000), 100 << 10, 25 << 10),
                new(new AddressRange(0x7f2c6ff8c000, 0x7f2c7078c000), 0, 0),
                new(new AddressRange(0x7ffd0e5ac000, 0x7ffd0e5cd000), 16 << 10, 16 << 10),
            ],
            mappings);
        Assert.Equal([0.25, 0, 1], mappings.Select(m => m.ReferencedShare));
    }

    [Fact]
    public void More_referenced_than_resident_counts_as_all()
    {
        Assert.Equal(1, new SmapsMapping(new AddressRange(0, 4096), 4096, 8192).ReferencedShare);
    }

    [Theory]
    [InlineData("Rss: -4 kB\nReferenced: x kB\n")]
    [InlineData("Rss:\nReferenced:\n")]
    [InlineData("Rss: 99999999999999999999 kB\nReferenced: 18446744073709551615 kB\n")]
    public void Values_that_are_not_sizes_count_as_0(string sizes)
    {
        SmapsMapping mapping = Assert.Single(Parse($"1000-2000 rw-p 0 0:0 0\n{sizes}"));
        Assert.Equal(0, mapping.ReferencedShare);
    }

    [Fact]
    public void Sizes_of_a_mapping_that_is_left_out_do_not_go_to_its_neighbour()
    {
        List<SmapsMapping> mappings = Parse(
            "3000-4000 rw-p 0 0:0 0\nRss: 4 kB\nReferenced: 0 kB\n"
            + "1000-2000 rw-p 0 0:0 0\nRss: 4 kB\nReferenced: 4 kB\n"
            + "9000-8000 rw-p 0 0:0 0\nRss: 4 kB\nReferenced: 4 kB\n"
            + "5000-6000 rw-p 0 0:0 0\nRss: 4 kB\n");

        Assert.Equal([new(0x3000, 0x4000), new(0x5000, 0x6000)], mappings.Select(m => m.Range));
        Assert.All(mappings, m => Assert.Equal(0, m.ReferencedShare));
    }

    [Fact]
    public void Text_cut_anywhere_and_hostile_text_do_no_harm()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Whole);
        List<SmapsMapping> mappings = [];
        for (int length = 0; length <= whole.Length; length++)
        {
            SmapsParser.Parse(whole.AsSpan(0, length), mappings);
            Assert.InRange(mappings.Count, 0, 3);
        }

        Random random = new(3);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] broken = [.. whole];
            for (int i = random.Next(1, 12); i > 0; i--)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }

            SmapsParser.Parse(broken, mappings);
            ulong end = 0;
            foreach (SmapsMapping mapping in mappings)
            {
                Assert.True(mapping.Range.Start >= end && !mapping.Range.IsEmpty);
                Assert.InRange(mapping.ReferencedShare, 0, 1);
                end = mapping.Range.End;
            }
        }
    }

    static List<SmapsMapping> Parse(string text)
    {
        List<SmapsMapping> mappings = [new(new AddressRange(1, 2), 3, 4)];
        SmapsParser.Parse(Encoding.UTF8.GetBytes(text), mappings);
        return mappings;
    }
}
