using System.Text;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Processes;

public sealed class MappingTableTests
{
    const MappingTraits ReadWrite = MappingTraits.Read | MappingTraits.Write;

    [Fact]
    public void Real_looking_lines_are_read_in_full()
    {
        MappingTable table = Parse(
            "00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/dbus-daemon\n"
            + "00e03000-00e24000 rw-p 00000000 00:00 0           [heap]\n"
            + "35b1800000-35b1820000 r--s 0001a000 00:05 135522  /dev/shm/with blanks in it (deleted)\n"
            + "7f2c6ff8c000-7f2c7078c000 rw-p 00000000 00:00 0\n"
            + "7f2c80000000-7f2c80001000 ---p 00000000 00:00 0    [anon: a name]\n"
            + "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n");

        Assert.Equal(
            [
                Mapping(0x400000, 0x452000, MappingTraits.Read | MappingTraits.Execute | MappingTraits.File, "/usr/bin/dbus-daemon"),
                Mapping(0xe03000, 0xe24000, ReadWrite, "[heap]"),
                Mapping(0x35b1800000, 0x35b1820000, MappingTraits.Read | MappingTraits.Shared | MappingTraits.File, "/dev/shm/with blanks in it (deleted)"),
                Mapping(0x7f2c6ff8c000, 0x7f2c7078c000, ReadWrite, ""),
                Mapping(0x7f2c80000000, 0x7f2c80001000, MappingTraits.None, "[anon: a name]"),
            ],
            table.Mappings.ToArray());
        Assert.Equal(table.Mappings.ToArray().Select(m => m.Range), table.Ranges.ToArray());
    }

    [Theory]
    [InlineData("/tmp/two\\012lines")] // The kernel escapes line ends in names, and nothing else.
    [InlineData("/tmp/back\\slash")]
    [InlineData("/tmp/7f0000000000-7f0000001000 rw-p 00000000 00:00 0 [heap]")]
    [InlineData("/tmp/[vsyscall]")]
    [InlineData("/memfd:x (deleted) (deleted)")]
    [InlineData("/tmp/gr\u00fc\u00dfe \u4f60\u597d")]
    public void Names_stay_as_they_are(string name)
    {
        MappingTable table = Parse($"1000-2000 rw-p 00000000 08:02 1    {name}\n3000-4000 rw-p 00000000 08:02 1 {name}\n");

        Assert.Equal([name, name], table.Mappings.ToArray().Select(m => m.Name));
        Assert.Same(table.Mappings[0].Name, table.Mappings[1].Name);
    }

