using System.Collections.Concurrent;

namespace Damon.Monitoring;

/// <summary>
/// The worker that monitors one context: samples, counts, aggregates, merges and splits until it is stopped or its targets are gone.
/// </summary>
/// <remarks>
/// One thread owns the running context. Everybody else gets in through <see cref="Invoke"/>, whose work that thread does between two
/// samples; there are no locks around regions. Intervals are counted in samples, as kernels do since 6.7, on absolute deadlines: a
/// tick that comes too late is counted as missed and never caught up.
/// </remarks>
/// <param name="context">What to monitor.</param>
/// <param name="clock">The time to live by.</param>
public sealed class Kdamond(MonitoringContext context, IKdamondClock clock)
{
    readonly ConcurrentQueue<Action> _requests = new();
    readonly Lock _gate = new();
    readonly Snapshot _snapshot = new();
    volatile bool _stopRequested;
    bool _running;
    bool _ended;
    int _attributesVersion;
    ulong _samples;
    ulong _nextAggregation;
    ulong _nextUpdate;
    long _deadlineNs;

    /// <summary>What is monitored.</summary>
    public MonitoringContext Context { get; } = context;

    /// <summary>What the run has done and cost so far.</summary>
    public KdamondStatistics Statistics { get; } = new();

    /// <summary>
    /// Bounds the cost of the run; null for no bound. Set it before the run. Attributes that are set while running are stretched in their turn.
    /// </summary>
    public OverheadGovernor? Governor { get; set; }

    /// <summary>Whether <see cref="Run"/> has begun and not ended.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>Monitors on the calling thread until the end.</summary>
    /// <returns>Why it ended.</returns>
    /// <exception cref="InvalidOperationException">It runs already or has run: a kdamond runs once.</exception>
    public KdamondEnd Run()
    {
        lock (_gate)
        {
            if (_running || _ended)
            {
                throw new InvalidOperationException("A kdamond runs once; make a new one to monitor again.");
            }

            _running = true;
        }

        try
        {
            return RunOnce();
        }
        finally
        {
            lock (_gate)
            {
                _running = false;
                _ended = true;

                // Under the lock: from here on any thread that asks may do the work itself, but not beside this one.
                RunRequests();
            }
        }
    }

    /// <summary>Asks the run to end after the sample that is under way; returns at once. Also ends a run that has not begun yet.</summary>
    public void Stop()
    {
        _stopRequested = true;
        clock.Wake();
    }

