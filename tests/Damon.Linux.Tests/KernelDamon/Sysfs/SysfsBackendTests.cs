using CsCheck;
using Damon.Linux.Backends;
using Damon.Linux.Engine;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Tests.KernelDamon.Sysfs;

public sealed class SysfsBackendTests
{
    static string Line(double time, int target, int count, int start, int nrAccesses, int age) =>
        $" kdamond.0-300   [000] .....  {time:0.000000}: damon_aggregated: target_id={target} nr_regions={count} {start}-{start + 10}: {nrAccesses} {age}\n";

    [Fact]
    public void Snapshots_come_from_events_of_the_own_kdamond_until_its_targets_are_gone()
    {
        using KernelBench bench = new("6.12");
        bench.Trace.Text.Enqueue(Line(1.1, 0, 2, 10, 3, 1) + Line(1.1, 0, 2, 20, 0, 7));
        bench.Trace.Text.Enqueue(Line(1.2, 0, 1, 10, 4, 2));
        bench.Trace.OnEmpty = () => bench.Sysfs.Kdamonds[0].End();
        KeepingObserver observer = new();
        using (IMonitoringRun run = bench.Backend().Open(KernelBench.Request()))
        {
            run.Start();
            string instance = $"instances/damo-{Environment.ProcessId}";
            Assert.Equal("300", bench.Trace.Says($"{instance}/set_event_pid"));
            Assert.Equal("mono", bench.Trace.Says($"{instance}/trace_clock"));
            Assert.Equal("1", bench.Trace.Says($"{instance}/events/damon/damon_aggregated/enable"));
            Assert.Equal("the kernel's own DAMON by sysfs, kdamond 0 (pid 300), snapshots from the event damon_aggregated", run.Description);
            Assert.Equal(KdamondEnd.TargetsGone, run.Watch(observer));
            Assert.Empty(run.Notes);
        }

        Assert.Equal(2, observer.Snapshots.Count);
        Snapshot first = observer.Snapshots[0];
        Assert.Equal(1_100_000_000, first.TimeNs, 2.0);
        Assert.Equal(187, first[0].Id);
        Assert.Equal([new SnapshotRegion(10, 20, 3, 1), new SnapshotRegion(20, 30, 0, 7)], first[0].Regions.ToArray());
        bench.AssertClean();
    }

    [Fact]
    public void Targets_of_one_interval_make_one_snapshot()
    {
        using KernelBench bench = new("6.12");
        bench.Trace.Text.Enqueue(Line(1.1, 0, 1, 10, 3, 1) + Line(1.1, 1, 1, 50, 0, 7) + Line(1.2, 0, 1, 10, 4, 2));
        bench.Trace.OnEmpty = () => bench.Sysfs.Kdamonds[0].End();
        bench.Trace.Overrun = 12;
        KeepingObserver observer = new();
        using (IMonitoringRun run = bench.Backend().Open(KernelBench.TwoTargets()))
        {
            run.Start();
            run.Watch(observer);
            Assert.Equal(["12 events of the kernel were lost because they were not read in time: snapshots are missing"], run.Notes);
        }

        Assert.Equal([2, 1], observer.Snapshots.Select(s => s.NrTargets));
        Assert.Equal([(Int128)187, 188], [observer.Snapshots[0][0].Id, observer.Snapshots[0][1].Id]);
        bench.AssertClean();
    }

    [Fact]
    public void Without_the_event_snapshots_come_from_the_regions_of_a_scheme_for_each_target()
    {
        using KernelBench bench = new("6.12", "another_event");
        bench.Sysfs.Regions.Add([(4096, 8192, 5, 2), (8192, 12288, 0, 9)]);
        bench.Sysfs.Regions.Add([(20480, 24576, 1, 1)]);
        KeepingObserver observer = new(most: 3);
        MonitoringRequest request = KernelBench.TwoTargets();
        request = request with { Context = request.Context with { Schemes = [new Scheme { Pattern = new AccessPattern { MaxSize = 1 } }] } };
        using (IMonitoringRun run = bench.Backend().Open(request))
        {
            run.Start();
            Assert.Equal(KdamondEnd.ObserverEnded, run.Watch(observer));
            Assert.Equal("3", bench.Sysfs.Says("kdamonds/0/contexts/0/schemes/nr_schemes"));
            Assert.Equal([10UL], run.ReadSchemeStatistics().Select(s => s.NrTried));
        }

        Snapshot snapshot = observer.Snapshots[2];
        Assert.Equal([187, 188], [(int)snapshot[0].Id, (int)snapshot[1].Id]);
        Assert.Equal([new SnapshotRegion(4096, 8192, 5, 2), new SnapshotRegion(8192, 12288, 0, 9)], snapshot[0].Regions.ToArray());
        Assert.Equal([new SnapshotRegion(20480, 24576, 1, 1)], snapshot[1].Regions.ToArray());
        bench.AssertClean();
    }

