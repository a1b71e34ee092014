using System.Diagnostics;
using System.Globalization;
using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Tracing;
using Damon.Monitoring;
using Damon.Schemes.Text;

namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>A run of a kdamond that this process made.</summary>
internal sealed class SysfsRun : IMonitoringRun
{
    const int GiveBackTries = 3;

    /// <summary>A kdamond that ends by itself tells of its schemes what was fetched last.</summary>
    static readonly TimeSpan s_statisticsPeriod = TimeSpan.FromSeconds(1);

    readonly KernelTree _tree;
    readonly KernelTree _tracing;
    readonly OwnershipNote _note;
    readonly RunWait _wait;
    readonly List<string> _notes = [];
    readonly Lock _gate = new();
    SysfsKdamond? _kdamond;
    ulong _identity;
    int _pid = -1;
    ISnapshotSource? _source;
    MonitoringRequest? _request;
    IReadOnlyList<SnapshotSchemeStatistics>? _statistics;
    long _statisticsTime;
    bool _disposed;

    /// <param name="tree">The folder of the interface.</param>
    /// <param name="tracing">The folder of tracefs.</param>
    /// <param name="note">The right to use the interface; disposed with the run.</param>
    /// <param name="sleep">How to wait; null for real time.</param>
    internal SysfsRun(KernelTree tree, KernelTree tracing, OwnershipNote note, Action<TimeSpan>? sleep)
    {
        _tree = tree;
        _tracing = tracing;
        _note = note;
        _wait = new RunWait(IsAlive, sleep);
    }

