using System.Text;
using CsCheck;
using Damon.Linux.Machine;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Machine;

public sealed class ZoneTableTests
{
    const string Text = """
        Node 0, zone      DMA
          per-node stats
              nr_inactive_anon 84720
          pages free     3840
                spanned  4095
                present  3998
          start_pfn:           1
        Node 0, zone   Normal
                spanned  256
          start_pfn:           8192
        Node 0, zone  Movable
                spanned  0
                present  0
        Node 1, zone   Normal
                spanned  16
          start_pfn:           4096

        """;

    [Fact]
    public void Zones_that_span_something_are_found_in_address_order() =>
        Assert.Equal(
            [
                new Zone(0, "DMA", new AddressRange(0x1000, 0x1000000)),
                new Zone(1, "Normal", new AddressRange(0x1000000, 0x1010000)),
                new Zone(0, "Normal", new AddressRange(0x2000000, 0x2100000)),
            ],
            ZoneTable.Parse(Encoding.UTF8.GetBytes(Text)));

    [Fact]
    public void This_machine_has_zones() => Assert.NotEmpty(ZoneTable.Read());

    [Fact]
    public void No_file_is_no_zone() => Assert.Empty(ZoneTable.Read("/nowhere"));

    [Fact]
    public void Whatever_the_text_is_zones_are_sane()
    {
        string[] lines =
        [
            "Node 0, zone DMA",
            "Node -1, zone X",
            "Node 0, zone",
            "Node 99999999999, zone Y",
            "Node 0, zone a\u0001b",
            "spanned 18446744073709551615",
            "spanned 5",
            "spanned x",
            "start_pfn: 18446744073709551615",
            "start_pfn: 7",
            "start_pfn:",
        ];
        Gen.Int[0, lines.Length - 1].Select(i => lines[i]).Array[0, 30].Sample(text =>
        {
            foreach (Zone zone in ZoneTable.Parse(Encoding.UTF8.GetBytes(string.Join('\n', text))))
            {
                Assert.True(zone.Node >= 0 && zone.Name.Length is > 0 and <= 32 && !zone.Range.IsEmpty);
            }
        });
    }
}
