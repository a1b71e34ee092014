using Damon.Linux.AccessChecks;
using Damon.Linux.Memory;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Tests.Shared;

namespace Damon.Linux.Tests.AccessChecks;

public sealed class IdlePageCheckerTests : IDisposable
{
    const ulong Frames = 1024;
    const ulong FirstPage = 0x7f00_0000_0;

    readonly FakePageFiles _files = new(Frames);
    readonly FakeFrameFinder _finder = new();
    readonly MonitoredProcess _process = new(Environment.ProcessId, PidFd.Open(Environment.ProcessId, out _)!, new ProcFileSystem());
    readonly RandomSource _random = new(1);

    public void Dispose()
    {
        _process.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void A_region_is_accessed_when_the_folio_of_its_page_is_no_longer_idle()
    {
        using IdlePageChecker checker = Checker();
        Region[] regions = Pages(100);
        for (int i = 0; i < regions.Length; i++)
        {
            // Neighbouring pages far apart in memory, and out of order.
            _finder.Frames[FirstPage + (ulong)i] = ((ulong)i * 389 % 1000) + 1;
        }

        for (int round = 0; round < 3; round++)
        {
            checker.Prepare(_process, regions, _random, 0);
            Assert.Equal(100, _files.BitmapWords.Sum(w => ulong.PopCount(w) is var bits ? (int)bits : 0));
            for (int i = round; i < regions.Length; i += 3)
            {
                _files.Access(((ulong)i * 389 % 1000) + 1);
            }

            checker.Check(_process, regions, 0);
            for (int i = 0; i < regions.Length; i++)
            {
                Assert.Equal(i % 3 == round, regions[i].Accessed);
            }
        }
    }

    [Fact]
    public void Regions_of_one_folio_get_one_answer()
    {
        using IdlePageChecker checker = Checker();
        Region[] regions = Pages(8);
        for (int i = 0; i < regions.Length; i++)
        {
            _finder.Frames[FirstPage + (ulong)i] = i < 4 ? 512UL : 576UL;
        }

        checker.Prepare(_process, regions, _random, 0);
        _files.Access(576);
        checker.Check(_process, regions, 0);
        Assert.Equal([false, false, false, false, true, true, true, true], regions.Select(r => r.Accessed));
    }

    [Fact]
    public void A_page_that_was_absent_and_is_there_now_was_accessed()
    {
        using IdlePageChecker checker = Checker();
        Region[] regions = Pages(4);
        _finder.Frames[FirstPage] = 5;
        checker.Prepare(_process, regions, _random, 0);
        _finder.Frames[FirstPage + 2] = 6;
        checker.Check(_process, regions, 0);
        Assert.Equal([false, false, true, false], regions.Select(r => r.Accessed));
        Assert.Equal(1UL << 5, _files.BitmapWords[0]);
    }

    [Fact]
    public void A_page_that_cannot_be_marked_never_counts_as_accessed()
    {
        using FakePageFiles refusing = new(Frames, refuses: true);
        using IdlePageChecker checker = new(refusing.OpenMarker(), _finder);
        Region[] regions = Pages(1);
        _finder.Frames[FirstPage] = 5;
        for (int round = 0; round < 3; round++)
        {
            checker.Prepare(_process, regions, _random, 0);
            checker.Check(_process, regions, 0);
            Assert.False(regions[0].Accessed);
        }

        Assert.Contains(checker.Notes(), n => n.StartsWith("3 of 3 samples were of pages that the kernel does not mark idle", StringComparison.Ordinal));
    }

    [Fact]
    public void After_another_program_was_executed_nothing_counts_as_accessed()
    {
        using IdlePageChecker checker = Checker();
        Region[] regions = Pages(2);
        regions[0].Accessed = true;
        _finder.Frames[FirstPage] = 5;
        _process.SawAddressSpace(1);
        _finder.OnFind = p => p.SawAddressSpace(2);
        checker.Prepare(_process, regions, _random, 0);
        Assert.True(_process.AddressSpaceChanged);
        Assert.Equal(0UL, _files.BitmapWords[0]);
        checker.Check(_process, regions, 0);
        Assert.Equal([false, false], regions.Select(r => r.Accessed));
    }

    [Fact]
    public void A_process_that_cannot_be_looked_at_shows_no_accesses()
    {
        using IdlePageChecker checker = Checker();
        Region[] regions = Pages(2);
        _finder.Frames[FirstPage] = 5;
        _finder.Works = false;
        checker.Prepare(_process, regions, _random, 0);
        checker.Check(_process, regions, 0);
        Assert.Equal([false, false], regions.Select(r => r.Accessed));
    }

    [Fact]
    public void Samples_allocate_nothing()
    {
        using IdlePageChecker checker = Checker();
        Region[] regions = Pages(100);
        for (int i = 0; i < regions.Length; i += 2)
        {
            _finder.Frames[FirstPage + (ulong)i] = (ulong)i + 1;
        }

        Sample();
        Sample();
        Assert.Equal(0, Allocation.Of(Sample));

        void Sample()
        {
            checker.Prepare(_process, regions, _random, 0);
            checker.Check(_process, regions, 0);
        }
    }

    IdlePageChecker Checker() => new(_files.OpenMarker(), _finder);

    static Region[] Pages(int count)
    {
        Region[] regions = new Region[count];
        for (int i = 0; i < count; i++)
        {
            ulong start = (FirstPage + (ulong)i) * TestMapping.Page;
            regions[i] = new Region(start, start + TestMapping.Page);
        }

        return regions;
    }
}
