using Damon.Linux.Backends;
using Damon.Linux.Engine;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Tests.Engine;

public sealed class EngineBackendTests : IDisposable
{
    readonly System.Diagnostics.Process _target = System.Diagnostics.Process.Start("sleep", "60");

    public void Dispose()
    {
        _target.Kill();
        _target.WaitForExit();
        _target.Dispose();
    }

    [Fact]
    public void Snapshots_come_from_the_first_one_on_to_who_watches()
    {
        using IMonitoringRun run = new EngineBackend(new EngineOptions { Seed = 1 }).Open(Request(_target.Id));
        run.Start();
        Assert.NotNull(run.AccessCheck.Name);

        // Whoever comes late misses nothing: nobody samples before.
        Thread.Sleep(50);
        Watcher watcher = new(() => run.RequestStop());
        Assert.Equal(KdamondEnd.Stopped, run.Watch(watcher));
        Assert.Equal(_target.Id, (long)watcher.TargetId);
        Assert.Equal(1, run.Summary.Snapshots);
    }

    [Fact]
    public void An_observer_that_has_enough_ends_the_run()
    {
        using IMonitoringRun run = new EngineBackend().Open(Request(_target.Id));
        run.Start();
        Assert.Equal(KdamondEnd.ObserverEnded, run.Watch(new Watcher(() => { }) { GoesOn = false }));
    }

    [Fact]
    public void A_run_that_is_given_back_before_anyone_watched_ends()
    {
        IMonitoringRun run = new EngineBackend().Open(Request(_target.Id));
        run.Start();
        run.Dispose();
        new EngineBackend().Open(Request(_target.Id)).Dispose();
    }

    [Fact]
    public void A_target_that_ends_ends_the_run()
    {
        using IMonitoringRun run = new EngineBackend().Open(Request(_target.Id));
        run.Start();
        _target.Kill();
        Assert.Equal(KdamondEnd.TargetsGone, run.Watch(new Watcher(() => { })));
    }

    [Fact]
    public void Attributes_and_schemes_change_while_it_runs()
    {
        using IMonitoringRun run = new EngineBackend().Open(Request(_target.Id));
        run.Start();
        Assert.Empty(run.ReadSchemeStatistics());
        MonitoringRequest other = Request(_target.Id);
        other = other with { Context = other.Context with { Attributes = other.Context.Attributes with { AggregationUs = 40_000 }, Schemes = [new Scheme()] } };
        int seen = 0;
        Watcher watcher = new(() =>
        {
            switch (++seen)
            {
                case 1:
                    _ = Task.Run(() => run.Change(other), TestContext.Current.CancellationToken);
                    break;
                case > 1 when run.ReadSchemeStatistics() is [{ NrTried: > 0 }]:
                    run.RequestStop();
                    break;
            }
        });
        Assert.Equal(KdamondEnd.Stopped, run.Watch(watcher));
        Assert.Single(run.ReadSchemeStatistics());
        BackendException e = Assert.Throws<BackendException>(() => run.Change(other with { Context = other.Context with { AddressUnit = 4096 } }));
        Assert.Equal("the engine has no address units: addresses are bytes", e.Message);
    }

    [Fact]
    public void Targets_that_cannot_be_monitored_are_refused_in_one_line()
    {
        EngineBackend backend = new();
        Assert.Null(backend.WhyNot());
        BackendException e = Assert.Throws<BackendException>(() => backend.Open(Request(int.MaxValue)));
        Assert.Equal($"there is no process {int.MaxValue}", e.Message);
        MonitoringRequest paused = Request(_target.Id);
        paused = paused with { Context = paused.Context with { IsPaused = true } };
        Assert.Equal("the engine has no paused contexts", backend.WhyNot(paused));
        Assert.Throws<BackendException>(() => backend.Open(paused));
    }

    static MonitoringRequest Request(int pid) => new()
    {
        Context = new ContextSpecification
        {
            Targets = [new ContextTarget { Pid = pid }],
            Attributes = new MonitoringAttributes { SampleUs = 2000, AggregationUs = 20_000, UpdateUs = 1_000_000 },
        },
    };

    sealed class Watcher(Action onSnapshot) : ISnapshotObserver
    {
        public bool GoesOn { get; init; } = true;

        public Int128 TargetId { get; private set; }

        public bool OnSnapshot(Snapshot snapshot)
        {
            TargetId = snapshot[0].Id;
            onSnapshot();
            return GoesOn;
        }
    }
}
