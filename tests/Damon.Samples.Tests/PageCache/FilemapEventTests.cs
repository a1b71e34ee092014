using System.Text;
using CsCheck;
using Damon.Monitoring;
using Damon.Samples.PageCache;

namespace Damon.Samples.Tests.PageCache;

public sealed class FilemapEventTests
{
    [Theory]
    [InlineData("         python3-18311   [000] ..... 13888.161341: mm_filemap_get_pages: dev=254:0 ino=b22318 ofs=0-4095", 254, 0xb22318, 0, 4096)]
    [InlineData("  a: mm_filemap_x: dev=1:1 -7   [001] ..... 13888.1: mm_filemap_map_pages: dev=8:0 ino=7 ofs=5242880-5308415", 8, 7, 5242880, 5308416)]
    [InlineData("  x-7   [001] ..... 13888.1: mm_filemap_fault: dev=8:0 ino=7 ofs=8192", 8, 7, 8192, 12288)]
    public void Accesses_are_read(string line, ulong major, ulong inode, ulong first, ulong end)
    {
        Assert.True(FilemapEvent.TryParse(Encoding.UTF8.GetBytes(line), out FilemapEvent access));
        Assert.Equal(
            new FilemapEvent(new FileIdentity(major, line.Contains("dev=8", StringComparison.Ordinal) ? 0ul : access.File.Minor, inode), first, end),
            access);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CPU:1 [LOST 123 EVENTS]")]
    [InlineData("x-7 [001] ..... 1.1: mm_filemap_fault: dev=8:0 ino=7")]
    [InlineData("x-7 [001] ..... 1.1: mm_filemap_fault: dev=8:0 ino=7 ofs=99999999999999999999999")]
    [InlineData("x-7 [001] ..... 1.1: mm_filemap_get_pages: dev=8:0 ino=7 ofs=8192-4095")]
    [InlineData("x-7 [001] ..... 1.1: mm_filemap_get_pages: dev=8:0 ino=7 ofs=8192-18446744073709551615")]
    public void A_line_without_a_filemap_event_is_no_event(string line) => Assert.False(FilemapEvent.TryParse(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void Random_bytes_give_no_event_that_ends_before_it_begins() =>
        Gen.OneOf(Gen.Byte.Array, Gen.String["dev=:ino ofs-0159af: mm_filemap_"].Select(text => Encoding.UTF8.GetBytes(": mm_filemap_" + text)))
            .Sample(line => !FilemapEvent.TryParse(line, out FilemapEvent access) || access.End > access.First);

    [Theory]
    [InlineData("CPU:1 [LOST 123 EVENTS]", 123)]
    [InlineData("CPU:1 [LOST EVENTS]", 0)]
    [InlineData("CPU:1 [LOST 99999999999999999999999 EVENTS]", 0)]
    [InlineData("[LOST 5 EVENTS]-7 [001] ..... 1.1: other: x", 0)]
    public void Lost_events_are_counted(string line, long lost) => Assert.Equal(lost, FilemapReader.LostBy(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void An_access_counts_for_the_regions_that_look_at_its_pages()
    {
        Region[] regions = [new(0x1000, 0x5000), new(0x5000, 0x9000), new(0xb000, 0xc000)];
        (regions[0].SamplingAddress, regions[1].SamplingAddress, regions[2].SamplingAddress) = (0x4fff, 0x5000, 0xb123);
        Assert.Equal([false, false, false], Marked(0x1000, 0x4000));
        Assert.Equal([true, false, false], Marked(0x4000, 0x5000));
        Assert.Equal([true, true, false], Marked(0x4000, 0x6000));
        Assert.Equal([false, false, false], Marked(0x9000, 0xb000));
        Assert.Equal([false, false, true], Marked(0x9000, 0xffff_f000));
        Assert.Equal([false, false, false], Marked(0xc000, 0xd000));

        bool[] Marked(ulong start, ulong end)
        {
            Region[] copy = [.. regions];
            FilemapCheck.Mark(copy, start, end);
            return [.. copy.Select(region => region.Accessed)];
        }
    }
}
