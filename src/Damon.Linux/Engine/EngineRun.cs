using System.ComponentModel;
using Damon.Linux.AccessChecks;
using Damon.Linux.Actions;
using Damon.Linux.Backends;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Schemes;

namespace Damon.Linux.Engine;

/// <summary>
/// A run of the engine in user space: the one place where clock, address space, access check, targets, schemes and overhead bound come together.
/// </summary>
/// <remarks>
/// It owns them all. It is driven in one of three ways: watched, as any backend's run; by <see cref="Begin"/>, on a thread of its own that only observers hear
/// of; or by <see cref="Run"/>, on the caller's.
/// </remarks>
sealed class EngineRun : IMonitoringRun, IKdamondObserver
{
    readonly EngineOptions _options;
    readonly IKdamondClock _clock;
    readonly IAccessCheck? _check;
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ManualResetEventSlim _watched = new();
    IReadOnlyList<Scheme> _schemes = [];
    ISnapshotObserver? _watcher;
    KdamondThread? _thread;
    bool _hasRun;
    bool _disposed;

    /// <summary>A run without targets and schemes.</summary>
    /// <param name="operations">The address space; disposed with the run.</param>
    /// <param name="check">How accesses are seen in it, which it owns; null where nothing is to be told of that.</param>
    /// <param name="clock">Disposed with the run, where it can be.</param>
    /// <param name="attributes">Intervals and limits of the number of regions.</param>
    /// <param name="options">The rest.</param>
    internal EngineRun(ILinuxOperations operations, IAccessCheck? check, IKdamondClock clock, MonitoringAttributes attributes, EngineOptions options)
    {
        Operations = operations;
        _check = check;
        _clock = clock;
        _options = options;
        Kdamond = new Kdamond(new MonitoringContext(operations, options.Seed) { Attributes = attributes }, clock)
        {
            Governor = options.OverheadPercent is { } percent ? new OverheadGovernor(attributes, percent) : null,
        };
        Context.Observers.AddRange(options.Observers);
    }

    /// <summary>What runs. Its context belongs to its thread while it does.</summary>
    internal Kdamond Kdamond { get; }

    /// <summary>What is monitored.</summary>
    internal MonitoringContext Context => Kdamond.Context;

    /// <summary>The address space.</summary>
    internal ILinuxOperations Operations { get; }

    /// <summary>The time it goes by.</summary>
    internal IKdamondClock Clock => _clock;

    /// <summary>What applies the schemes; null where there are none.</summary>
    internal SchemeEngine? Schemes => Context.Policy as SchemeEngine;

    /// <summary>Whether there are processes of the targets that may not be looked at.</summary>
    internal bool HidesProcesses => Operations is VirtualOperations { HiddenProcesses.Count: > 0 };

    /// <inheritdoc/>
    public string Description => _check is null ? "engine in user space" : $"engine in user space, access check {_check.Kind.Name()}: {_check.Description}";

    /// <inheritdoc/>
    public RecordAccessCheck AccessCheck => _check is null
        ? new RecordAccessCheck()
        : new RecordAccessCheck { Name = _check.Kind.Name(), Granularity = _check.IsPerPage ? "page" : "mapping", Notes = [_check.Description] };

    /// <inheritdoc/>
    public IMappingObserver? Mappings
    {
        get => Operations.Observer;
        set => Operations.Observer = value;
    }

    /// <inheritdoc/>
    public RecordSummary Summary => RecordSummary.Of(Kdamond) with { Notes = [.. AccuracyNotes()] };

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => [.. AccuracyNotes(), .. Operations.ActionNotes];

    /// <summary>A run without targets and schemes, over memory of this machine.</summary>
    /// <param name="addressSpace">Which memory.</param>
    /// <param name="attributes">Intervals and limits of the number of regions.</param>
    /// <param name="options">The rest.</param>
    /// <exception cref="TargetOpenException">It cannot be monitored here; the message says why and what to do.</exception>
    /// <exception cref="Win32Exception">No more file descriptors.</exception>
    internal static EngineRun Create(AddressSpace addressSpace, MonitoringAttributes attributes, EngineOptions options)
    {
        ILinuxOperations operations;
        IAccessCheck check;
        if (addressSpace == AddressSpace.Physical)
        {
            PhysicalOperations physical = PhysicalOperations.Create(options.AccessCheck);
            (operations, check) = (physical, physical.Checker);
        }
        else
        {
            VirtualOperations processes = new(options.AccessCheck)
            {
                FollowsChildren = options.FollowsChildren,
                KeepsGivenRegions = options.KeepsGivenRegions,
                LeavesOutInaccessible = options.LeavesOutInaccessible,
                AllowPtrace = options.AllowPtrace,
                Adopted = options.Adopted,
            };
            (operations, check) = (processes, processes.Checker);
        }

        try
        {
            return new EngineRun(operations, check, new LinuxClock(), attributes, options);
        }
        catch
        {
            operations.Dispose();
            throw;
        }
    }

