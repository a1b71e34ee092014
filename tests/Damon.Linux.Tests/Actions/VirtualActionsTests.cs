using System.Globalization;
using Damon.Linux.AccessChecks;
using Damon.Linux.Native;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Tests.Actions;

public sealed class VirtualActionsTests
{
    const ulong Size = 16 * TargetProcess.MiB;

    public VirtualActionsTests() => Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to advise other processes");

    [Fact]
    public void Pageout_reclaims_clean_file_pages_of_the_target_and_of_no_other_process()
    {
        using TemporaryFolder folder = new();
        SkipInMemory(folder);
        using TargetProcess process = TargetProcess.Start();
        using TargetProcess bystander = TargetProcess.Start();
        AddressRange range = process.Map("file", Size, folder.File("a"));
        AddressRange others = bystander.Map("file", Size, folder.File("b"));
        process.Read(range);
        bystander.Read(others);
        using ActionTarget target = new(process.Pid);
        using ActionTarget untouched = new(bystander.Pid);
        Assert.Equal(Size, target.Present(range));
        ulong before = untouched.Smaps(others, "Referenced");
        Assert.Equal(Size, before);

        target.ApplyUntil(SchemeAction.PageOut, range, () => target.Smaps(range, "Rss") < Size / 4);

        Assert.Equal(Size, untouched.Present(others));
        Assert.Equal(Size, untouched.Smaps(others, "Rss"));
        Assert.Equal(before, untouched.Smaps(others, "Referenced"));
        Assert.Empty(target.Actions.Notes);
    }

    [Fact]
    public void Willneed_reads_a_file_back_in()
    {
        using TemporaryFolder folder = new();
        SkipInMemory(folder);
        string path = folder.File("a");
        File.WriteAllBytes(path, new byte[Size]);
        using (FileStream file = File.OpenWrite(path))
        {
            file.Flush(flushToDisk: true);
        }

        using TargetProcess process = TargetProcess.Start();
        AddressRange range = process.Map("file", Size, path);
        process.Read(range);
        using ActionTarget target = new(process.Pid);
        target.ApplyUntil(SchemeAction.PageOut, range, () => PageCache.Resident(path, Size) < Size / 4);

        Assert.Equal(Size, target.Apply(SchemeAction.WillNeed, range).Applied);
        target.ApplyUntil(SchemeAction.WillNeed, range, () => PageCache.Resident(path, Size) == Size);
        Assert.True(target.Present(range) < Size / 4, "it was to be read, not mapped");
    }

    [Theory]
    [InlineData(SchemeAction.Cold)]
    [InlineData(SchemeAction.LruDeprio)]
    public void Cold_makes_pages_look_not_accessed_and_keeps_them(SchemeAction action)
    {
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = process.Map("anon", Size);
        process.Touch(range);
        using ActionTarget target = new(process.Pid);
        Assert.Equal(Size, target.Smaps(range, "Referenced"));
        target.ApplyUntil(action, range, () => target.Smaps(range, "Referenced") < Size / 4);
        Assert.Equal(Size, target.Smaps(range, "Rss"));
    }

    [Theory]
    [InlineData(SchemeAction.Collapse)]
    [InlineData(SchemeAction.HugePage)]
    public void Collapse_makes_huge_pages_of_all_whole_parts(SchemeAction action)
    {
        // The kernel's own thread looks for such memory every few seconds, and may come first.
        for (int i = 0; i < 5; i++)
        {
            if (Collapses(action))
            {
                return;
            }
        }

        Assert.Fail("khugepaged came first each time");
    }

    /// <returns>Whether it was these actions alone that made the huge pages.</returns>
    static bool Collapses(SchemeAction action)
    {
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = HugeAligned(process.Map("thp", Size));
        process.Do(string.Create(CultureInfo.InvariantCulture, $"small {range.Start} {range.Size}"));
        process.Touch(range);
        process.Do(string.Create(CultureInfo.InvariantCulture, $"huge {range.Start} {range.Size}"));
        using ActionTarget target = new(process.Pid);
        Assert.SkipWhen(target.Actions.Refusals.Of(action) is not null, "this kernel cannot");
        if (target.Smaps(range, "AnonHugePages") > 0)
        {
            return false;
        }

        // The part that is not whole stays as it is.
        AddressRange region = new(range.Start + TargetProcess.Page, range.End);
        ulong most = 0;
        for (int i = 0; i < 100 && most < Size - MiB2; i++)
        {
            most = target.Apply(action, region).Applied;
            Thread.Sleep(i == 0 ? 0 : 20);
        }

        ulong huge = target.Smaps(range, "AnonHugePages");
        if (huge == Size)
        {
            return false;
        }

        Assert.Equal(Size - MiB2, most);
        Assert.Equal(Size - MiB2, huge);
        return true;
    }

    [Fact]
    public void Holes_and_memory_unmapped_since_are_skipped()
    {
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = process.Map("anon", Size);
        process.Touch(range);
        using ActionTarget target = new(process.Pid);
        process.Do(string.Create(CultureInfo.InvariantCulture, $"unmap {range.Start + TargetProcess.MiB} {TargetProcess.MiB}"));

        // The mappings are from before.
        Assert.Equal(Size - TargetProcess.MiB, target.Apply(SchemeAction.Cold, range).Applied);
        target.ReadMappings();
        Assert.Equal(Size - TargetProcess.MiB, target.Apply(SchemeAction.Cold, range).Applied);
        Assert.Equal(0UL, target.Apply(SchemeAction.Cold, new AddressRange(range.Start + TargetProcess.MiB, range.Start + (2 * TargetProcess.MiB))).Applied);
        Assert.Empty(target.Actions.Notes);
    }