    /// <inheritdoc/>
    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"the kernel's own DAMON by sysfs, kdamond {_kdamond?.Index}{(_pid > 0 ? $" (pid {_pid})" : "")}{(_source is { } source ? ", " + source.Description : "")}");

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The kdamond; null before it is made.</summary>
    internal SysfsKdamond? Kdamond => _kdamond;

    /// <summary>Makes the kdamond and sets it up.</summary>
    /// <exception cref="KernelDamonException">It cannot be done; the run is to be disposed of.</exception>
    internal void SetUp(MonitoringRequest request, SnapshotWay way)
    {
        ContextSpecification context = request.Context;
        string? noEvent = request.WantsSnapshots && way != SnapshotWay.TriedRegions ? TraceInstance.WhyNot(_tracing, TraceEventSource.Event) : "not wanted";
        bool byEvent = noEvent is null;
        _kdamond = new SysfsAdmin(_tree).Create();

        // Between the two lines a kill leaves a kdamond that is not noted: stopped, empty, and to be seen by 'damo doctor' as somebody's.
        _identity = _kdamond.Identity;
        _note.Save(claim => claim with { Kdamonds = [new ClaimedKdamond(_kdamond.Index, _identity, -1)] });
        _request = request;
        ContextSpecification whole = context;
        if (request.WantsSnapshots && !byEvent)
        {
            whole = WithStatSchemes(context);
            _source = new TriedRegionsSource(_kdamond, SysfsBackend.Ids(context), context.Schemes.Count, _wait, context.Attributes.AggregationUs, context.AddressUnit);
        }

        _kdamond.Configure(new KdamondSpecification { Contexts = [whole] });
        if (_source is not null && !_kdamond.Knows(SysfsCommand.UpdateSchemesTriedRegions))
        {
            throw new KernelDamonException($"this kernel's DAMON tells no snapshots: there is no event (it says: {noEvent}), and no '{_tree.PathOf("kdamonds/0/contexts/0/schemes/0/tried_regions")}', which Linux has since 6.2");
        }

        if (byEvent)
        {
            int self = _note.Claim.Pid;
            _note.Save(claim => claim with { TraceRoot = _tracing.Files.Root, TraceInstance = TraceInstance.PathOf(self) });
            _source = new TraceEventSource(_tracing, self, SysfsBackend.Ids(context), context.AddressUnit);
        }
    }

    /// <inheritdoc/>
    public void Start()
    {
        SysfsKdamond kdamond = _kdamond ?? throw new InvalidOperationException("Set it up first.");
        kdamond.Do(SysfsCommand.On);
        _pid = kdamond.Pid;
        _note.Save(claim => claim with { Kdamonds = [new ClaimedKdamond(kdamond.Index, _identity, _pid)] });
        if (_source is TraceEventSource trace)
        {
            // Without a pid the target is gone already.
            trace.Start(_pid > 0 ? _pid : null, _wait, _request!.Context.Attributes.AggregationUs);
        }
    }

    /// <inheritdoc/>
    public KdamondEnd Watch(ISnapshotObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        KdamondEnd end;
        if (_source is null)
        {
            TimeSpan period = TimeSpan.FromMicroseconds(Math.Clamp(_request!.Context.Attributes.AggregationUs, 50_000, 500_000));
            while (_wait.Pause(period))
            {
            }

            end = _wait.IsStopped ? KdamondEnd.Stopped : KdamondEnd.TargetsGone;
        }
        else
        {
            end = WatchSource(_source, observer);
            _notes.AddRange(_source.Notes());
        }

        KeepStatistics();
        return end;
    }

    KdamondEnd WatchSource(ISnapshotSource source, ISnapshotObserver observer)
    {
        Snapshot snapshot = new();
        while (source.Next(snapshot))
        {
            if (!observer.OnSnapshot(snapshot))
            {
                return _wait.IsStopped ? KdamondEnd.Stopped : KdamondEnd.ObserverEnded;
            }
        }

        return _wait.IsStopped ? KdamondEnd.Stopped : KdamondEnd.TargetsGone;
    }

    /// <inheritdoc/>
    public void RequestStop() => _wait.Stop();

    /// <inheritdoc/>
    public IReadOnlyList<SnapshotSchemeStatistics> ReadSchemeStatistics()
    {
        lock (_gate)
        {
            if (_statistics is { } kept)
            {
                return kept;
            }

            ThrowIfNotOurs();
            int count = _request!.Context.Schemes.Count;

            // One that has ended tells what was fetched last.
            return _kdamond!.IsOn
                ? _kdamond.ReadStatistics(count)
                : [.. Enumerable.Range(0, count).Select(_kdamond.ReadFetchedStatistics)];
        }
    }

    /// <inheritdoc/>
    public void Change(MonitoringRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_gate)
        {
            ThrowIfNotOurs();
            if (_source is TriedRegionsSource && request.Context.Schemes.Count != _request!.Context.Schemes.Count)
            {
                throw new KernelDamonException("the number of schemes cannot change while snapshots are taken by a scheme");
            }

            if (request.Context.Targets.Count != _request!.Context.Targets.Count)
            {
                throw new KernelDamonException("the number of targets cannot change while they are monitored");
            }

            _kdamond!.Commit(new KdamondSpecification { Contexts = [_source is TriedRegionsSource ? WithStatSchemes(request.Context) : request.Context] });
            _request = request;
        }
    }

    /// <summary>Gives everything back. What cannot be is told by <see cref="Notes"/>, and stays noted for <c>damo stop --ours</c>.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Try(() => _source?.Dispose());
        if (_kdamond is not null)
        {
            Try(GiveBack);
        }

        _wait.Dispose();
        _note.Dispose();
    }

    void GiveBack()
    {
        SysfsAdmin admin = new(_tree);
        if (_tree.IsGone($"kdamonds/{_kdamond!.Index}"))
        {
            return;
        }

        if (_identity == 0)
        {
            // We were told of a failure before we could look at what we had made; nobody else can have been quicker.
            _identity = _kdamond.Identity;
        }

        if (WhoseNow() is { } reason)
        {
            _notes.Add(reason);
            return;
        }

        _kdamond.Stop();
        if (admin.Remove(_identity) is { } refused)
        {
            throw new KernelDamonException(refused);
        }
    }

    void Try(Action action)
    {
        for (int left = GiveBackTries; ; left--)
        {
            try
            {
                action();
                return;
            }
            catch (KernelDamonException e) when (left == 1)
            {
                _notes.Add($"{e.Message} ('damo stop --ours' tries that again)");
                _note.Stays = true;
                return;
            }
            catch (KernelDamonException)
            {
                // Nothing is worth more than that nothing stays behind.
            }
        }
    }

    static ContextSpecification WithStatSchemes(ContextSpecification context) =>
        context with { Schemes = [.. context.Schemes, .. TriedRegionsSource.Schemes(context.Targets.Count)] };

    bool IsAlive()
    {
        ThrowIfNotOurs();
        if (!_kdamond!.IsOn)
        {
            return false;
        }

        if (_request!.Context.Schemes.Count > 0 && Stopwatch.GetElapsedTime(_statisticsTime) > s_statisticsPeriod)
        {
            _statisticsTime = Stopwatch.GetTimestamp();
            try
            {
                _kdamond.Do(SysfsCommand.UpdateSchemesStats);
            }
            catch (KernelDamonException) when (!_kdamond.IsOn)
            {
                return false;
            }
            catch (KernelDamonException)
            {
                // Busy with something else: the next time will do.
            }
        }

        return true;
    }

    void ThrowIfNotOurs()
    {
        if (WhoseNow() is { } reason)
        {
            throw new KernelDamonException(reason);
        }
    }

    /// <summary>Why the kdamond with our number is no longer ours; null while it is.</summary>
    string? WhoseNow()
    {
        ulong identity = _kdamond!.Identity;
        if (identity == 0)
        {
            return $"'{_tree.PathOf($"kdamonds/{_kdamond.Index}")}' was taken away while it was used";
        }

        if (identity != _identity)
        {
            return $"somebody else has made kdamond {_kdamond.Index} anew while it was used: it is left alone";
        }

        // Before the start was seen it is ours in any case.
        return _pid > 0 && _kdamond.IsOn && _kdamond.Pid is var pid && pid > 0 && pid != _pid
            ? $"somebody else has started kdamond {_kdamond.Index} anew while it was used: it is left alone"
            : null;
    }

    void KeepStatistics()
    {
        if (_request!.Context.Schemes.Count == 0)
        {
            _statistics = [];
            return;
        }

        try
        {
            _statistics = ReadSchemeStatistics();
        }
        catch (KernelDamonException e)
        {
            _notes.Add($"what the schemes did is not known: {e.Message}");
            _statistics = new SnapshotSchemeStatistics[_request.Context.Schemes.Count];
        }
    }
}
