using System.Diagnostics;
using System.Globalization;
using Damon.Linux.AccessChecks;
using Damon.Linux.Native;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Operations;

/// <summary>Targets that start other programs, have children, grow, shrink and end while they are monitored, and some that cannot be targets.</summary>
public sealed class VirtualOperationsLifeTests
{
    const ulong Size = 32 * TargetProcess.MiB;
    const ulong NoUpdateMs = 3_600_000;

    [Theory]
    [InlineData(AccessCheckKind.PageTable)]
    [InlineData(AccessCheckKind.ClearRefs)]
    public void A_program_that_is_executed_is_seen_without_waiting_for_an_update(AccessCheckKind kind)
    {
        using TargetProcess target = TargetProcess.Start();
        using MonitoringRun run = new(kind, [target.Pid], updateMs: NoUpdateMs);
        run.WaitUntil("the first program", s => s[^1].NrRegions > 0);

        // Let the looks that follow the start go by, so that only the change of the program can bring the next one.
        Thread.Sleep(1500);
        string map = string.Create(CultureInfo.InvariantCulture, $"map anon {Size}");
        target.Send($"exec {map}");
        AddressRange all = TargetProcess.Range(target.Answer(map));
        target.Touch(all);
        target.Loop(all, 1);

        run.WaitUntil("the second program", s => MonitoringRun.Heat(s, all) > 0.2);
        Assert.Equal([target.Pid], run.Added.Distinct());
    }

