using Damon.Linux.AccessChecks;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Operations;

/// <summary>Hot memory is seen hot and cold memory cold, whatever kind of memory it is and whatever its process does.</summary>
public sealed class VirtualOperationsMemoryTests : IDisposable
{
    const ulong Size = 32 * TargetProcess.MiB;

    readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        File.Delete(PathFor("shm")!);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("anon", 1)]
    [InlineData("anon", 0)]
    [InlineData("thp", 1)]
    [InlineData("thp", 0)]
    [InlineData("lock", 1)]
    [InlineData("file", 1)]
    [InlineData("file", 0)]
    [InlineData("shm", 1)]
    [InlineData("shm", 0)]
    public void The_hot_quarter_of_a_mapping_is_told_from_the_rest(string kind, int periodMs)
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange all = target.Map(kind, Size, PathFor(kind));
        target.Touch(all);
        AddressRange hot = Part(all, 1, 2);
        target.Loop(hot, periodMs);

        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid], [all]);

        run.WaitUntilHotter(hot, Part(all, 0, 1));
        run.WaitUntilHotter(hot, Part(all, 2, 4));
    }

    [Fact]
    public void Memory_shared_by_two_processes_is_told_apart_too()
    {
        string path = PathFor("shm")!;
        using TargetProcess other = TargetProcess.Start();
        other.Touch(other.Map("shm", Size, path));
        using TargetProcess target = TargetProcess.Start();
        AddressRange all = target.Map("shm", Size, path);
        target.Touch(all);
        target.Loop(Part(all, 0, 1), 1);

        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid], [all]);

        run.WaitUntilHotter(Part(all, 0, 1), Part(all, 2, 4));
        Assert.Contains(run.Checker.Notes(), n => n.Contains("clear_refs", StringComparison.Ordinal));
    }

    [Fact]
    public void Accesses_of_another_process_to_shared_memory_do_not_count_for_the_target()
    {
        string path = PathFor("shm")!;
        using TargetProcess target = TargetProcess.Start();
        AddressRange all = target.Map("shm", Size, path);
        target.Touch(all);
        target.Loop(Part(all, 3, 4), 1);
        using TargetProcess other = TargetProcess.Start();
        AddressRange theirs = other.Map("shm", Size, path);
        other.Touch(theirs);
        other.Loop(Part(theirs, 0, 1), 1);

        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid], [all]);

        run.WaitUntilHotter(Part(all, 3, 4), Part(all, 0, 1));
    }

    [Theory]
    [InlineData(AccessCheckKind.PageTable)]
    [InlineData(AccessCheckKind.ClearRefs)]
    public void A_process_whose_first_thread_ends_meanwhile_is_monitored_on(AccessCheckKind kind)
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange all = target.Map("anon", Size);
        target.Touch(all);
        target.Loop(all, 1);
        using MonitoringRun run = new(kind, [target.Pid]);
        run.WaitUntil("hot", s => MonitoringRun.Heat(s, all) > 0.25);
        target.Do("end-leader");
        Thread.Sleep(500);
        run.WaitUntil("still hot", s => MonitoringRun.Heat(s, all) > 0.25);
        target.Do("stop");
        run.WaitUntil($"cold {all}", s => MonitoringRun.Heat(s, all) < 0.02);
    }

    [Fact]
    public void A_process_whose_first_thread_has_ended_is_monitored_like_any_other()
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange all = target.Map("anon", Size);
        target.Touch(all);
        target.Loop(Part(all, 0, 1), 1);
        target.Do("end-leader");

        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid], [all]);

        run.WaitUntilHotter(Part(all, 0, 1), Part(all, 2, 4));
    }

    [Fact]
    public void Accesses_that_move_on_are_followed()
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange all = target.Map("anon", Size);
        target.Touch(all);
        target.Loop(Part(all, 0, 1), 1);
        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid], [all]);
        run.WaitUntilHotter(Part(all, 0, 1), Part(all, 3, 4));

        target.Do("stop");
        target.Loop(Part(all, 3, 4), 1);

        run.WaitUntilHotter(Part(all, 3, 4), Part(all, 0, 1));
    }

    [Fact]
    public void The_whole_address_space_is_narrowed_down_to_what_is_hot()
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange all = target.Map("anon", Size);
        target.Touch(all);
        AddressRange hot = Part(all, 1, 3);
        target.Loop(hot, 1);

        using MonitoringRun run = new(AccessCheckKind.PageTable, [target.Pid]);

        run.WaitUntilHotter(hot, Part(all, 0, 1));
        run.WaitUntilHotter(hot, Part(all, 3, 4));
    }

    [Fact]
    public void Two_targets_are_kept_apart()
    {
        using TargetProcess one = TargetProcess.Start();
        AddressRange ones = one.Map("anon", Size);
        one.Touch(ones);
        one.Loop(Part(ones, 0, 1), 1);
        using TargetProcess two = TargetProcess.Start();
        AddressRange twos = two.Map("anon", Size);
        two.Touch(twos);
        two.Loop(Part(twos, 3, 4), 1);

        using MonitoringRun run = new(AccessCheckKind.PageTable, [one.Pid, two.Pid]);

        run.WaitUntilHotter(Part(ones, 0, 1), Part(ones, 2, 4), target: 0);
        run.WaitUntilHotter(Part(twos, 3, 4), Part(twos, 0, 2), target: 1);
        two.Kill();
        run.WaitUntil("the first alone", s => s.All(x => x[1].Regions.IsEmpty) && MonitoringRun.Heat(s, Part(ones, 0, 1)) > 0.25);
        Assert.Equal([two.Pid], run.Gone);
    }

    [Fact]
    public void The_check_without_privileges_tells_a_hot_mapping_from_a_cold_one()
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange cold = target.Map("shm", Size, PathFor("shm")); // Of another kind, or the kernel may join the two.
        target.Touch(cold);
        AddressRange hot = target.Map("anon", Size);
        target.Loop(hot, 1);

        using MonitoringRun run = new(AccessCheckKind.ClearRefs, [target.Pid], [.. new[] { cold, hot }.OrderBy(r => r.Start)]);

        run.WaitUntilHotter(hot, cold);
    }

    /// <summary>The part of a range from one quarter to another.</summary>
    static AddressRange Part(AddressRange range, uint from, uint to) => new(range.Start + (range.Size / 4 * from), range.Start + (range.Size / 4 * to));

    string? PathFor(string kind) => kind switch
    {
        "file" => Path.Combine(_folder.Path, "memory"),
        "shm" => $"/dev/shm/{Path.GetFileName(_folder.Path)}",
        _ => null,
    };
}
