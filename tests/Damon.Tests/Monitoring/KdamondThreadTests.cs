using System.Runtime.CompilerServices;
using Damon.Monitoring;
using Damon.Simulation;

namespace Damon.Tests.Monitoring;

public sealed class KdamondThreadTests
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_thread_runs_until_it_is_stopped()
    {
        using TimeProviderClock clock = new(TimeProvider.System);
        Kdamond kdamond = NewKdamond(clock);
        using KdamondThread thread = KdamondThread.Start(kdamond, "monitor");
        Assert.True(SpinWait.SpinUntil(() => kdamond.IsRunning, s_limit)); // before that the caller itself would do what it asks for
        string? name = null;
        bool isCurrent = false;
        bool isBackground = false;
        await kdamond.Invoke(_ => (name, isCurrent, isBackground) = (Thread.CurrentThread.Name, thread.IsCurrent, Thread.CurrentThread.IsBackground))
            .WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.Equal("monitor", name);
        Assert.True(isCurrent);
        Assert.True(isBackground);
        Assert.False(thread.IsCurrent);
        Assert.False(thread.Completion.IsCompleted);
        Assert.Equal(KdamondEnd.Stopped, thread.Stop());
        Assert.Equal(KdamondEnd.Stopped, thread.Stop());
        Assert.Equal(KdamondEnd.Stopped, await thread.Completion);
    }

    [Fact]
    public async Task A_thread_ends_when_its_targets_are_gone()
    {
        Kdamond kdamond = NewKdamond(new SimulatedClock(), "map 1G 64M\ndie 2s\n");
        using KdamondThread thread = KdamondThread.Start(kdamond);
        Assert.Equal(KdamondEnd.TargetsGone, await thread.Completion.WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.Equal(KdamondEnd.TargetsGone, thread.Stop());
    }

    [Fact]
    public async Task The_exception_that_ends_a_thread_is_kept_and_disposing_does_not_throw()
    {
        Kdamond kdamond = NewKdamond(new SimulatedClock());
        InvalidOperationException fault = new("broken");
        kdamond.Context.Observers.Add(new SnapshotCallback(_ => throw fault));
        KdamondThread thread = KdamondThread.Start(kdamond);
        Assert.Same(
            fault,
            await Assert.ThrowsAsync<InvalidOperationException>(() => thread.Completion.WaitAsync(s_limit, TestContext.Current.CancellationToken)));
        Assert.Same(fault, Assert.Throws<InvalidOperationException>(() => thread.Stop()));
        thread.Dispose();
        thread.Dispose();
    }

    [Fact]
    public async Task Its_own_thread_cannot_wait_for_the_end_but_can_ask_for_it()
    {
        Kdamond kdamond = NewKdamond(new SimulatedClock());
        TaskCompletionSource<KdamondThread> made = new();
        Exception? refused = null;
        kdamond.Context.Observers.Add(new SnapshotCallback(_ =>
        {
            KdamondThread own = made.Task.GetAwaiter().GetResult();
            refused = Record.Exception(() => own.Stop());
            own.Dispose();
        }));
        KdamondThread thread = KdamondThread.Start(kdamond);
        made.SetResult(thread);
        Assert.Equal(KdamondEnd.Stopped, await thread.Completion.WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.IsType<InvalidOperationException>(refused);
    }

    [Fact]
    public void Disposing_waits_for_the_end()
    {
        Kdamond kdamond = NewKdamond(new SimulatedClock());
        Thread disposing = Thread.CurrentThread;
        kdamond.Context.Observers.Add(new ProbeObserver
        {
            // The run does not end before somebody waits for it, or not soon.
            On = call => _ = call != "BeforeTerminate" || SpinWait.SpinUntil(() => disposing.ThreadState.HasFlag(ThreadState.WaitSleepJoin), s_limit),
        });
        KdamondThread thread = KdamondThread.Start(kdamond);
        thread.Dispose();
        Assert.True(thread.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public void Without_a_kdamond_nothing_starts() =>
        Assert.Equal("kdamond", Assert.Throws<ArgumentNullException>(() => KdamondThread.Start(null!)).ParamName);

    [Fact]
    public void An_unobserved_failure_stays_quiet()
    {
        InvalidOperationException fault = new("broken");
        bool isReported = false;
        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => isReported |= e.Exception.InnerExceptions.Contains(fault);

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            StartAndDrop(fault);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.False(isReported);
    }

    [Fact]
    public async Task Requests_may_come_after_the_clock_is_disposed()
    {
        TimeProviderClock clock = new(TimeProvider.System);
        Kdamond kdamond = NewKdamond(clock);
        KdamondThread.Start(kdamond).Dispose();
        clock.Dispose();
        bool isDone = false;
        await kdamond.Invoke(_ => isDone = true);
        kdamond.Stop();
        Assert.True(isDone);
    }

    /// <summary>In a method of its own, so that nothing on the stack holds what it made.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void StartAndDrop(Exception fault)
    {
        Kdamond kdamond = NewKdamond(new SimulatedClock());
        kdamond.Context.Observers.Add(new ProbeObserver { On = _ => throw fault });
        KdamondThread.Start(kdamond).Dispose();
    }

    static Kdamond NewKdamond(IKdamondClock clock, string script = "map 1G 64M\n")
    {
        MonitoringContext context = new(new SimulatedOperations(SimulatedPattern.Parse(script), clock));
        context.AddTarget(new Target(1));
        return new Kdamond(context, clock);
    }
}
