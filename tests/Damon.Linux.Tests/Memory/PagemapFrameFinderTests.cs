using Damon.Linux.Memory;
using Damon.Linux.Processes;
using Damon.Linux.Tests.AccessChecks;

namespace Damon.Linux.Tests.Memory;

public sealed class PagemapFrameFinderTests
{
    const ulong Present = 1UL << 63;
    const ulong Swapped = 1UL << 62;
    const ulong Exclusive = 1UL << 56;
    const int Pid = 4711;

    [Fact]
    public void Frames_come_from_pagemap_and_their_folios_from_kpageflags()
    {
        using FakePageFiles files = new(2048);
        files.SetFolio(1024, 4);
        files.SetFlags(9, FakePageFiles.ZeroPage);
        using TemporaryFolder proc = new();
        proc.WriteWord($"{Pid}/pagemap", 0x100, Present | Exclusive | 7);
        proc.WriteWord($"{Pid}/pagemap", 0x101, Present | 1030);
        proc.WriteWord($"{Pid}/pagemap", 0x102, Swapped | 8);
        proc.WriteWord($"{Pid}/pagemap", 0x103, Present | 9);
        proc.WriteWord($"{Pid}/pagemap", 0x104, Present);
        WriteStat(proc, 0x1000);
        using MonitoredProcess process = Process(proc);
        using KernelPageFlags flags = KernelPageFlags.Open(files.Root);
        using PagemapFrameFinder finder = new(flags);

        ulong[] heads = new ulong[7];
        Assert.True(finder.Find(process, [0x100_000, 0x101_fff, 0x102_000, 0x103_000, 0x104_000, 0x50_000, 0x7f00_0000_0000], heads, 0));
        Assert.Equal([7UL, 1024, 0, 0, 0, 0, 0], heads);
        Assert.False(process.AddressSpaceChanged);
        finder.Forget(process);
    }

    [Fact]
    public void Another_program_is_noticed_within_20_ms_and_its_pagemap_is_used()
    {
        using FakePageFiles files = new(64);
        using TemporaryFolder proc = new();
        proc.WriteWord($"{Pid}/pagemap", 1, Present | 7);
        WriteStat(proc, 0x1000);
        using MonitoredProcess process = Process(proc);
        using KernelPageFlags flags = KernelPageFlags.Open(files.Root);
        using PagemapFrameFinder finder = new(flags);
        ulong[] heads = new ulong[1];
        Assert.True(finder.Find(process, [0x1000], heads, 0));

        // Like the kernel's, the file of the old address space is another one than that of the new.
        File.Delete(proc.File($"{Pid}/pagemap"));
        proc.WriteWord($"{Pid}/pagemap", 1, Present | 8);
        WriteStat(proc, 0x2000);
        Assert.True(finder.Find(process, [0x1000], heads, 19_999_999));
        Assert.Equal(7UL, heads[0]);
        Assert.False(process.AddressSpaceChanged);

        Assert.True(finder.Find(process, [0x1000], heads, 20_000_000));
        Assert.Equal(8UL, heads[0]);
        Assert.True(process.AddressSpaceChanged);
    }

    [Fact]
    public void A_process_that_is_gone_is_reported()
    {
        using FakePageFiles files = new(64);
        using TemporaryFolder proc = new();
        using MonitoredProcess process = Process(proc);
        using KernelPageFlags flags = KernelPageFlags.Open(files.Root);
        using PagemapFrameFinder finder = new(flags);
        Assert.False(finder.Find(process, [0x1000], new ulong[1], 0));
    }

    static MonitoredProcess Process(TemporaryFolder proc) =>
        new(Pid, PidFd.Open(Environment.ProcessId, out _)!, new ProcFileSystem(proc.Path));

    static void WriteStat(TemporaryFolder proc, ulong startStack) =>
        File.WriteAllText(
            proc.File($"{Pid}/stat"),
            $"{Pid} (a) S 1 2 3 0 -1 4194560 {string.Join(' ', Enumerable.Range(10, 16))} 4198400 5000000 {startStack} 0 0\n");
}
