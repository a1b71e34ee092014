using Damon.Linux.Actions;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Linux.Tests.AccessChecks;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Tests.Actions;

public sealed class PageFilterTests
{
    const ulong Size = 8 * TargetProcess.MiB;

    static readonly PageFacts s_plain = new(IsAnonymous: true, IsActive: false, Cgroup: 7, IsYoung: false, FolioSize: 4096);

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    [InlineData(false, true, true)]
    public void The_first_filter_that_matches_decides_and_the_last_about_what_none_matches(bool matching, bool allow, bool passes)
    {
        SchemeFilter first = new() { Kind = SchemeFilterKind.Anonymous, Matching = matching, Allow = allow };
        SchemeFilter opposite = new() { Kind = SchemeFilterKind.Anonymous, Matching = matching, Allow = !allow };
        Assert.Equal(passes, new PageFilterPlan([first, opposite], _ => null).Passes(s_plain));
    }

    [Theory]
    [InlineData(SchemeFilterKind.Anonymous, true)]
    [InlineData(SchemeFilterKind.Active, false)]
    [InlineData(SchemeFilterKind.Memcg, true)]
    [InlineData(SchemeFilterKind.Young, false)]
    [InlineData(SchemeFilterKind.HugePageSize, false)]
    [InlineData(SchemeFilterKind.Unmapped, false)]
    public void Each_kind_looks_at_its_own_fact(SchemeFilterKind kind, bool isMeant)
    {
        SchemeFilter filter = new() { Kind = kind, Allow = true, MemcgPath = "/a", MinSize = 2 << 20 };
        Assert.Equal(isMeant, new PageFilterPlan([filter], path => path == "/a" ? 7UL : null).Passes(s_plain));
        PageFacts other = new(IsAnonymous: false, IsActive: true, Cgroup: 8, IsYoung: true, FolioSize: 2 << 20);
        Assert.Equal(!isMeant && kind != SchemeFilterKind.Unmapped, new PageFilterPlan([filter], _ => 7).Passes(other));
    }

    [Fact]
    public void A_cgroup_that_is_gone_has_no_pages()
    {
        PageFilterPlan plan = new([new SchemeFilter { Kind = SchemeFilterKind.Memcg, MemcgPath = "/a", Allow = true }], _ => null);
        Assert.False(plan.Passes(s_plain with { Cgroup = 0 }));
    }

    [Fact]
    public void Anonymous_and_file_pages_are_told_apart_and_absent_ones_never_pass()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to advise other processes");
        using TemporaryFolder folder = new();
        using TargetProcess process = TargetProcess.Start();
        AddressRange anonymous = process.Map("anon", Size);
        AddressRange file = process.Map("file", Size, folder.File("a"));
        AddressRange half = anonymous with { End = anonymous.Start + (Size / 2) };
        process.Touch(half);
        process.Touch(file);
        using ActionTarget target = new(process.Pid);
        SchemeFilter isAnonymous = new() { Kind = SchemeFilterKind.Anonymous, Allow = true };
        Assert.Equal(new SchemeOutcome(0, Size / 2), target.Apply(SchemeAction.Stat, anonymous, isAnonymous));
        Assert.Equal(new SchemeOutcome(Size / 2, Size / 2), target.Apply(SchemeAction.Cold, anonymous, isAnonymous));
        Assert.Equal(new SchemeOutcome(0, 0), target.Apply(SchemeAction.Cold, file, isAnonymous));
        SchemeFilter noAnonymous = new() { Kind = SchemeFilterKind.Anonymous };
        Assert.Equal(new SchemeOutcome(0, 0), target.Apply(SchemeAction.Cold, anonymous, noAnonymous));
        Assert.Equal(Size, target.Apply(SchemeAction.Stat, file, noAnonymous).FilterPassed);