    [Fact]
    public void Locked_memory_is_left_alone_and_reported_once()
    {
        using TargetProcess process = TargetProcess.Start();
        AddressRange locked = process.Map("lock", TargetProcess.MiB);
        using ActionTarget target = new(process.Pid);
        Scheme scheme = new() { Action = SchemeAction.Cold };
        Assert.Equal(new SchemeOutcome(0, TargetProcess.MiB), target.Apply(scheme, locked));
        Assert.Equal(0UL, target.Apply(scheme, locked).Applied);
        Assert.Contains("EINVAL", Assert.Single(target.Actions.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_page_at_the_end_of_a_region_is_not_split()
    {
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = HugeAligned(process.Map("thp", Size));
        process.Touch(range);
        using ActionTarget target = new(process.Pid);
        Assert.SkipWhen(target.Smaps(range, "AnonHugePages") < Size, "no huge pages to be had");
        AddressRange region = new(range.Start + TargetProcess.MiB, range.End - TargetProcess.MiB);
        Assert.Equal(Size - (2 * MiB2), target.Apply(SchemeAction.Cold, region).Applied);
        Assert.Equal(Size, target.Smaps(range, "AnonHugePages"));
    }

    [Fact]
    public unsafe void Pageout_leaves_anonymous_memory_alone_where_there_is_no_swap_space()
    {
        LibC.sysinfo_data info;
        Assert.SkipWhen(LibC.sysinfo(&info) != 0 || info.freeswap > 0, "there is swap space");
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = HugeAligned(process.Map("thp", Size));
        process.Touch(range);
        using ActionTarget target = new(process.Pid);
        ulong before = target.Smaps(range, "AnonHugePages");
        Assert.Equal(new SchemeOutcome(0, Size), target.Apply(SchemeAction.PageOut, range));
        Assert.Equal(before, target.Smaps(range, "AnonHugePages"));
        Assert.Contains("swap", Assert.Single(target.Actions.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_dies_is_no_error()
    {
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = process.Map("anon", Size);
        process.Touch(range);
        using ActionTarget target = new(process.Pid, allowPtrace: true);
        process.Kill();
        foreach (SchemeAction action in Enum.GetValues<SchemeAction>().Where(a => target.Actions.Refusals.Of(a) is null))
        {
            Assert.Equal(0UL, target.Apply(action, range).Applied);
            Assert.Equal(0UL, target.Apply(action, range, new SchemeFilter { Kind = SchemeFilterKind.Anonymous }).FilterPassed);
        }
    }

    [Fact]
    public void An_impossible_action_says_why_in_advance_and_once_when_tried()
    {
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = process.Map("anon", TargetProcess.MiB);
        using ActionTarget target = new(process.Pid);
        Assert.Null(target.Actions.Refusals.Of(SchemeAction.Stat));
        Assert.Null(target.Actions.Refusals.Of(SchemeAction.PageOut));
        Assert.Contains("active", target.Actions.Refusals.Of(SchemeAction.LruPrio), StringComparison.Ordinal);
        Assert.Contains("ptrace", target.Actions.Refusals.Of(SchemeAction.NoHugePage), StringComparison.Ordinal);
        Assert.Equal(new SchemeOutcome(0, TargetProcess.MiB), target.Apply(SchemeAction.NoHugePage, range));
        target.Apply(SchemeAction.NoHugePage, range);
        target.Apply(SchemeAction.LruPrio, range);
        Assert.Equal(2, target.Actions.Notes.Count);
        Assert.StartsWith("nohugepage: the kernel takes it only", target.Actions.Notes[0], StringComparison.Ordinal);
        Assert.Equal(new SchemeOutcome(0, TargetProcess.MiB), target.Apply(SchemeAction.Stat, range));
        Assert.Contains(
            "filters",
            target.Actions.Refusals.Of(new Scheme { Action = SchemeAction.WillNeed, Filters = [new SchemeFilter { Kind = SchemeFilterKind.Anonymous }] }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Operations_act_on_their_targets()
    {
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = process.Map("anon", Size);
        process.Touch(range);
        using VirtualOperations operations = new(AccessCheckers.Create(AccessCheckKind.ClearRefs), new ProcFileSystem());
        MonitoringContext context = new(operations, seed: 1);
        Target target = operations.OpenTarget(process.Pid);
        context.AddTarget(target);
        operations.Init(context);
        Region region = new(range.Start, range.End);
        Assert.Equal(new SchemeOutcome(Size, Size), operations.Apply(context, target, in region, new Scheme { Action = SchemeAction.Cold }, isAllowed: false));
        Assert.Empty(operations.ActionNotes);
        Assert.NotNull(operations.Refusal(SchemeAction.LruPrio));
        Assert.Equal(SchemePriority.Cold, operations.PriorityOf(SchemeAction.PageOut));
        Assert.Equal(SchemePriority.None, operations.PriorityOf(SchemeAction.Cold));
        process.Kill();
        Assert.Equal(default, operations.Apply(context, target, in region, new Scheme { Action = SchemeAction.Cold }, isAllowed: false));
        operations.Cleanup(context);
    }

    const ulong MiB2 = 2 * TargetProcess.MiB;

    static AddressRange HugeAligned(AddressRange range)
    {
        Assert.Equal(0UL, range.Start % MiB2);
        return range;
    }

    static void SkipInMemory(TemporaryFolder folder) =>
        Assert.SkipWhen(new DriveInfo(folder.Path).DriveFormat is "tmpfs" or "ramfs" or "overlay", "files in memory cannot be paged out without swap");
}