    /// <summary>A run with its targets and schemes.</summary>
    /// <param name="context">What to monitor, and to do about it.</param>
    /// <param name="options">The rest.</param>
    /// <inheritdoc cref="Create" path="/exception"/>
    internal static EngineRun Open(ContextSpecification context, EngineOptions options)
    {
        EngineRun run = Create(context.Operations, context.Attributes, options);
        try
        {
            foreach (ContextTarget given in context.Targets)
            {
                Target target = run.Operations.OpenTarget(given.Pid);
                run.Context.AddTarget(target);
                if (given.Regions.Count > 0)
                {
                    ThreeRegions.SetInitialRegions(target.Regions, [.. given.Regions], context.Attributes.MinNrRegions, run.Context.MinRegionSize);
                }
            }

            run.SetSchemes(context.Schemes);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>What the engine has not of what can be asked for; null when it has all.</summary>
    internal static string? Refusal(ContextSpecification context) =>
        context.AddressUnit != 1 ? "the engine has no address units: addresses are bytes"
        : context.IsPaused ? "the engine has no paused contexts"
        : context.IntervalsGoal.Aggregations > 0 ? "the engine does not tune its intervals by a goal"
        : context.Attributes.Check();

    /// <summary>Has schemes act on what is found, in place of those that did; by the thread that owns the context.</summary>
    internal void SetSchemes(IReadOnlyList<Scheme> schemes)
    {
        _schemes = schemes;
        if (schemes.Count == 0)
        {
            Context.Policy = null;
            return;
        }

        ISchemeActions actions = _options.IsRehearsal ? new RehearsedActions(Operations) : _options.Actions ?? Operations;
        SchemeEngine engine = new(actions, _clock) { Metrics = new SystemMetrics() };
        foreach (Scheme scheme in schemes)
        {
            engine.Add(scheme);
        }

        Context.Policy = engine;
    }

    /// <summary>Monitors on a thread of its own, and returns at once.</summary>
    internal KdamondThread Begin()
    {
        _hasRun = true;
        return _thread = KdamondThread.Start(Kdamond);
    }

    /// <summary>Monitors on this thread.</summary>
    /// <returns>Why it ended.</returns>
    internal KdamondEnd Run()
    {
        _hasRun = true;
        return Kdamond.Run();
    }

    /// <inheritdoc/>
    public void Start()
    {
        Context.Observers.Add(this);
        _ = Task.WaitAny(_ready.Task, Begin().Completion);
    }

    /// <inheritdoc/>
    public KdamondEnd Watch(ISnapshotObserver observer)
    {
        KdamondThread thread = _thread ?? throw new InvalidOperationException("Start it first.");
        _watcher = observer;
        _watched.Set();
        return thread.Completion.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void RequestStop() => Kdamond.Stop();

    /// <inheritdoc/>
    public IReadOnlyList<SnapshotSchemeStatistics> ReadSchemeStatistics() =>
        [.. _schemes.Select(scheme => scheme.Statistics.ToSnapshot(scheme.MaxNrSnapshots))];

    /// <inheritdoc/>
    public void Change(MonitoringRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Refusal(request.Context) is { } reason)
        {
            throw new BackendException(reason);
        }

        Kdamond.Invoke(context =>
        {
            context.Attributes = request.Context.Attributes;
            SetSchemes(request.Context.Schemes);
        }).GetAwaiter().GetResult();
    }

    /// <summary>Ends monitoring where it goes on, and gives everything back.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;

        // In this order, or a run that nobody watched would take a sample yet.
        Kdamond.Stop();
        _watched.Set();
        _thread?.Dispose();
        if (!_hasRun)
        {
            foreach (Target target in Context.Targets)
            {
                Operations.CleanupTarget(target);
            }
        }

        Operations.Dispose();
        (_clock as IDisposable)?.Dispose();
        _watched.Dispose();
    }

    /// <summary>No sample is taken before the watchers have been called.</summary>
    bool IKdamondObserver.BeforeStart(MonitoringContext context)
    {
        _ready.SetResult();
        _watched.Wait();
        return true;
    }

    bool IKdamondObserver.OnSnapshot(MonitoringContext context, Snapshot snapshot) => _watcher?.OnSnapshot(snapshot) ?? true;

    IEnumerable<string> AccuracyNotes()
    {
        foreach (string note in _check?.Notes() ?? [])
        {
            yield return note;
        }

        if (Operations is not VirtualOperations processes)
        {
            yield break;
        }

        if (processes.HiddenProcesses is { Count: > 0 } hidden)
        {
            yield return "Left out, since they run a program with other privileges (setuid) or one that forbids it, and this user may not look at them: "
                + $"{string.Join(", ", hidden)}.";
        }

        if (processes.NrChildrenNotFollowed > 0)
        {
            yield return $"Not all descendants were followed: at most {processes.MaxTargets} processes are monitored at a time.";
        }
    }
}
