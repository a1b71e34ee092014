using Damon.Linux.AccessChecks;
using Damon.Linux.Machine;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Tests.Shared;

namespace Damon.Linux.Tests.AccessChecks;

public sealed class PageTableFrameCheckerTests : IDisposable
{
    const ulong Size = 2 * TargetProcess.MiB;
    const int Rounds = 10;

    readonly PageTableFrameChecker _checker;
    readonly RandomSource _random = new(3);
    readonly TemporaryFolder _folder = new();

    public PageTableFrameCheckerTests()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to see page frames");
        _checker = (PageTableFrameChecker)FrameCheckers.Create(AccessCheckKind.PageTable, MemoryMap.Read());
    }

    public void Dispose()
    {
        _checker.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("anon")]
    [InlineData("thp")]
    [InlineData("file")]
    public void Hot_frames_of_a_child_are_told_from_cold_ones(string kind)
    {
        using TargetProcess child = TargetProcess.Start();
        AddressRange hot = child.Map(kind, Size, _folder.File("hot"));
        AddressRange cold = child.Map(kind, Size, _folder.File("cold"));
        child.Touch(hot);
        child.Touch(cold);
        child.Loop(hot, 1);

        // One region per page: each sample says what it says of that page.
        Region[] regions = [.. ChildFrames.Of(child.Pid, hot)
            .Concat(ChildFrames.Of(child.Pid, cold))
            .Where(f => f != 0)
            .Select(f => new Region(f << 12, (f + 1) << 12))];
        int half = regions.Length / 2;
        int hits = 0;
        int falseHits = 0;
        Sample(regions);
        for (int round = 0; round < Rounds; round++)
        {
            Sample(regions);
            hits += regions.Take(half).Count(r => r.Accessed);
            falseHits += regions.Skip(half).Count(r => r.Accessed);
        }

        Assert.True(hits >= Rounds * half * 0.7, $"{hits} of {Rounds * half} hot samples were seen; {string.Join(' ', _checker.Notes())}");
        Assert.True(falseHits <= Rounds * half * 0.05, $"{falseHits} of {Rounds * half} cold samples were taken for hot");
    }

    [Fact]
    public void An_access_by_either_of_two_processes_counts_where_the_bits_were_clear()
    {
        using TargetProcess one = TargetProcess.Start();
        using TargetProcess two = TargetProcess.Start();
        string path = $"/dev/shm/{Path.GetFileName(_folder.Path)}";
        try
        {
            AddressRange range = one.Map("shm", Size, path);
            AddressRange other = two.Map("shm", Size, path);
            one.Touch(range);
            two.Touch(other);
            Region[] regions = [.. ChildFrames.Of(one.Pid, range).Select(f => new Region(f << 12, (f + 1) << 12))];

            // Young and shared: nothing can clear them, so nothing is known.
            long before = _checker.Samples.Unclearable;
            Sample(regions, one, range);
            Assert.True(_checker.Samples.Unclearable - before >= regions.Length * 0.9);
            Assert.DoesNotContain(regions, r => r.Accessed);
            Assert.Contains(_checker.Notes(), n => n.Contains("cannot be cleared", StringComparison.Ordinal));

            File.WriteAllText($"/proc/{one.Pid}/clear_refs", "1");
            File.WriteAllText($"/proc/{two.Pid}/clear_refs", "1");
            Sample(regions, two, other);
            Assert.True(regions.Count(r => r.Accessed) >= regions.Length * 0.9, $"{regions.Count(r => r.Accessed)} of {regions.Length}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_process_that_ends_within_a_sample_was_not_seen_to_access()
    {
        using TargetProcess child = TargetProcess.Start();
        AddressRange range = child.Map("anon", Size);
        child.Touch(range);
        Region[] regions = [.. ChildFrames.Of(child.Pid, range).Where(f => f != 0).Select(f => new Region(f << 12, (f + 1) << 12))];

        _checker.Prepare(regions, _random, 1);
        child.Kill();
        _checker.Check(regions, 2);

        // Its frames are given to others at once, who may touch them: but hardly so many, and those are other mappings.
        Assert.True(regions.Count(r => r.Accessed) <= regions.Length * 0.05);
        Sample(regions);
    }

    [Fact]
    public void All_of_memory_can_be_sampled()
    {
        Region[] regions = [.. MemoryMap.Read().Ranges.ToArray().SelectMany(Cut)];
        for (int i = 0; i < 5; i++)
        {
            Sample(regions);
        }

        (long all, long unowned, long unmapped, _) = _checker.Samples;
        Assert.Equal(5 * regions.Length, all);
        Assert.InRange(unowned + unmapped, 1, all);
        Assert.Contains(_checker.Notes(), n => n.Contains("no process can map", StringComparison.Ordinal));
    }

    [Fact]
    public void Samples_allocate_nothing()
    {
        using TargetProcess child = TargetProcess.Start();
        AddressRange range = child.Map("anon", Size);
        child.Touch(range);
        Region[] regions = [.. ChildFrames.Of(child.Pid, range).Where(f => f != 0).Select(f => new Region(f << 12, (f + 1) << 12))];
        Sample(regions);

        Assert.Equal(0, Allocation.Of(() =>
        {
            _checker.Prepare(regions, _random, 1);
            _checker.Check(regions, 2);
        }));
        child.Touch(range);
        Assert.Equal(0, Allocation.Least(() =>
        {
            child.Touch(range);
            long start = GC.GetAllocatedBytesForCurrentThread();
            _checker.Prepare(regions, _random, 1);
            _checker.Check(regions, 2);
            return GC.GetAllocatedBytesForCurrentThread() - start;
        }));
    }

    [Fact]
    public void Clear_refs_is_refused_with_its_reason() =>
        Assert.Contains(
            "not about physical memory",
            Assert.Throws<AccessCheckUnavailableException>(() => FrameCheckers.Create(AccessCheckKind.ClearRefs, MemoryMap.Read())).Message);

    static IEnumerable<Region> Cut(AddressRange range)
    {
        ulong piece = Math.Max(range.Size / 700, TargetProcess.Page) & ~(TargetProcess.Page - 1);
        for (ulong at = range.Start; at < range.End; at += piece)
        {
            yield return new Region(at, Math.Min(at + piece, range.End));
        }
    }

    void Sample(Region[] regions, TargetProcess? toucher = null, AddressRange touched = default)
    {
        _checker.Prepare(regions, _random, 1);
        if (toucher is not null)
        {
            toucher.Touch(touched);
        }
        else
        {
            Thread.Sleep(60);
        }

        _checker.Check(regions, 2);
    }
}
