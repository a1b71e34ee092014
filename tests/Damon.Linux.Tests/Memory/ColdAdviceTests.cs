using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Tests.AccessChecks;
using Damon.Tests.Shared;

namespace Damon.Linux.Tests.Memory;

public sealed class ColdAdviceTests : IDisposable
{
    readonly PageTableWalker _walker = WalkerFixture.Create();
    readonly ColdAdvice _cold = new();
    readonly int _self = LibC.pidfd_open(Environment.ProcessId, 0);

    public void Dispose()
    {
        _ = LibC.close(_self);
        _cold.Dispose();
        _walker.Dispose();
    }

    [Theory]
    [InlineData((int)WalkerProgramKind.Syscall)]
    [InlineData((int)WalkerProgramKind.Iterator)]
    public void The_self_test_passes(int kind)
    {
        using PageTableWalker walker = WalkerFixture.Create((WalkerProgramKind)kind);
        _cold.SelfTest(walker);
    }

    [Fact]
    public void Advice_clears_and_exactly_the_touched_pages_become_young_again()
    {
        const int Count = 2500;
        using TestMapping pages = TestMapping.Anonymous(Count * TestMapping.Page);
        pages.WriteAll();
        WaitUntilClearable(pages, Count);
        FolioRange[] ranges = Ranges(pages, Count);
        Random.Shared.Shuffle(ranges);
        ColdResult result = _cold.Advise(_self, ranges);
        Assert.Equal(new ColdResult(ColdOutcome.Done, Count, 0, 3, Errno.None), result);
        Assert.Equal(0, Young(pages, Count));

        for (int i = 0; i < Count; i += 2)
        {
            pages.Write(i);
        }

        Touched.AssertSeen(Count / 2, Young(pages, Count));
        for (int i = 1; i < Count; i += 2)
        {
            Assert.False(_walker.Entries[i].Young);
        }
    }

    [Fact]
    public void Ranges_that_fail_are_reported_and_skipped()
    {
        const int Count = 40;
        using TestMapping pages = TestMapping.Anonymous(Count * TestMapping.Page);
        pages.WriteAll();
        pages.Lock(0);
        pages.Lock(17);
        pages.Lock(18);
        pages.Unmap(25);
        pages.Lock(39);
        FolioRange[] ranges = Ranges(pages, Count);
        ColdResult result = _cold.Advise(_self, ranges);
        Assert.Equal(ColdOutcome.Done, result.Outcome);
        Assert.Equal(35, result.Advised);
        Assert.Equal(5, result.Failed);
        Assert.Equal(
            [(0, Errno.EINVAL), (17, Errno.EINVAL), (18, Errno.EINVAL), (25, Errno.ENOMEM), (39, Errno.EINVAL)],
            _cold.Failures.ToArray().Select(f => ((int)((f.Range.Start - pages.Start) / TestMapping.Page), f.Error)));

        // The next call starts afresh.
        Assert.Equal(0, _cold.Advise(_self, []).Failed);
        Assert.Equal(0, _cold.Failures.Length);
    }

    [Fact]
    public void Whole_huge_pages_are_cleared_and_stay_whole()
    {
        using TestMapping huge = TestMapping.Huge(2);
        huge.Write(0);
        huge.Write(512);
        WaitUntilClearable(huge, 1);
        Assert.SkipUnless(_walker.Entries[0].IsHuge, "the kernel gave no huge page");
        Assert.Equal(9, _walker.Entries[0].FolioOrder);
        FolioRange range = FolioRange.Of(huge.At(3), _walker.Entries[0])!.Value;
        Assert.Equal(1, _cold.Advise(_self, [range]).Advised);
        Walk(huge.At(0), huge.At(512));
        Assert.True(_walker.Entries[0].IsHuge && !_walker.Entries[0].Young);
        Assert.True(_walker.Entries[1].IsHuge && _walker.Entries[1].Young);
        huge.Write(400);
        Walk(huge.At(0));
        Assert.True(_walker.Entries[0].IsHuge && _walker.Entries[0].Young);
    }

    [Fact]
    public void A_folio_mapped_page_by_page_is_cleared_as_a_whole()
    {
        using TestMapping huge = TestMapping.Huge(1);
        huge.WriteAll();
        WaitUntilClearable(huge, 1);
        Assert.SkipUnless(_walker.Entries[0].IsHuge, "the kernel gave no huge page");
        huge.Protect(100, LibC.PROT_READ);
        huge.Protect(100, LibC.PROT_READ | LibC.PROT_WRITE);
        WaitUntilClearable(huge, 512);
        FolioRange range = FolioRange.Of(huge.At(300), _walker.Entries[300])!.Value;
        Assert.Equal(1, _cold.Advise(_self, [range]).Advised);
        Assert.Equal(0, Young(huge, 512));
        huge.Write(5);
        Assert.Equal(1, Young(huge, 512));
        Assert.True(_walker.Entries[5].FolioOrder == 0 && !_walker.Entries[5].FolioKnown); // a plain walk
        Walk(withFolio: true, huge.At(5));
        Assert.Equal(9, _walker.Entries[0].FolioOrder);
    }

