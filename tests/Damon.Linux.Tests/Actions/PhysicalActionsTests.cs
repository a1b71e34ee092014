using Damon.Linux.Actions;
using Damon.Linux.Machine;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Linux.Tests.AccessChecks;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Tests.Actions;

/// <summary>Actions on physical memory, given only frames of the tests' own processes.</summary>
public sealed class PhysicalActionsTests : IDisposable
{
    const ulong Size = 4 * TargetProcess.MiB;

    readonly PhysicalActions _actions = new(new ProcFileSystem(), MemoryMap.Read(), new ActionTime(long.MaxValue / 4));
    readonly TemporaryFolder _folder = new();

    public PhysicalActionsTests() => Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to see page frames");

    public void Dispose()
    {
        _actions.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Pageout_spares_what_was_accessed_and_reclaims_it_when_it_was_not_again()
    {
        Assert.SkipWhen(new DriveInfo(_folder.Path).DriveFormat is "tmpfs" or "ramfs", "the temporary folder is in memory, whose pages cannot be reclaimed");
        using TargetProcess child = TargetProcess.Start();
        string path = _folder.File("a");
        File.WriteAllBytes(path, new byte[Size]);
        using (FileStream file = File.OpenWrite(path))
        {
            file.Flush(flushToDisk: true);
        }

        AddressRange range = child.Map("file", Size, path);
        child.Read(range);
        using ActionTarget target = new(child.Pid);
        IReadOnlyList<AddressRange> frames = ChildFrames.Ranges(child.Pid, range);
        Scheme pageOut = new() { Action = SchemeAction.PageOut };

        Assert.Equal(0UL, Apply(pageOut, frames).Applied);
        Assert.Equal(Size, target.Smaps(range, "Rss"));

        ulong applied = 0;
        for (int i = 0; i < 200 && target.Smaps(range, "Rss") > Size / 4; i++)
        {
            applied += Apply(pageOut, ChildFrames.Ranges(child.Pid, range)).Applied;
            Thread.Sleep(10);
        }

        Assert.True(target.Smaps(range, "Rss") <= Size / 4, string.Join("; ", _actions.Notes));
        Assert.True(applied >= Size / 2);
    }

    [Fact]
    public void Anonymous_memory_stays_without_swap_and_one_line_says_so()
    {
        Assert.SkipWhen(ActionSupport.HasFreeSwap(), "there is swap space");
        using TargetProcess child = TargetProcess.Start();
        AddressRange range = child.Map("anon", Size);
        child.Touch(range);
        Scheme pageOut = new() { Action = SchemeAction.PageOut };
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0UL, Apply(pageOut, ChildFrames.Ranges(child.Pid, range)).Applied);
        }

