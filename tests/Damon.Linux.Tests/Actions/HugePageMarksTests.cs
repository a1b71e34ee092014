using Damon.Linux.Actions;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Actions;

public sealed class HugePageMarksTests : IDisposable
{
    const string Smaps = """
        1000-3000 rw-p 00000000 00:00 0 [heap]
        Size:                  8 kB
        VmFlags: rd wr mr mw me ac sd hg
        3000-5000 rw-p 00000000 00:00 0
        VmFlags: rd wr mr mw me ac sd nh
        5000-9000 rw-p 00000000 00:00 0
        VmFlags: rd wr mr mw me ac sd
        a000-b000 rw-p 00000000 00:00 0
        VmFlags: rd wr hg nh

        """;

    readonly TemporaryFolder _folder = new();
    readonly MonitoredProcess _process;
    readonly HugePageMarks _marks;
    long _now;

    public HugePageMarksTests()
    {
        _folder.Write("5/smaps", Smaps);
        ProcFileSystem proc = new(_folder.Path);
        _process = new MonitoredProcess(5, PidFd.Open(Environment.ProcessId, out _)!, proc);
        _marks = new HugePageMarks(proc) { NowNs = () => _now };
    }

    public void Dispose()
    {
        _process.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(LibC.MADV_HUGEPAGE, "3000-a000 b000-c000", 0x3000)]
    [InlineData(LibC.MADV_NOHUGEPAGE, "1000-3000 5000-a000 b000-c000", 0x3000)]
    public void Mappings_that_have_the_mark_are_left_out(int advice, string rest, int left) =>
        Assert.Equal((rest, (ulong)left), LeaveOut(advice, new AddressRange(0x1000, 0xc000)));

    [Fact]
    public void A_part_of_a_marked_mapping_is_left_out_too()
    {
        Assert.Equal(("", 0x800UL), LeaveOut(LibC.MADV_HUGEPAGE, new AddressRange(0x1800, 0x2000)));
        Assert.Equal(("5000-6000 7000-8000", 0UL), LeaveOut(LibC.MADV_HUGEPAGE, new AddressRange(0x5000, 0x6000), new AddressRange(0x7000, 0x8000)));
    }

    [Fact]
    public void Advised_mappings_count_as_marked_until_the_marks_are_read_again()
    {
        _marks.Add(_process, [new AddressRange(0x3000, 0x5000)], LibC.MADV_HUGEPAGE);
        Assert.Equal(("", 0x4000UL), LeaveOut(LibC.MADV_HUGEPAGE, new AddressRange(0x1000, 0x5000)));
        Assert.Equal(("3000-5000", 0UL), LeaveOut(LibC.MADV_NOHUGEPAGE, new AddressRange(0x3000, 0x5000)));
        _now += 999_999_999;
        Assert.Equal(("", 0x2000UL), LeaveOut(LibC.MADV_HUGEPAGE, new AddressRange(0x3000, 0x5000)));
        _now++;
        Assert.Equal(("3000-5000", 0UL), LeaveOut(LibC.MADV_HUGEPAGE, new AddressRange(0x3000, 0x5000)));
    }

    (string NotMarked, ulong Marked) LeaveOut(int advice, params AddressRange[] runs)
    {
        List<AddressRange> rest = [];
        ulong left = _marks.LeaveOut(_process, runs, advice, rest);
        return (string.Join(' ', rest.Select(range => $"{range.Start:x}-{range.End:x}")), left);
    }
}