    [Fact]
    public void Pages_mapped_twice_are_predicted_to_stay_young_and_do()
    {
        const int Count = 64;
        TestMapping[] mappings = TestMapping.Shared(Count * TestMapping.Page, 2);
        using TestMapping first = mappings[0];
        using TestMapping second = mappings[1];
        first.WriteAll();
        WaitUntilClearable(first, Count);
        FolioRange[] ranges = Ranges(first, Count);
        Assert.Equal(Count, _cold.Advise(_self, ranges).Advised);
        Assert.Equal(0, Young(first, Count));

        // Now map them a second time as well.
        first.WriteAll();
        for (int i = 0; i < Count; i++)
        {
            _ = second.Read(i);
        }

        Walk(withFolio: true, [.. Enumerable.Range(0, Count).Select(first.At)]);
        foreach (PageEntry entry in _walker.Entries[..Count])
        {
            Assert.True(entry.FolioKnown == entry.Accessed && !entry.Clearable);
        }

        Assert.Equal(Count, _cold.Advise(_self, ranges).Advised);
        Touched.AssertSeen(Count, Young(first, Count));
    }

    [Fact]
    public void Locked_pages_are_predicted_to_stay_young()
    {
        using TestMapping pages = TestMapping.Anonymous(2 * TestMapping.Page);
        pages.WriteAll();
        WaitUntilClearable(pages, 2);
        pages.Lock(1);
        Walk(withFolio: true, pages.At(0), pages.At(1));
        Assert.True(_walker.Entries[0].Clearable);
        Assert.False(_walker.Entries[1].Clearable);
    }

    [Fact]
    public void A_process_that_has_ended_is_reported()
    {
        using System.Diagnostics.Process child = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", "read line"]) { RedirectStandardInput = true, UseShellExecute = false })!;
        int pidfd = LibC.pidfd_open(child.Id, 0);
        Assert.True(pidfd >= 0);
        child.StandardInput.Close();
        child.WaitForExit();
        ColdResult result = _cold.Advise(pidfd, [new(0x10000, 0x1000), new(0x20000, 0x1000)]);
        Assert.Equal(new ColdResult(ColdOutcome.TargetGone, 0, 0, 1, Errno.ESRCH), result);
        _ = LibC.close(pidfd);
    }

    [Fact]
    public void A_bad_descriptor_is_a_failure() =>
        Assert.Equal(new ColdResult(ColdOutcome.Failed, 0, 0, 1, Errno.EBADF), _cold.Advise(-1, [new(0x10000, 0x1000)]));

    [Fact]
    public void Advice_allocates_nothing()
    {
        using TestMapping pages = TestMapping.Anonymous(100 * TestMapping.Page);
        pages.WriteAll();
        pages.Lock(50);
        FolioRange[] ranges = Ranges(pages, 100);
        Array.Reverse(ranges);
        _ = _cold.Advise(_self, ranges);
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Array.Reverse(ranges);
                _ = _cold.Advise(_self, ranges);
            }
        }));
    }

    static FolioRange[] Ranges(TestMapping pages, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new FolioRange(pages.At(i), TestMapping.Page))];

    int Young(TestMapping pages, int count)
    {
        Walk([.. Enumerable.Range(0, count).Select(pages.At)]);
        int young = 0;
        foreach (PageEntry entry in _walker.Entries[..count])
        {
            young += entry.Young ? 1 : 0;
        }

        return young;
    }

    /// <summary>Fresh pages wait in per-processor lists before they get on a reclaim list; the prediction must notice when they are.</summary>
    void WaitUntilClearable(TestMapping pages, int count)
    {
        int clearable = 0;
        for (int attempt = 0; attempt < 200; attempt++)
        {
            // Again each time: whoever else watches this machine may have cleared the bit.
            for (int i = 0; i < count; i++)
            {
                pages.Write(i);
            }

            Walk(withFolio: true, [.. Enumerable.Range(0, count).Select(pages.At)]);
            clearable = 0;
            foreach (PageEntry entry in _walker.Entries[..count])
            {
                clearable += entry.Clearable ? 1 : 0;
            }

            if (clearable == count)
            {
                return;
            }

            // Locking a page of one's own drains the lists of this processor, and a pause lets the others run out.
            using TestMapping scratch = TestMapping.Anonymous(64 * TestMapping.Page);
            scratch.WriteAll();
            scratch.Lock(0);
            Thread.Sleep(5);
        }

        Assert.Fail($"only {clearable} of {count} pages became clearable");
    }

    void Walk(params ReadOnlySpan<ulong> addresses) => Walk(withFolio: false, addresses);

    void Walk(bool withFolio, params ReadOnlySpan<ulong> addresses)
    {
        addresses.CopyTo(_walker.Addresses);
        Assert.Equal(WalkStatus.Ok, _walker.Walk(Environment.ProcessId, addresses.Length, withFolio));
    }
}