    [Fact]
    public void A_name_that_is_no_text_still_gives_the_mapping()
    {
        MappingTable table = new();
        table.Parse([.. "1000-2000 rw-p 00000000 08:02 1 /tmp/"u8, 0xff, 0xfe, 0xc3, .. "\n"u8]);

        Assert.StartsWith("/tmp/\ufffd", Assert.Single(table.Mappings.ToArray()).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("1000-2000")]
    [InlineData("1000-2000 rw-p 00000000 08:02")]
    [InlineData("1000-2000 rw- 00000000 08:02 1 /x")]
    [InlineData("1000 rw-p 00000000 08:02 1 /x")]
    [InlineData("-2000 rw-p 00000000 08:02 1 /x")]
    [InlineData("1000- rw-p 00000000 08:02 1 /x")]
    [InlineData("2000-1000 rw-p 00000000 08:02 1 /x")]
    [InlineData("1000-1000 rw-p 00000000 08:02 1 /x")]
    [InlineData("1000-0x2000 rw-p 00000000 08:02 1 /x")]
    [InlineData("1000-+2000 rw-p 00000000 08:02 1 /x")]
    [InlineData("1000-10000000000000000 rw-p 00000000 08:02 1 /x")]
    [InlineData("zzzz-2000 rw-p 00000000 08:02 1 /x")]
    [InlineData("\0\0\0\0-\0\0 rw-p 00000000 08:02 1 /x")]
    public void A_line_that_does_not_parse_is_left_out_and_the_next_is_read(string line)
    {
        MappingTable table = Parse($"{line}\n5000-6000 rw-p 00000000 00:00 0 [heap]\n");

        Assert.Equal([Mapping(0x5000, 0x6000, ReadWrite, "[heap]")], table.Mappings.ToArray());
    }

    [Fact]
    public void Ranges_that_go_back_or_overlap_are_left_out()
    {
        MappingTable table = Parse(
            "3000-5000 rw-p 0 0:0 0\n"
            + "1000-2000 rw-p 0 0:0 0\n" // before
            + "4000-6000 rw-p 0 0:0 0\n" // overlaps
            + "3000-5000 rw-p 0 0:0 0\n" // again
            + "5000-6000 rw-p 0 0:0 0\n" // adjoins
            + "fffffffffffff000-ffffffffffffffff rw-p 0 0:0 0\n");

        Assert.Equal([new(0x3000, 0x5000), new(0x5000, 0x6000), new(0xfffffffffffff000, ulong.MaxValue)], table.Ranges.ToArray());
    }

    [Fact]
    public void The_last_line_needs_no_end()
    {
        Assert.Equal([new(0x1000, 0x2000)], Parse("1000-2000 rw-p 00000000 00:00 0").Ranges.ToArray());
    }

    [Fact]
    public void Parsing_again_forgets_what_was_there()
    {
        MappingTable table = Parse("1000-2000 rw-p 0 0:0 0 [heap]\n3000-4000 rw-p 0 0:0 0 [stack]\n");
        table.Parse("5000-6000 rw-p 0 0:0 0 [heap]\n"u8);

        Assert.Equal([Mapping(0x5000, 0x6000, ReadWrite, "[heap]")], table.Mappings.ToArray());
        table.Parse([]);
        Assert.True(table.Mappings.IsEmpty);
        Assert.Equal(-1, table.IndexOf(0x5000));
    }

    [Fact]
    public void Very_many_mappings_with_names_of_their_own_are_read_again_and_again()
    {
        const int Count = 30_000;
        MappingTable table = new();
        for (int round = 0; round < 3; round++)
        {
            StringBuilder text = new();
            for (int i = 0; i < Count; i++)
            {
                text.Append($"{(i * 2) + 1:x}000-{(i * 2) + 2:x}000 rw-p 00000000 08:02 1 /round{round}/{i}\n");
            }

            table.Parse(Encoding.UTF8.GetBytes(text.ToString()));
            Assert.Equal(Count, table.Mappings.Length);
            Assert.Equal($"/round{round}/{Count - 1}", table.Mappings[^1].Name);
        }
    }

    [Theory]
    [InlineData(0xfff, -1)]
    [InlineData(0x1000, 0)]
    [InlineData(0x1fff, 0)]
    [InlineData(0x2000, -1)]
    [InlineData(0x3000, 1)]
    [InlineData(0x3fff, 1)]
    [InlineData(0x4000, 2)]
    [InlineData(0x4fff, 2)]
    [InlineData(0x5000, -1)]
    [InlineData(ulong.MaxValue, -1)]
    public void The_mapping_of_an_address_is_found(ulong address, int index)
    {
        Assert.Equal(index, Parse("1000-2000 rw-p 0 0:0 0\n3000-4000 rw-p 0 0:0 0\n4000-5000 rw-p 0 0:0 0\n").IndexOf(address));
    }

    [Fact]
    public void Hostile_text_gives_sorted_disjoint_ranges_and_nothing_worse()
    {
        byte[][] pieces =
        [
            .. new[] { "1000-2000 ", "7ff0-", "rw-p ", "r-xs 0 ", "00000000 08:02 ", "0 ",
                "17 ", "[heap]", "[vsyscall]", "/a b (deleted)", "\n", "\n\n", " ", "-", "f", "\\012", "9" }.Select(
                Encoding.UTF8.GetBytes),
            [0], [0xff], [0xc3, 0x28], new byte[3000],
        ];
        Random random = new(20261123);
        MappingTable table = new();
        for (int round = 0; round < 20_000; round++)
        {
            List<byte> text = [];
            for (int i = random.Next(40); i > 0; i--)
            {
                text.AddRange(random.Next(4) == 0
                    ? Encoding.UTF8.GetBytes($"{random.Next(1 << 20):x}-{random.Next(1 << 20):x} rw-p 0 0:0 {random.Next(2)} n{random.Next(9)}\n")
                    : pieces[random.Next(pieces.Length)]);
            }

            table.Parse(text.ToArray());
            Assert.Equal(table.Ranges.Length, table.Mappings.Length);
            ulong end = 0;
            for (int i = 0; i < table.Ranges.Length; i++)
            {
                AddressRange range = table.Ranges[i];
                Assert.True(range.Start >= end && range.End > range.Start);
                Assert.Equal(range, table.Mappings[i].Range);
                Assert.NotEqual("[vsyscall]", table.Mappings[i].Name);
                Assert.Equal(i, table.IndexOf(range.Start));
                end = range.End;
            }
        }
    }

    [Fact]
    public void Text_cut_anywhere_gives_the_whole_lines_before_the_cut()
    {
        const string Text = "1000-2000 rw-p 00000000 00:00 0 [heap]\n3000-4000 rw-p 00000000 00:00 0 [stack]\n";
        for (int length = 0; length <= Text.Length; length++)
        {
            AddressRange[] ranges = Parse(Text[..length]).Ranges.ToArray();
            int whole = Text[..length].Count(c => c == '\n');
            Assert.InRange(ranges.Length, whole, whole + 1);
            Assert.Equal(new AddressRange[] { new(0x1000, 0x2000), new(0x3000, 0x4000) }[..ranges.Length], ranges);
        }
    }

    static MappingTable Parse(string text)
    {
        MappingTable table = new();
        table.Parse(Encoding.UTF8.GetBytes(text));
        return table;
    }

    [Fact]
    public void Of_a_name_of_any_length_the_end_is_kept()
    {
        string path = "/" + string.Join('/', Enumerable.Repeat("deep", 20_000)) + "/file";
        MappingTable table = new();
        table.Parse(System.Text.Encoding.ASCII.GetBytes($"1000-2000 r--p 00000000 08:01 5 {path}\n3000-4000 r--p 00000000 08:01 5 {path[^255..]}\n"));
        Assert.Equal(["..." + path[^252..], path[^255..]], table.Mappings.ToArray().Select(mapping => mapping.Name));
    }

    static Mapping Mapping(ulong start, ulong end, MappingTraits traits, string name) => new(new AddressRange(start, end), traits, name);
}
