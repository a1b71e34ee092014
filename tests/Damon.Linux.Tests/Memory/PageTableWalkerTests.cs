using System.Diagnostics;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Tests.AccessChecks;
using Damon.Tests.Shared;

namespace Damon.Linux.Tests.Memory;

public sealed class PageTableWalkerTests
{
    // Kind, read, loop helper, task filter: the four combinations, then as on kernels before 5.17 and 6.1.
    public static TheoryData<int, int, bool, bool> Combinations => new()
    {
        { (int)WalkerProgramKind.Syscall, (int)KernelReadKind.Inline, true, true },
        { (int)WalkerProgramKind.Syscall, (int)KernelReadKind.Helper, true, true },
        { (int)WalkerProgramKind.Iterator, (int)KernelReadKind.Inline, true, true },
        { (int)WalkerProgramKind.Iterator, (int)KernelReadKind.Helper, true, true },
        { (int)WalkerProgramKind.Syscall, (int)KernelReadKind.Inline, false, true },
        { (int)WalkerProgramKind.Iterator, (int)KernelReadKind.Helper, false, false },
    };

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Own_pages_are_found_at_the_frames_that_pagemap_shows(int kind, int read, bool loopHelper, bool taskFilter)
    {
        using PageTableWalker walker = WalkerFixture.Create((WalkerProgramKind)kind, (KernelReadKind)read, loopHelper, taskFilter);
        Assert.Equal((WalkerProgramKind)kind, walker.ProgramKind);
        Assert.Equal((KernelReadKind)read, walker.ReadKind);
        Assert.Equal(loopHelper, walker.UsesLoopHelper);
        Assert.Null(walker.FoliosUnknownBecause);

        const int Count = PageTableWalker.BatchCapacity;
        using OwnPages pages = OwnPages.Private(Count);
        foreach (bool withFolio in (ReadOnlySpan<bool>)[false, true])
        {
            for (int i = 0; i < Count; i++)
            {
                walker.Addresses[i] = pages.Address(i) + (ulong)i % 4096;
            }

            Assert.Equal(WalkStatus.Ok, walker.Walk(Environment.ProcessId, Count, withFolio));
            int young = 0;
            for (int i = 0; i < Count; i++)
            {
                PageEntry entry = walker.Entries[i];
                Assert.Equal(1, entry.Level);
                Assert.True(entry.Present && !entry.Special && !entry.IsHuge);
                Assert.Equal(pages.Pfn(i), entry.Pfn);
                Assert.Equal(withFolio && entry.Accessed, entry.FolioKnown);
                Assert.Equal(0, entry.FolioOrder);
                young += entry.Young ? 1 : 0;
            }

            Touched.AssertSeen(Count, young);
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Absent_inaccessible_and_zero_pages_count_as_not_accessed(int kind, int read, bool loopHelper, bool taskFilter)
    {
        using PageTableWalker walker = WalkerFixture.Create((WalkerProgramKind)kind, (KernelReadKind)read, loopHelper, taskFilter);
        using TestMapping pages = TestMapping.Anonymous(8 * TestMapping.Page);
        pages.Write(0);
        pages.Write(1);
        pages.Protect(1, LibC.PROT_NONE);
        Assert.Equal(0, pages.Read(2));

        Walk(walker, withFolio: true, pages.At(0), pages.At(1), pages.At(2), pages.At(3), 0xffff_0000_0000, 0);
        ReadOnlySpan<PageEntry> entries = walker.Entries;
        Assert.True(entries[0].Accessed);
        Assert.True(!entries[1].Present && !entries[1].Young && !entries[1].Accessed);
        AssertOnlyRead(entries[2], pages.At(2));
        Assert.True(!entries[3].Present && entries[3].Level == 1);
        Assert.True(!entries[4].Present && !entries[4].IsHuge);
        Assert.True(!entries[5].Present && entries[5].Level >= 1);
    }

    /// <summary>Memory that was only read so far is the zero page, or, on kernels that do without, a page like any other.</summary>
    static void AssertOnlyRead(PageEntry entry, ulong address)
    {
        using KernelPageFlags flags = KernelPageFlags.Open("/proc");
        if (flags.HeadOf(PfnOf(address)) == 0)
        {
            Assert.True(entry.Present && entry.Special && !entry.Accessed && !entry.Clearable);
            Assert.False(FolioRange.Of(address, entry).HasValue);
        }
        else
        {
            Assert.True(entry.Present && !entry.Special && entry.Accessed);
            Assert.True(FolioRange.Of(address, entry).HasValue);
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Huge_pages_are_one_entry_of_level_2(int kind, int read, bool loopHelper, bool taskFilter)
    {
        using PageTableWalker walker = WalkerFixture.Create((WalkerProgramKind)kind, (KernelReadKind)read, loopHelper, taskFilter);
        using TestMapping huge = TestMapping.Huge(2);
        huge.Write(0);
        Walk(walker, withFolio: true, huge.At(0), huge.At(511), huge.At(512));
        ReadOnlySpan<PageEntry> entries = walker.Entries;
        Assert.SkipUnless(entries[0].IsHuge, "the kernel gave no huge page");
        Assert.Equal(2, entries[0].Level);
        Assert.True(entries[0].Accessed && entries[0].FolioKnown);
        Assert.Equal(9, entries[0].FolioOrder);
        Assert.Equal(entries[0].Pfn, entries[1].Pfn);
        Assert.Equal(0UL, entries[0].Pfn & 511);
        Assert.Equal(PfnOf(huge.At(0)), entries[0].Pfn);
        Assert.False(entries[2].Present);
        Assert.Equal(new FolioRange(huge.Start, TestMapping.HugePage), FolioRange.Of(huge.At(77), entries[0]));
    }

    [Fact]
    public void A_huge_page_mapped_page_by_page_is_one_folio()
    {
        using PageTableWalker walker = WalkerFixture.Create();
        using TestMapping huge = TestMapping.Huge(1);
        huge.Write(0);
        Walk(walker, withFolio: true, huge.At(0));
        Assert.SkipUnless(walker.Entries[0].IsHuge, "the kernel gave no huge page");

        // Other rights for one page need entries of their own, but leave the folio whole.
        huge.Protect(100, LibC.PROT_READ);
        huge.Protect(100, LibC.PROT_READ | LibC.PROT_WRITE);
        huge.Write(300);
        Walk(walker, withFolio: true, huge.At(300));
        PageEntry entry = walker.Entries[0];
        Assert.True(entry.Level == 1 && entry.FolioKnown && entry.Accessed);
        Assert.Equal(9, entry.FolioOrder);
        Assert.Equal(new FolioRange(huge.Start, TestMapping.HugePage), FolioRange.Of(huge.At(300), entry));
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void A_process_that_has_ended_is_reported(int kind, int read, bool loopHelper, bool taskFilter)
    {
        using PageTableWalker walker = WalkerFixture.Create((WalkerProgramKind)kind, (KernelReadKind)read, loopHelper, taskFilter);
        using Process child = Start("read line");
        Assert.Equal(WalkStatus.Ok, walker.Walk(child.Id, 0, withFolio: false));
        Assert.NotEqual(0UL, walker.LastMm);
        int pid = child.Id;
        child.StandardInput.Close();
        child.WaitForExit();
        Assert.Equal(WalkStatus.NoTask, walker.Walk(pid, 1, withFolio: false));
        walker.Forget(pid);
        Assert.Equal(WalkStatus.NoTask, walker.Walk(pid, 1, withFolio: true));
        Assert.Equal(WalkStatus.NoTask, walker.Walk(int.MaxValue, 1, withFolio: false));
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Another_program_means_another_address_space(int kind, int read, bool loopHelper, bool taskFilter)
    {
        using PageTableWalker walker = WalkerFixture.Create((WalkerProgramKind)kind, (KernelReadKind)read, loopHelper, taskFilter);
        using Process child = Start("read line; exec cat");
        Assert.Equal(WalkStatus.Ok, walker.Walk(child.Id, 0, withFolio: false));
        ulong before = walker.LastMm;
        Assert.Equal(WalkStatus.Ok, walker.Walk(child.Id, 0, withFolio: true));
        Assert.Equal(before, walker.LastMm);

        child.StandardInput.WriteLine("go");
        child.StandardInput.WriteLine("echo");
        child.StandardInput.Flush();
        Assert.Equal("echo", child.StandardOutput.ReadLine());
        Assert.Equal(WalkStatus.Ok, walker.Walk(child.Id, 0, withFolio: false));
        Assert.NotEqual(before, walker.LastMm);
        child.StandardInput.Close();
        child.WaitForExit();
    }

    [Fact]
    public void A_kernel_thread_has_no_memory()
    {
        const int Kthreadd = 2;
        Assert.SkipUnless(
            File.Exists("/proc/2/comm")
                && File.ReadAllText("/proc/2/comm") == "kthreadd\n", "process 2 is not a kernel thread: not in the initial pid namespace");
        using PageTableWalker walker = WalkerFixture.Create();
        Assert.Equal(WalkStatus.NoMemory, walker.Walk(Kthreadd, 1, withFolio: false));
    }

    [Theory]
    [InlineData((int)WalkerProgramKind.Syscall)]
    [InlineData((int)WalkerProgramKind.Iterator)]
    public void A_walk_finds_the_page_through_any_thread_of_the_process(int kind)
    {
        using PageTableWalker walker = WalkerFixture.Create((WalkerProgramKind)kind);
        using OwnPages pages = OwnPages.Private(1);
        foreach (string directory in Directory.EnumerateDirectories("/proc/self/task"))
        {
            walker.Addresses[0] = pages.Address(0);
            if (walker.Walk(int.Parse(Path.GetFileName(directory)), 1, withFolio: false) != WalkStatus.NoTask)
            {
                Assert.Equal(pages.Pfn(0), walker.Entries[0].Pfn);
            }
        }
    }

    [Fact]
    public void A_walk_allocates_nothing()
    {
        foreach (WalkerProgramKind kind in (ReadOnlySpan<WalkerProgramKind>)[WalkerProgramKind.Syscall, WalkerProgramKind.Iterator])
        {
            using PageTableWalker walker = WalkerFixture.Create(kind);
            using OwnPages pages = OwnPages.Private(16);
            for (int i = 0; i < 16; i++)
            {
                walker.Addresses[i] = pages.Address(i);
            }

            WalkOften(4);
            Assert.Equal(0, Allocation.Of(() => WalkOften(1000)));

            void WalkOften(int times)
            {
                for (int i = 0; i < times; i++)
                {
                    _ = walker.Walk(Environment.ProcessId, 16, withFolio: (i & 1) != 0);
                }
            }
        }
    }

    [Fact]
    public void Peek_reads_kernel_memory_and_gives_0_where_there_is_none()
    {
        using PageTableWalker walker = WalkerFixture.Create();
        walker.Addresses[0] = 0xffff_8000_0000_0000 - 8; // the hole between user and kernel addresses
        walker.Addresses[1] = walker.DirectMap;
        walker.Addresses[2] = 0;
        Assert.Equal(WalkStatus.Ok, walker.Peek(3));
        Assert.Equal(0UL, walker.Words[0]);
        Assert.Equal(0UL, walker.Words[2]);
    }

    [Fact]
    public void Counts_outside_the_buffer_are_refused()
    {
        using PageTableWalker walker = WalkerFixture.Create();
        Assert.Throws<ArgumentOutOfRangeException>(() => walker.Walk(1, PageTableWalker.BatchCapacity + 1, withFolio: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => walker.Walk(1, -1, withFolio: false));
    }

    [Fact]
    public void A_disposed_walker_says_so()
    {
        PageTableWalker walker = WalkerFixture.Create();
        walker.Dispose();
        walker.Dispose();
        Assert.Throws<ObjectDisposedException>(() => walker.Walk(1, 1, withFolio: false));
        Assert.Throws<ObjectDisposedException>(() => walker.Addresses[0]);
    }

    static void Walk(PageTableWalker walker, bool withFolio, params ReadOnlySpan<ulong> addresses)
    {
        addresses.CopyTo(walker.Addresses);
        Assert.Equal(WalkStatus.Ok, walker.Walk(Environment.ProcessId, addresses.Length, withFolio));
    }

    static ulong PfnOf(ulong address)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle pagemap = File.OpenHandle("/proc/self/pagemap");
        byte[] bytes = new byte[8];
        Assert.Equal(8, RandomAccess.Read(pagemap, bytes, (long)(address / 4096 * 8)));
        return BitConverter.ToUInt64(bytes) & ((1UL << 55) - 1);
    }

    static Process Start(string script) =>
        Process.Start(new ProcessStartInfo(
            "/bin/sh",
            ["-c", script])
        { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
}