    [Fact]
    public void A_kernel_that_cannot_report_snapshots_is_refused_unless_none_are_wanted()
    {
        using KernelBench bench = new("6.1", "another_event");
        KernelDamonException e = Assert.Throws<KernelDamonException>(() => bench.Backend().Open(KernelBench.Request()));
        Assert.Contains("tells no snapshots", e.Message, StringComparison.Ordinal);
        bench.AssertClean();

        bench.OnSleep = () => bench.Sysfs.Kdamonds[0].End();
        using (IMonitoringRun run = bench.Backend().Open(KernelBench.Request(new Scheme()) with { WantsSnapshots = false }))
        {
            run.Start();
            Assert.Equal(KdamondEnd.TargetsGone, run.Watch(new KeepingObserver()));
            Assert.Single(run.ReadSchemeStatistics());
        }

        bench.AssertClean();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_kdamond_of_another_program_is_left_alone_whether_it_runs_or_not(bool isOn)
    {
        using KernelBench bench = new("6.12");
        bench.Sysfs.MakeForeign(2, isOn);

        List<string> before = bench.Sysfs.Dump();
        bench.Sysfs.Written.Clear();
        Assert.Equal("the kernel's DAMON has 2 kdamonds of somebody else", bench.Backend().WhyNot());
        Assert.Throws<KernelDamonException>(() => bench.Backend().Open(KernelBench.Request()));
        BackendChoice choice = BackendChoice.Choose("auto", [bench.Backend(), new EngineBackend()], KernelBench.Request());
        Assert.Equal("engine", choice.Backend.Name);
        Assert.Equal("sysfs: the kernel's DAMON has 2 kdamonds of somebody else", choice.Why);
        Assert.Throws<BackendException>(() => BackendChoice.Choose("sysfs", [bench.Backend(), new EngineBackend()], KernelBench.Request()));
        Assert.Empty(bench.Sysfs.Written);
        Assert.Equal(before, bench.Sysfs.Dump());
        Assert.Empty(bench.Notes.Names());
    }

    [Fact]
    public void A_module_that_runs_has_DAMON_to_itself()
    {
        using KernelBench bench = new("6.12");
        bench.Modules.With("damon_reclaim/parameters/enabled", "Y");
        Assert.Equal("the kernel's module damon_reclaim runs, and shares DAMON with nobody", bench.Backend().WhyNot());
    }

    [Fact]
    public void Auto_takes_what_is_there_and_idle()
    {
        using KernelBench bench = new("6.12");
        IDamonBackend[] backends = [bench.Backend(), new EngineBackend()];
        Assert.Equal("sysfs", BackendChoice.Choose("auto", backends, KernelBench.Request()).Backend.Name);
        Assert.Equal("engine", BackendChoice.Choose("engine", backends, KernelBench.Request()).Backend.Name);
        Assert.Equal(
            "there is no backend 'x'; there are auto, sysfs, engine",
            Assert.Throws<BackendException>(() => BackendChoice.Choose("x", backends, KernelBench.Request())).Message);
    }

    [Fact]
    public void The_second_of_two_runs_is_told_which_process_has_the_interface()
    {
        using KernelBench bench = new("6.12");
        using IMonitoringRun run = bench.Backend().Open(KernelBench.Request());
        Assert.Equal($"another run of damo has the kernel's DAMON: process {Environment.ProcessId}", bench.Backend().WhyNot());
        KernelDamonException e = Assert.Throws<KernelDamonException>(() => bench.Backend().Open(KernelBench.Request()));
        Assert.StartsWith($"another run of damo has the kernel's DAMON: process {Environment.ProcessId} (", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kdamond_that_another_program_recreates_meanwhile_is_left_alone()
    {
        using KernelBench bench = new("6.12");
        IMonitoringRun run = bench.Backend().Open(KernelBench.Request());
        run.Start();
        bench.Trace.OnEmpty = () =>
        {
            if (bench.Sysfs.Kdamonds[0].Pid != 301)
            {
                Assert.Equal(Errno.None, bench.Sysfs.Write("kdamonds/0/state", "off"));
                bench.Sysfs.MakeForeign(1, isOn: true);
                bench.Sysfs.Written.Clear();
            }
        };
        Assert.Contains("made kdamond 0 anew", Assert.Throws<KernelDamonException>(() => run.Watch(new KeepingObserver())).Message, StringComparison.Ordinal);
        run.Dispose();
        Assert.True(bench.Sysfs.Kdamonds[0].IsOn);
        Assert.Empty(bench.Sysfs.Written);
        Assert.Contains(run.Notes, n => n.Contains("left alone", StringComparison.Ordinal));
        Assert.Empty(bench.Trace.Instances.Children);
    }

    [Fact]
    public void An_interface_that_vanishes_is_a_failure_and_not_an_end()
    {
        using KernelBench bench = new("6.12");
        using IMonitoringRun run = bench.Backend().Open(KernelBench.Request());
        run.Start();
        bench.Trace.OnEmpty = () => bench.Sysfs.Top.Children.Clear();
        Assert.Contains("was taken away", Assert.Throws<KernelDamonException>(() => run.Watch(new KeepingObserver())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_ends_it_and_a_change_goes_on()
    {
        using KernelBench bench = new("6.12");
        IMonitoringRun run = bench.Backend().Open(KernelBench.Request(new Scheme()));
        run.Start();
        run.Change(KernelBench.Request(new Scheme { Action = SchemeAction.Cold }, new Scheme()));
        Assert.Contains("kdamonds/0/contexts/0/schemes/0/action:cold", bench.Sysfs.Kdamonds[0].Applied);
        Assert.Equal([10UL, 11UL], run.ReadSchemeStatistics().Select(s => s.NrTried));
        bench.Trace.OnEmpty = run.RequestStop;
        Assert.Equal(KdamondEnd.Stopped, run.Watch(new KeepingObserver()));
        run.Dispose();
        bench.AssertClean();
        Assert.Equal([10UL, 11UL], run.ReadSchemeStatistics().Select(s => s.NrTried));
    }

    [Fact]
    public void A_process_that_is_gone_is_reported_and_nothing_stays()
    {
        using KernelBench bench = new("6.12");
        bench.Sysfs.Pids.Clear();
        using (IMonitoringRun run = bench.Backend().Open(KernelBench.Request()))
        {
            KernelDamonException e = Assert.Throws<KernelDamonException>(run.Start);
            Assert.Equal(
                "the kernel does not take 'on' in '/model/admin/kdamonds/0/state': EINVAL (Invalid argument); a process to monitor may have ended, "
                + "or another user of the kernel's DAMON (damon_reclaim, damon_lru_sort, damon_stat) may want it alone",
                e.Message);
        }

        bench.AssertClean();
    }

    /// <summary>Whatever fails, and wherever it does: nothing of ours stays.</summary>
    [Theory]
    [InlineData("6.12", "damon_aggregated", (int)Errno.EIO)]
    [InlineData("6.12", "damon_aggregated", (int)Errno.EACCES)]
    [InlineData("7.1", "none", (int)Errno.EIO)]
    [InlineData("6.3", "none", (int)Errno.ENOENT)]
    public void A_failure_of_any_operation_leaves_nothing_of_ours(string version, string name, int errno)
    {
        int operations = Run(0);
        Assert.InRange(operations, 100, 10_000);
        for (int i = 1; i <= operations; i++)
        {
            _ = Run(i);
        }

        int Run(int failsAt)
        {
            using KernelBench bench = new(version, name);
            bench.Faults.With = (Errno)errno;
            bench.Faults.FailsAt = failsAt;
            bench.Sysfs.Regions.Add([(4096, 8192, 5, 2)]);
            bench.Trace.Text.Enqueue(Line(1.1, 0, 1, 10, 3, 1));
            IMonitoringRun? run = null;
            try
            {
                run = bench.Backend().Open(KernelBench.Request(new Scheme { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Anonymous }] }));
                run.Start();
                bench.Trace.OnEmpty = run.RequestStop;
                _ = run.Watch(new KeepingObserver(most: 3));
                Assert.True(failsAt > 0 || run.Notes.Count == 0);
            }
            catch (KernelDamonException)
            {
                Assert.NotEqual(0, failsAt);
            }
            finally
            {
                run?.Dispose();
            }

            Assert.DoesNotContain(bench.Sysfs.Kdamonds, k => k.IsOn);
            Assert.Equal("0", bench.Sysfs.Says("kdamonds/nr_kdamonds"));
            Assert.Empty(bench.Trace.Instances.Children);
            return bench.Faults.Count;
        }
    }

    /// <summary>Two failures: what cannot be given back stays noted, so that it can be cleared away later.</summary>
    [Fact]
    public void Leftovers_after_lasting_failures_are_noted() => Gen.Int[60, 400].Sample(
        from =>
        {
            using KernelBench bench = new("6.12");
            bench.Trace.Text.Enqueue(Line(1.1, 0, 1, 10, 3, 1));
            bench.Faults.Before = count =>
            {
                if (count >= from)
                {
                    bench.Faults.FailsAt = count;
                }
            };
            IMonitoringRun? run = null;
            try
            {
                run = bench.Backend().Open(KernelBench.Request());
                run.Start();
                bench.Trace.OnEmpty = run.RequestStop;
                _ = run.Watch(new KeepingObserver());
            }
            catch (KernelDamonException)
            {
                // As meant.
            }

            run?.Dispose();
            bench.Faults.Before = null;
            bool stays = bench.Sysfs.Says("kdamonds/nr_kdamonds") != "0" || bench.Trace.Instances.Children.Count > 0;
            Assert.True(!stays || bench.Notes.Names().Count == 1);
        },
        iter: 200, threads: 1);
}