    [Fact]
    public void Given_regions_stay_through_the_execution_of_another_program()
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange given = new(0x10000, 0x30000);
        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid], [given]);
        run.WaitUntil("the given regions", s => IsExactly(s[^1], given));
        target.Do("exec map anon 4096;stop");
        run.WaitUntil("the given regions", s => s.All(x => IsExactly(x, given)));
    }

    [Fact]
    public void Children_come_and_go_as_targets()
    {
        using TargetProcess target = TargetProcess.Start();
        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid], followsChildren: true);
        run.WaitUntil("the parent", s => s[^1].NrTargets == 1);

        string map = string.Create(CultureInfo.InvariantCulture, $"map anon {Size}");
        string[] answer = target.Do($"spawn {map};spawn stop").Split(' ');
        long child = long.Parse(answer[0], CultureInfo.InvariantCulture);
        long grandchild = long.Parse(answer[^2], CultureInfo.InvariantCulture);
        run.WaitUntil("the child and its child", s => s[^1].NrTargets == 3);
        Assert.Equal([target.Pid, child, grandchild], run.Added.Order());

        target.Do("end-child");
        run.WaitUntil("the parent alone", s => s[^1].NrTargets == 1);
        Assert.Equal(new[] { child, grandchild }.Order(), run.Gone.Order());
        Assert.Equal(0, run.Operations.NrChildrenNotFollowed);
    }

    [Fact]
    public void Children_outlive_their_parent_as_targets()
    {
        using TargetProcess target = TargetProcess.Start();
        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid], followsChildren: true);
        using Process child = Process.GetProcessById(int.Parse(target.Do("spawn stop").Split(' ')[0], CultureInfo.InvariantCulture));
        run.WaitUntil("the child", s => s[^1].NrTargets == 2);

        LibC.kill(child.Id, LibC.SIGSTOP); // It ends with its input, which ends with its parent.
        target.Kill();
        run.WaitUntil("the child alone", s => s[^1].NrTargets == 2 && s[^1][0].Regions.IsEmpty && s[^1][1].Id == child.Id && !s[^1][1].Regions.IsEmpty);
        LibC.kill(child.Id, LibC.SIGKILL);
        Assert.Equal(KdamondEnd.TargetsGone, run.WaitForEnd());
    }

    [Fact]
    public void Children_are_left_alone_unless_they_are_asked_for()
    {
        using TargetProcess target = TargetProcess.Start();
        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid]);
        target.Do("spawn stop");
        Thread.Sleep(300);
        run.WaitUntil("the parent alone", s => s.All(x => x.NrTargets == 1));
        Assert.Equal([target.Pid], run.Added);
    }

    [Fact]
    public void Memory_that_is_mapped_and_unmapped_meanwhile_is_followed()
    {
        using TargetProcess target = TargetProcess.Start();
        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid]);
        run.WaitUntil("the start", s => s[^1].NrRegions > 0);
        Thread.Sleep(1000);

        AddressRange late = target.Map("anon", Size);
        target.Touch(late);
        target.Loop(late, 1);
        run.WaitUntil("the new mapping hot", s => MonitoringRun.Heat(s, late) > 0.25);

        target.Do("stop");
        target.Do(string.Create(CultureInfo.InvariantCulture, $"unmap {late.Start} {late.Size}"));
        run.WaitUntil("the old mapping cold or gone", s => MonitoringRun.Heat(s, late) is null or < 0.02);
    }

    [Fact]
    public void The_end_of_a_target_ends_the_run_and_takes_its_regions()
    {
        using TargetProcess target = TargetProcess.Start();
        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid]);
        run.WaitUntil("the start", s => s[^1].NrRegions > 0);

        target.Send("exit 3");

        Assert.Equal(KdamondEnd.TargetsGone, run.WaitForEnd());
        Assert.Equal([target.Pid], run.Gone);
    }

    [Fact]
    public void A_target_that_is_stopped_is_cold_and_goes_on_afterwards()
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange all = target.Map("anon", Size);
        target.Loop(all, 0);
        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid], [all]);
        run.WaitUntil("hot", s => MonitoringRun.Heat(s, all) > 0.25);
        Assert.Equal(0, LibC.kill(target.Pid, LibC.SIGSTOP));
        run.WaitUntil("cold", s => MonitoringRun.Heat(s, all) < 0.02);
        Assert.Equal(0, LibC.kill(target.Pid, LibC.SIGCONT));
        run.WaitUntil("hot again", s => MonitoringRun.Heat(s, all) > 0.25);
    }

    [Fact]
    public void Processes_that_cannot_be_targets_are_refused_with_the_reason()
    {
        using TargetProcess target = TargetProcess.Start();
        ProcFileSystem proc = new();
        using VirtualOperations operations = new(MonitoringRun.Create(AccessCheckKind.ClearRefs), proc);

        int thread = proc.Threads(target.Pid).First(t => t != target.Pid);
        Assert.Contains($"{thread} is a thread", Assert.Throws<TargetOpenException>(() => operations.OpenTarget(thread)).Message);

        const int KernelThread = 2;
        if (proc.TryReadStat(KernelThread, out ProcessStat stat) && stat.IsKernelThread)
        {
            Assert.Contains("kernel thread", Assert.Throws<TargetOpenException>(() => operations.OpenTarget(KernelThread)).Message);
        }

        Assert.Equal($"there is no process {int.MaxValue}", Assert.Throws<TargetOpenException>(() => operations.OpenTarget(int.MaxValue)).Message);

        using Process child = Process.GetProcessById(int.Parse(target.Do("spawn stop").Split(' ')[0], CultureInfo.InvariantCulture));
        Assert.Equal(0, LibC.kill(target.Pid, LibC.SIGSTOP)); // Cannot reap.
        Assert.Equal(0, LibC.kill(child.Id, LibC.SIGKILL));
        using PidFd handle = PidFd.Open(child.Id, out _)!; // The end of all threads; the first is a zombie before.
        Assert.True(SpinWait.SpinUntil(() => handle.HasExited, TimeSpan.FromSeconds(30)));
        Assert.Contains("has ended", Assert.Throws<TargetOpenException>(() => operations.OpenTarget(child.Id)).Message);
    }

    static bool IsExactly(Snapshot snapshot, AddressRange range)
    {
        ReadOnlySpan<SnapshotRegion> regions = snapshot[0].Regions;
        return !regions.IsEmpty && regions[0].Start == range.Start && regions[^1].End == range.End;
    }
}
