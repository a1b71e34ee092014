using System.Globalization;
using System.Text;
using Damon.Linux.Actions;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Tests.Actions;

/// <remarks>The targets are children of a child: the class library takes the stop of a child of its own for its end.</remarks>
public sealed class AdviceInjectorTests
{
    const ulong Size = 4 * TargetProcess.MiB;

    public AdviceInjectorTests() =>
        Assert.SkipWhen(LibC.geteuid() != 0 || AdviceInjector.Refusal(new ProcFileSystem()) is not null, "needs root, x86-64 and leave to trace");

    [Fact]
    public void Hugepage_and_nohugepage_mark_the_mappings()
    {
        using TargetProcess parent = TargetProcess.Start();
        using ActionTarget target = Spawn(parent, $"map anon {Size}", out AddressRange range);
        Assert.Null(target.Actions.Refusals.Of(SchemeAction.NoHugePage));
        Assert.False(target.HasVmFlag(range, "hg"));
        Assert.Equal(new SchemeOutcome(Size, Size), target.Apply(SchemeAction.HugePage, range));
        target.ReadMappings();
        Assert.True(target.HasVmFlag(range, "hg"));
        Assert.Equal(new SchemeOutcome(Size, Size), target.Apply(SchemeAction.NoHugePage, range));
        Assert.True(target.HasVmFlag(range, "nh"));
        Assert.Empty(target.Actions.Notes);
        parent.Do(string.Create(CultureInfo.InvariantCulture, $"child touch {range.Start} {range.Size}"));
        Assert.Equal(0UL, target.Smaps(range, "AnonHugePages"));
    }

