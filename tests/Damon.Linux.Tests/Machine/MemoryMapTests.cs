using System.Text;
using CsCheck;
using Damon.Linux.Machine;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Machine;

public sealed class MemoryMapTests
{
    [Fact]
    public void Ranges_are_of_whole_pages_and_the_biggest_is_found()
    {
        MemoryMap map = MemoryMap.Parse("""
            00000000-00000fff : Reserved
            00001000-0009fbff : System RAM
            00100000-bfffffff : System RAM
              01000000-02276f47 : Kernel code
            100000000-63fffffff : System RAM
            4000000000-7fffffffff : PCI Bus 0000:00
              4100000000-41ffffffff : dax0.0
                4100000000-41ffffffff : System RAM (kmem)

            """u8);

        Assert.Null(map.Fault);
        Assert.Equal([new(0x1000, 0x9f000), new(0x100000, 0xc0000000), new(0x100000000, 0x640000000), new(0x4100000000, 0x4200000000)], map.Ranges.ToArray());
        Assert.Equal(new AddressRange(0x100000000, 0x640000000), map.Biggest);
        Assert.Equal(0x4200000000UL, map.End);
    }

    [Fact]
    public void Hidden_addresses_are_reported_with_a_remedy()
    {
        MemoryMap map = MemoryMap.Parse("00000000-00000000 : Reserved\n00000000-00000000 : System RAM\n00000000-00000000 : System RAM\n"u8);

        Assert.True(map.Ranges.IsEmpty);
        Assert.Contains("shows 0 for all addresses", map.Fault);
        Assert.Contains("run as root", map.Fault);
        Assert.Contains("no line 'System RAM'", MemoryMap.Parse("00000000-00000fff : Reserved\n"u8).Fault);
        Assert.Contains("cannot be read", MemoryMap.Read("/nowhere").Fault);
    }

    [Fact]
    public void Parts_within_memory_are_cut_out()
    {
        MemoryMap map = MemoryMap.Parse("1000-4fff : System RAM\n8000-9fff : System RAM\n"u8);

        Assert.Equal([new(0x1000, 0x5000), new(0x8000, 0xa000)], map.Within([new AddressRange(0, ulong.MaxValue)]));
        Assert.Equal([new(0x2000, 0x5000), new(0x8000, 0x9000)], map.Within([new AddressRange(0x2000, 0x9000)]));
        Assert.Empty(map.Within([new AddressRange(0x5000, 0x8000)]));
    }

    [Fact]
    public void Whatever_the_text_is_ranges_are_sane()
    {
        string[] lines =
        [
            "1000-1fff : System RAM",
            "  3000-2000 : System RAM",
            "ffffffffffffffff-ffffffffffffffff : System RAM",
            "0-fffffffffffff : System RAM",
            "-5 : System RAM",
            "x-y : System RAM",
            " : System RAM",
            "4000-4fff :System RAM",
            "fffffffffffff000-0 : System RAM",
        ];
        Gen.OneOf(Gen.Int[0, lines.Length - 1].Select(i => lines[i]), Gen.String[Gen.Char["0123456789abcdef-: SystemRA\n"], 0, 60]).Array[0, 20].Sample(text =>
        {
            MemoryMap map = MemoryMap.Parse(Encoding.UTF8.GetBytes(string.Join('\n', text)));
            ulong end = 0;
            foreach (AddressRange range in map.Ranges)
            {
                Assert.True(!range.IsEmpty && range.Start >= end && range.Start % 4096 == 0 && range.End % 4096 == 0 && range.End <= 1UL << 52);
                end = range.End;
            }

            Assert.Equal(map.Ranges.IsEmpty, map.Fault is not null);
        });
    }
}