        // What a filter by address or target let pass is not looked at.
        Assert.Equal(
            new SchemeOutcome(Size, Size),
            target.Apply(new Scheme { Action = SchemeAction.Cold, Filters = [noAnonymous] }, anonymous, isAllowed: true));
    }

    [Fact]
    public void Huge_pages_are_told_from_small_ones()
    {
        SkipWithoutFrames();
        using TargetProcess process = TargetProcess.Start();
        AddressRange huge = process.Map("thp", Size);
        AddressRange small = process.Map("anon", Size);
        process.Touch(huge);
        process.Touch(small);
        using ActionTarget target = new(process.Pid);
        Assert.SkipWhen(target.Smaps(huge, "AnonHugePages") < Size, "no huge pages to be had");
        SchemeFilter isHuge = new() { Kind = SchemeFilterKind.HugePageSize, Allow = true, MinSize = 2 << 20, MaxSize = 2 << 20 };
        Assert.Equal(Size, target.Apply(SchemeAction.Stat, huge, isHuge).FilterPassed);
        Assert.Equal(0UL, target.Apply(SchemeAction.Stat, small, isHuge).FilterPassed);
        Assert.Equal(Size, target.Apply(SchemeAction.Stat, small, isHuge with { Matching = false }).FilterPassed);
    }

    [Fact]
    public void Pages_are_young_until_they_were_looked_at()
    {
        SkipWithoutFrames();
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = process.Map("anon", Size);
        process.Touch(range);
        using ActionTarget target = new(process.Pid);
        Scheme young = new() { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Young, Allow = true }] };
        Assert.SkipWhen(target.Actions.Refusals.Of(young) is not null, "page tables cannot be read here");
        Touched.AssertSeen((int)(Size / TargetProcess.Page), (int)(target.Apply(young, range).FilterPassed / TargetProcess.Page));
        ulong left = Size;
        for (int i = 0; i < 100 && left > Size / 8; i++)
        {
            left = target.Apply(young, range).FilterPassed;
            Thread.Sleep(10);
        }

        Assert.InRange(left, 0UL, Size / 8);
        process.Touch(range with { End = range.Start + (Size / 2) });
        Assert.InRange(target.Apply(young, range).FilterPassed, Size / 2, Size * 5 / 8);
    }

    [Fact]
    public void The_memory_cgroup_of_pages_is_found_by_its_path()
    {
        SkipWithoutFrames();
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = process.Map("anon", Size);
        process.Touch(range);
        using ActionTarget target = new(process.Pid);
        string[] cgroups = [.. File.ReadLines($"/proc/{process.Pid}/cgroup")
            .Select(l => l.Split(':', 3))
            .Where(f => f[1].Split(',').Contains("memory") || f[1].Length == 0)
            .Select(f => f[2])];
        Scheme scheme = new() { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Memcg, Allow = true, MemcgPath = cgroups[0] }] };
        Assert.SkipWhen(target.Actions.Refusals.Of(scheme) is not null, $"no memory cgroups: {target.Actions.Refusals.Of(scheme)}");
        Assert.Equal(Size, target.Apply(scheme, range).FilterPassed);
        Scheme missing = new() { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Memcg, MemcgPath = "/no/such/group" }] };
        Assert.Contains("there is no memory cgroup '/no/such/group'", target.Actions.Refusals.Of(missing), StringComparison.Ordinal);
        Assert.Equal(default, target.Apply(missing, range));
    }

    [Fact]
    public void Active_pages_and_the_others_are_all_pages()
    {
        SkipWithoutFrames();
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = process.Map("anon", Size);
        process.Touch(range);
        using ActionTarget target = new(process.Pid);
        target.ApplyUntil(SchemeAction.Cold, range, () => target.Smaps(range, "Referenced") < Size / 8);
        SchemeFilter isActive = new() { Kind = SchemeFilterKind.Active, Allow = true };
        Assert.InRange(target.Apply(SchemeAction.Stat, range, isActive).FilterPassed, 0UL, Size / 8);
        Assert.InRange(target.Apply(SchemeAction.Stat, range, isActive with { Matching = false }).FilterPassed, Size * 7 / 8, Size);
    }

    [Theory]
    [InlineData("25 30 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "/", "/sys/fs/cgroup")]
    [InlineData("1 2 0:1 / /a rw - cgroup cgroup rw,cpu\n1 2 0:1 / /u rw - cgroup2 none rw\n1 2 0:1 /x /m\\040n rw - cgroup cgroup rw,memory", "/x", "/m n")]
    [InlineData("garbage\n1 2 3\n - - \n1 2 0:1 / /a - cgroup2", null, null)]
    [InlineData("", null, null)]
    public void The_hierarchy_of_memory_cgroups_is_found_among_the_mounts(string mounts, string? root, string? point)
    {
        (string Root, string Point)? found = CgroupFolders.FindHierarchy(mounts);
        Assert.Equal(root, found?.Root);
        Assert.Equal(point, found?.Point);
    }

    [Fact]
    public void A_cgroup_is_looked_for_below_the_mount_only()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("cg/a/b"));
        folder.Write("proc/self/mountinfo", $"1 2 0:1 / {folder.File("cg")} rw - cgroup2 none rw\n");
        ProcFileSystem proc = new(folder.File("proc"));
        string found = CgroupFolders.Find(proc, "/a/b", out string? fault)!;
        Assert.Null(fault);
        Assert.Equal(folder.File("cg/a/b"), found);
        Assert.NotNull(CgroupFolders.InodeOf(found));
        Assert.Null(CgroupFolders.Find(proc, "/a/../../..", out fault));
        Assert.Contains("may not go up", fault, StringComparison.Ordinal);
        Assert.Null(CgroupFolders.Find(proc, "/a/c", out fault));
        Assert.Contains("there is no memory cgroup", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Pieces_cover_a_range_without_cutting_huge_pages()
    {
        AddressRange range = new(0x10_1000, 0x10_1000 + (200UL << 20));
        List<AddressRange> pieces = [];
        MemoryPieces.AddCut(range, pieces);
        Assert.Equal(range.Start, pieces[0].Start);
        Assert.Equal(range.End, pieces[^1].End);
        Assert.All(pieces, p => Assert.InRange(p.Size, 1UL, RemoteAdvice.BytesPerCall));
        for (int i = 1; i < pieces.Count; i++)
        {
            Assert.Equal(pieces[i - 1].End, pieces[i].Start);
            Assert.Equal(0UL, pieces[i].Start % Page.HugeSize);
        }

        List<AddressRange> huge = [];
        MemoryPieces.AddHuge(range, huge);
        Assert.All(huge, p => Assert.True(p.Size == Page.HugeSize && p.Start % Page.HugeSize == 0 && p.Start >= range.Start && p.End <= range.End));
        Assert.Equal(99, huge.Count);
    }

    [Fact]
    public void Destinations_share_memory_by_their_weights()
    {
        MigrationDestination[] nodes = [new(3, 1), new(5, 3), new(9, 0)];
        int[] chosen = [.. Enumerable.Range(0, 400).Select(i => NodeMigration.NodeOf((ulong)i << 21, nodes))];
        Assert.Equal(100, chosen.Count(n => n == 3));
        Assert.Equal(300, chosen.Count(n => n == 5));
        Assert.Equal(NodeMigration.NodeOf(0x4000_0000, nodes), NodeMigration.NodeOf(0x401f_ffff, nodes));
    }

    [Fact]
    public void Pages_that_are_at_their_place_are_not_moved()
    {
        using TargetProcess process = TargetProcess.Start();
        AddressRange range = process.Map("anon", Size);
        process.Touch(range);
        using ActionTarget target = new(process.Pid);
        using NodeMigration migration = new();
        Assert.SkipUnless(target.Actions.Refusals.Of(SchemeAction.MigrateHot)?.Contains("one NUMA node", StringComparison.Ordinal) == true, "several nodes");
        Assert.Equal(0UL, migration.Move(target.Process, range, [new MigrationDestination(0, 1)], out Errno error));
        Assert.True(error is Errno.None or Errno.ENOSYS or Errno.EPERM, error.ToText());
        process.Kill();
        Assert.Equal(0UL, migration.Move(target.Process, range, [new MigrationDestination(0, 1)], out error));
        Assert.Equal(Errno.ESRCH, error);
    }

    static void SkipWithoutFrames() => Assert.SkipUnless(LibC.geteuid() == 0 && File.Exists("/proc/kpageflags"), "needs root and /proc/kpageflags");
}