        Assert.Contains("pageout: memory that belongs to no file stays, for there is no free swap space", _actions.Notes);
    }

    [Theory]
    [InlineData(SchemeAction.LruDeprio)]
    [InlineData(SchemeAction.Cold)]
    public void Cold_memory_goes_down_the_lists(SchemeAction action)
    {
        using TargetProcess child = TargetProcess.Start();
        AddressRange range = child.Map("anon", Size);
        child.Touch(range);
        using ActionTarget target = new(child.Pid);
        Scheme scheme = new() { Action = action };
        ulong applied = 0;
        for (int i = 0; i < 100 && applied < Size * 9 / 10; i++)
        {
            applied = Apply(scheme, ChildFrames.Ranges(child.Pid, range)).Applied;
            Thread.Sleep(10);
        }

        Assert.InRange(applied, Size * 9 / 10, Size);
        Assert.True(target.Smaps(range, "Referenced") < Size / 10);
    }

    [Fact]
    public void Filters_see_what_frames_are()
    {
        using TargetProcess child = TargetProcess.Start();
        AddressRange anonymous = child.Map("anon", Size);
        AddressRange huge = child.Map("thp", Size);
        AddressRange file = child.Map("file", Size, _folder.File("a"));
        child.Touch(anonymous);
        child.Touch(huge);
        child.Touch(file);

        Assert.True(Passed(child, anonymous, SchemeFilterKind.Anonymous) >= Size * 9 / 10);
        Assert.Equal(0UL, Passed(child, file, SchemeFilterKind.Anonymous));
        Assert.Equal(0UL, Passed(child, anonymous, SchemeFilterKind.Unmapped));
        Assert.Equal(0UL, Stat(child, anonymous, new SchemeFilter { Kind = SchemeFilterKind.HugePageSize, MinSize = 2 << 20, Allow = true }));
        using ActionTarget target = new(child.Pid);
        Assert.InRange(
            Stat(child, huge, new SchemeFilter { Kind = SchemeFilterKind.HugePageSize, MinSize = 2 << 20, MaxSize = 2 << 20, Allow = true }),
            target.Smaps(huge, "AnonHugePages") * 9 / 10,
            Size);
        Assert.True(Passed(child, anonymous, SchemeFilterKind.Young) >= Size * 9 / 10);

        // Looking has cleared them.
        Assert.True(Passed(child, anonymous, SchemeFilterKind.Young) <= Size / 10);
    }

    [Fact]
    public void Memory_cgroups_are_told_apart()
    {
        using TargetProcess child = TargetProcess.Start();
        AddressRange range = child.Map("anon", Size);
        child.Touch(range);
        Scheme elsewhere = new() { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Memcg, MemcgPath = "/no/such/group", Allow = true }] };
        Assert.Contains("memcg", _actions.Refusals.Of(elsewhere));
    }

    [Theory]
    [InlineData(SchemeAction.LruPrio, "no system call moves pages of another process to the active lists")]
    [InlineData(SchemeAction.WillNeed, "it is for virtual address spaces")]
    [InlineData(SchemeAction.HugePage, "it is for virtual address spaces")]
    [InlineData(SchemeAction.NoHugePage, "it is for virtual address spaces")]
    [InlineData(SchemeAction.Collapse, "it is for virtual address spaces")]
    public void An_action_impossible_in_user_space_is_refused_with_the_reason(SchemeAction action, string reason)
    {
        Assert.StartsWith(reason, _actions.Refusals.Of(action));
        Assert.Equal(0UL, Apply(new Scheme { Action = action }, [new AddressRange(0, 4096)]).Applied);
        Assert.Contains(_actions.Notes, n => n.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Migration_needs_a_second_node()
    {
        if (Directory.GetDirectories("/sys/devices/system/node", "node*").Length > 1)
        {
            Assert.Equal("no NUMA node is given to migrate to", _actions.Refusals.Of(new Scheme { Action = SchemeAction.MigrateCold }));
        }
        else
        {
            Assert.Equal("there is one NUMA node only, so there is nowhere to migrate to", _actions.Refusals.Of(SchemeAction.MigrateCold));
        }
    }

    [Fact]
    public void Memory_that_time_ran_out_for_is_left_to_the_next_pass_and_reported()
    {
        using PhysicalActions hurried = new(new ProcFileSystem(), MemoryMap.Read(), new ActionTime(0));
        Region region = new(MemoryMap.Read().Ranges[0].Start, MemoryMap.Read().Ranges[0].End);
        Scheme scheme = new() { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Anonymous }] };

        Assert.Equal(default, hurried.Apply(in region, scheme, isAllowed: false));
        Assert.Contains(hurried.Notes, n => n.Contains("taken up in the next pass", StringComparison.Ordinal));
    }

    [Fact]
    public void Counting_needs_nothing()
    {
        Assert.Null(_actions.Refusals.Of(SchemeAction.Stat));
        Assert.Equal(new SchemeOutcome(0, 4096), Apply(new Scheme(), [new AddressRange(0, 4096)]));
    }

    ulong Passed(TargetProcess child, AddressRange range, SchemeFilterKind kind) => Stat(child, range, new SchemeFilter { Kind = kind, Allow = true });

    ulong Stat(TargetProcess child, AddressRange range, SchemeFilter filter) =>
        Apply(new Scheme { Filters = [filter] }, ChildFrames.Ranges(child.Pid, range)).FilterPassed;

    SchemeOutcome Apply(Scheme scheme, IReadOnlyList<AddressRange> frames)
    {
        ulong applied = 0;
        ulong passed = 0;
        foreach (AddressRange range in frames)
        {
            Region region = new(range.Start, range.End);
            SchemeOutcome outcome = _actions.Apply(in region, scheme, isAllowed: false);
            applied += outcome.Applied;
            passed += outcome.FilterPassed;
        }

        return new SchemeOutcome(applied, passed);
    }
}