    /// <summary>Has <paramref name="action"/> done between two samples by the thread that owns the context, or at once when none runs.</summary>
    /// <returns>Completed when it is done; faulted with what it threw, which does not hurt the run.</returns>
    public Task Invoke(Action<MonitoringContext> action)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _requests.Enqueue(() =>
            {
                try
                {
                    action(Context);
                    done.SetResult();
                }
                catch (Exception e)
                {
                    done.SetException(e);
                }
            });
            if (!_running)
            {
                RunRequests();
            }
        }

        clock.Wake();
        return done.Task;
    }

    KdamondEnd RunOnce()
    {
        IOperations operations = Context.Operations;
        long cpuStart = clock.ThreadCpuNs;
        Statistics.StartNs = Statistics.LastNs = clock.NowNs;
        try
        {
            operations.Init(Context);
            _ = RegionAdjustment.ApplyMinNrRegions(Context);
            Context.IsAggregating = true;
            ScheduleFromNow();
            if (!Ask(static (observer, context) => observer.BeforeStart(context)))
            {
                return KdamondEnd.ObserverEnded;
            }

            _deadlineNs = clock.NowNs;
            while (true)
            {
                if (Tick(cpuStart) is { } end)
                {
                    return end;
                }
            }
        }
        finally
        {
            try
            {
                foreach (IKdamondObserver observer in Context.Observers)
                {
                    observer.BeforeTerminate(Context);
                }
            }
            finally
            {
                Context.IsAggregating = false;
                operations.Cleanup(Context);
                Statistics.CpuNs = clock.ThreadCpuNs - cpuStart;
            }
        }
    }

    KdamondEnd? Tick(long cpuStart)
    {
        RunRequests();
        if (_stopRequested)
        {
            return KdamondEnd.Stopped;
        }

        if (AllTargetsGone())
        {
            return KdamondEnd.TargetsGone;
        }

        if (Rest())
        {
            return null;
        }

        long prepareStart = clock.NowNs;
        Context.Operations.PrepareAccessChecks(Context);
        long prepareEnd = clock.NowNs;
        if (!Ask(static (observer, context) => observer.AfterSampling(context)))
        {
            return KdamondEnd.ObserverEnded;
        }

        if (!SleepOneSample())
        {
            // The window was cut short: its answers would count as those of a whole sample.
            return KdamondEnd.Stopped;
        }

        long checkStart = clock.NowNs;
        Context.Operations.CheckAccesses(Context);
        long checkEnd = clock.NowNs;
        FollowAttributes();
        uint largest = CountSamples();
        _samples++;
        Statistics.NrSamples++;
        Statistics.CheckNs += prepareEnd - prepareStart + (checkEnd - checkStart);
        Statistics.LastNs = checkEnd;

        SamplingWindow window = new(prepareStart, prepareEnd, checkStart, checkEnd);
        bool goOn = true;
        foreach (IKdamondObserver observer in Context.Observers)
        {
            goOn &= observer.AfterCheck(Context, in window);
        }

        if (!goOn)
        {
            return KdamondEnd.ObserverEnded;
        }

        FollowAttributes();
        if (_samples >= _nextAggregation)
        {
            _nextAggregation = _samples + Math.Max(Context.Attributes.MaxNrAccesses, 1);
            if (!Aggregate(largest, checkEnd, cpuStart))
            {
                return KdamondEnd.ObserverEnded;
            }
        }
        else
        {
            Context.Policy?.AfterSample(Context, _samples, checkEnd, isAggregated: false);
        }

        if (_samples >= _nextUpdate)
        {
            _nextUpdate = _samples + Math.Max(Context.Attributes.SamplesPerUpdate, 1);
            Context.Operations.Update(Context);
        }

        return null;
    }

    bool Aggregate(uint largestNrAccesses, long nowNs, long cpuStart)
    {
        // Calculated each time: requests may have added, removed or re-fitted anything, and it costs less than one sample.
        Context.IsAggregating = false;
        RegionAdjustment.MergeAll(Context, largestNrAccesses / 10, RegionAdjustment.ApplyMinNrRegions(Context));
        if (!Ask(static (observer, context) => observer.AfterAggregation(context)))
        {
            return false;
        }

        Context.Policy?.AfterSample(Context, _samples, nowNs, isAggregated: true);
        Statistics.NrAggregations++;
        Statistics.LastAggregationNs = nowNs;
        Statistics.CpuNs = clock.ThreadCpuNs - cpuStart;
        Context.FillSnapshot(_snapshot, nowNs);
        bool goOn = true;
        foreach (IKdamondObserver observer in Context.Observers)
        {
            goOn &= observer.OnSnapshot(Context, _snapshot);
        }

        if (!goOn)
        {
            return false;
        }

        RegionAdjustment.ResetAggregated(Context);
        Context.IsAggregating = true;
        RegionAdjustment.SplitAll(Context);
        FollowAttributes();
        if (Governor?.Decide(nowNs, Statistics.CpuNs) is { } attributes)
        {
            Context.Attributes = attributes;

            // An update that is due stays due: a governor that decides often must not put it off for ever.
            ulong nextUpdate = _nextUpdate;
            ScheduleFromNow();
            _nextUpdate = Math.Min(_nextUpdate, nextUpdate);
        }

        return true;
    }

    uint CountSamples()
    {
        uint samplesPerAggregation = Context.Attributes.MaxNrAccesses;
        uint largest = 0;
        foreach (Target target in Context.Targets)
        {
            Span<Region> regions = target.Regions.AsSpan();
            foreach (ref Region region in regions)
            {
                region.CountSample(samplesPerAggregation);
                largest = Math.Max(largest, region.NrAccesses);
            }

            Statistics.NrChecks += regions.Length;
        }

        return largest;
    }

    /// <returns>False when a stop cut the sleep short.</returns>
    bool SleepOneSample()
    {
        long interval = (long)Math.Min(Context.Attributes.SampleUs, long.MaxValue / 2000) * 1000;
        _deadlineNs += interval;
        long now = clock.NowNs;
        if (interval > 0 && now > _deadlineNs)
        {
            // Stay on the grid of the intervals, but do not run after the ticks that are gone.
            long missed = ((now - _deadlineNs) / interval) + 1;
            Statistics.NrMissedTicks += missed;
            _deadlineNs += missed * interval;
        }

        do
        {
            // A request also ends a sleep, but is served between two samples: this one must have its full length.
            if (_stopRequested)
            {
                return false;
            }

            clock.SleepUntil(_deadlineNs);
            now = clock.NowNs;
        }
        while (now < _deadlineNs);

        if (interval > 0)
        {
            Statistics.Lateness.Add(now - _deadlineNs);
        }

        return true;
    }

    /// <summary>Restarts the intervals when a request, or an observer in any of its hooks, has set other attributes.</summary>
    void FollowAttributes()
    {
        if (_attributesVersion != Context.AttributesVersion)
        {
            Governor?.Restart(Context.Attributes);
            ScheduleFromNow();
        }
    }

    void ScheduleFromNow()
    {
        _attributesVersion = Context.AttributesVersion;
        _nextAggregation = _samples + Math.Max(Context.Attributes.MaxNrAccesses, 1);
        _nextUpdate = _samples + Math.Max(Context.Attributes.SamplesPerUpdate, 1);
        Context.Policy?.Reschedule(Context, _samples);
    }

    /// <summary>Sleeps as long as the policy wants nothing done, or until a request wakes it.</summary>
    /// <returns>True after a rest: check for requests and for the end before sampling.</returns>
    bool Rest()
    {
        if (Context.Policy?.RestNs(Context, clock.NowNs) is not (> 0 and long restNs))
        {
            return false;
        }

        long now = clock.NowNs;
        clock.SleepUntil(restNs > long.MaxValue - now ? long.MaxValue : now + restNs);

        // The grid of the samples restarts: ticks during the rest do not count as missed.
        _deadlineNs = Statistics.LastNs = clock.NowNs;
        return true;
    }

    bool AllTargetsGone()
    {
        if (!Context.Operations.ChecksTargets)
        {
            return false;
        }

        foreach (Target target in Context.Targets)
        {
            if (Context.Operations.IsTargetValid(target))
            {
                return false;
            }
        }

        return true;
    }

    bool Ask(Func<IKdamondObserver, MonitoringContext, bool> question)
    {
        // All observers are asked, even when one wants the end: a writer must not miss what others have seen.
        bool goOn = true;
        foreach (IKdamondObserver observer in Context.Observers)
        {
            goOn &= question(observer, Context);
        }

        return goOn;
    }

    void RunRequests()
    {
        while (_requests.TryDequeue(out Action? request))
        {
            request();
        }
    }
}