    [Theory]
    [InlineData("sleep")]
    [InlineData("pause")]
    public void A_thread_that_waits_goes_on_waiting(string call)
    {
        using TargetProcess parent = TargetProcess.Start();
        using ActionTarget target = Spawn(parent, $"map anon {Size}", out AddressRange range);
        int tid = int.Parse(parent.Do($"child wait {call}"), CultureInfo.InvariantCulture);
        string before = File.ReadAllText($"/proc/{target.Process.Pid}/task/{tid}/syscall");
        for (int i = 0; i < 60; i++)
        {
            int advice = i % 2 == 0 ? LibC.MADV_HUGEPAGE : LibC.MADV_NOHUGEPAGE;
            Assert.Equal(new InjectionResult(Size, null), AdviceInjector.Advise(target.Process, [range], advice, tid));
        }

        Assert.Equal("0", parent.Do("child woken"));
        Assert.True(target.HasVmFlag(range, "nh"));

        // It is in the same call again, with the same stack: nanosleep by way of restart_syscall.
        string[] words = before.Split(' ');
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                    File.ReadAllText($"/proc/{target.Process.Pid}/task/{tid}/syscall")
                        .TrimEnd()
                        .EndsWith($"{words[^2]} {words[^1].TrimEnd()}", StringComparison.Ordinal),
                TimeSpan.FromSeconds(30)));
        Assert.True(target.Process.Proc.TryReadStat($"/proc/{target.Process.Pid}/task/{tid}", out ProcessStat stat));
        Assert.Equal('S', stat.State);
    }

    [Fact]
    public void A_busy_thread_goes_on_where_it_was()
    {
        using TargetProcess parent = TargetProcess.Start();
        using ActionTarget target = Spawn(parent, $"map anon {Size}", out AddressRange range);
        parent.Do(string.Create(CultureInfo.InvariantCulture, $"child loop {range.Start} {range.Size} 0"));
        int injected = 0;
        for (int i = 0; i < 20; i++)
        {
            foreach (int tid in target.Process.Proc.Threads(target.Process.Pid))
            {
                // A runtime's thread may have ended meanwhile.
                injected += AdviceInjector.Advise(target.Process, [range], LibC.MADV_NOHUGEPAGE, tid).Advised == Size ? 1 : 0;
            }
        }

        Assert.True(injected >= 20, $"{injected} injections");
        parent.Do("child stop");
        Assert.Equal("0", parent.Do("child woken"));
    }

    [Theory]
    [InlineData("registers")]
    [InlineData("wait sleep")]
    [InlineData("wait pause")]
    [InlineData("wait futex")]
    [InlineData("wait read")]
    public void The_target_outlives_a_tracer_that_is_killed_at_any_step(string command)
    {
        using TargetProcess parent = TargetProcess.Start();
        using ActionTarget target = Spawn(parent, $"map anon {Size}", out AddressRange range);
        int tid = int.Parse(parent.Do($"child {command}"), CultureInfo.InvariantCulture);
        string folder = $"/proc/{target.Process.Pid}/task/{tid}";
        string before = File.ReadAllText($"{folder}/syscall");
        string mask = MaskOf(folder);
        foreach (InjectionStep step in Enum.GetValues<InjectionStep>())
        {
            using (TargetProcess tracer = TargetProcess.Start())
            {
                tracer.Send(string.Create(CultureInfo.InvariantCulture, $"inject {target.Process.Pid} {tid} {range.Start} {range.Size} {step}"));
                Assert.Equal(128 + LibC.SIGKILL, tracer.WaitForExit());
            }

            // It comes home by itself: into its loop, which finds its registers as they were, or into the same call, not out of it.
            Assert.True(
                SpinWait.SpinUntil(() => IsBack(folder, before) && MaskOf(folder) == mask, TimeSpan.FromSeconds(30)),
                $"after {step}: {File.ReadAllText($"{folder}/syscall")}{MaskOf(folder)}, before: {before}{mask}");
            Assert.Equal("0", parent.Do("child woken"));
        }

        Assert.True(target.HasVmFlag(range, "hg"));
        if (command == "registers")
        {
            Assert.Equal("same", parent.Do("child stop-registers"));
        }

        // The next tracer finds room beside what the killed ones left.
        Assert.Equal(new InjectionResult(Size, null), AdviceInjector.Advise(target.Process, [range], LibC.MADV_NOHUGEPAGE, target.Process.Pid));
        parent.Do("end-child");
    }

    [Fact]
    public void A_second_tracer_does_not_write_where_the_first_does()
    {
        using TargetProcess parent = TargetProcess.Start();
        using ActionTarget target = Spawn(parent, $"map anon {Size}", out AddressRange range);
        int other = int.Parse(parent.Do("child wait pause"), CultureInfo.InvariantCulture);
        InjectionResult second = default;
        InjectionResult first = AdviceInjector.Advise(target.Process, [range], LibC.MADV_HUGEPAGE, target.Process.Pid, step =>
        {
            if (step == InjectionStep.Entering)
            {
                second = AdviceInjector.Advise(target.Process, [range], LibC.MADV_NOHUGEPAGE, other);
            }
        });
        Assert.Equal(new InjectionResult(Size, null), first);
        Assert.Equal(0UL, second.Advised);
        Assert.Contains("another program", second.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thread_whose_system_calls_are_signals_is_left_alone()
    {
        Assert.SkipWhen(Environment.OSVersion.Version < new Version(6, 4), "kernels before 6.4 do not tell of it");
        using TargetProcess parent = TargetProcess.Start();
        using ActionTarget target = Spawn(parent, $"map anon {Size}", out AddressRange range);
        int tid = int.Parse(parent.Do("child wait dispatch"), CultureInfo.InvariantCulture);
        InjectionResult result = AdviceInjector.Advise(target.Process, [range], LibC.MADV_HUGEPAGE, tid);
        Assert.Equal(0UL, result.Advised);
        Assert.Contains("as signals", result.Refusal, StringComparison.Ordinal);
        Assert.Equal("0", parent.Do("child woken"));
    }

    [Fact]
    public void An_injection_leaves_no_code_behind()
    {
        using TargetProcess parent = TargetProcess.Start();
        using ActionTarget target = Spawn(parent, $"map anon {Size}", out AddressRange range);
        ulong? room = Room(target);
        Assert.NotNull(room);
        Assert.Equal(new InjectionResult(Size, null), AdviceInjector.Advise(target.Process, [range], LibC.MADV_HUGEPAGE));
        Assert.Equal(room, Room(target));
    }

    [Fact]
    public void A_process_that_is_stopped_stays_stopped_and_untouched()
    {
        using TargetProcess parent = TargetProcess.Start();
        using ActionTarget target = Spawn(parent, $"map anon {Size}", out AddressRange range);
        int pid = target.Process.Pid;
        Assert.Equal(0, LibC.kill(pid, LibC.SIGSTOP));
        Assert.True(SpinWait.SpinUntil(() => target.Process.Proc.TryReadStat(pid, out ProcessStat s) && s.State == 'T', TimeSpan.FromSeconds(30)));

        // What has the mark needs no thread.
        Assert.True(target.HasVmFlag(range, "nh"));
        Assert.Equal(new SchemeOutcome(Size, Size), target.Apply(SchemeAction.NoHugePage, range));
        Assert.Empty(target.Actions.Notes);
        Assert.Equal(0UL, target.Apply(SchemeAction.HugePage, range).Applied);
        Assert.Contains("stopped", Assert.Single(target.Actions.Notes), StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => target.Process.Proc.TryReadStat(pid, out ProcessStat s) && s.State == 'T', TimeSpan.FromSeconds(30)));
        Assert.Equal(0, LibC.kill(pid, LibC.SIGCONT));
        Assert.Equal(Size, TargetProcess.Range(parent.Do($"child map anon {Size}")).Size);
    }

    [Theory]
    [InlineData("Name:\tx\nTracerPid:\t0\nSeccomp:\t0\n", null)]
    [InlineData("Name:\tx\n", null)]
    [InlineData("Name:\tx\nTracerPid:\t77\nSeccomp:\t0\n", "traces")]
    [InlineData("Name:\tx\nTracerPid:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n", "seccomp")]
    [InlineData("Name:\tx\nTracerPid:\t0\nSeccomp:\t", "seccomp")]
    public void Filters_and_tracers_are_obstacles(string status, string? obstacle)
    {
        string? found = AdviceInjector.StatusObstacle(Encoding.ASCII.GetBytes(status));
        Assert.Equal(obstacle is null, found is null);
        Assert.Contains(obstacle ?? "", found ?? "", StringComparison.Ordinal);
    }

    static ulong? Room(ActionTarget target)
    {
        using FileStream memory = File.OpenRead($"/proc/{target.Process.Pid}/mem");
        return CodePadding.Find((int)memory.SafeFileHandle.DangerousGetHandle(), target.Process.Mappings.Mappings, InjectedCode.Size);
    }

    static string MaskOf(string folder) => File.ReadLines($"{folder}/status").Single(line => line.StartsWith("SigBlk:", StringComparison.Ordinal));

    /// <summary>Whether a thread waits at the same place of the same stack as before, or runs.</summary>
    static bool IsBack(string folder, string before)
    {
        string[] now = File.ReadAllText($"{folder}/syscall").TrimEnd().Split(' ');
        string[] then = before.TrimEnd().Split(' ');
        return now.Length == then.Length && now[^1] == then[^1] && (now.Length == 1 || now[^2] == then[^2]);
    }

    static ActionTarget Spawn(TargetProcess parent, string command, out AddressRange range)
    {
        string answer = parent.Do($"spawn {command}");
        range = TargetProcess.Range(answer);
        return new ActionTarget(int.Parse(answer.Split(' ')[0], CultureInfo.InvariantCulture), allowPtrace: true);
    }
}
