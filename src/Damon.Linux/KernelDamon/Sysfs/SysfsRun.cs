using System.Diagnostics;
using System.Globalization;
using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Runs;
using Damon.Linux.KernelDamon.Tracing;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>A run of a kdamond that this process made.</summary>
sealed class SysfsRun : KernelRun
{
    /// <summary>A kdamond that ends by itself tells of its schemes what was fetched last.</summary>
    static readonly TimeSpan s_statisticsPeriod = TimeSpan.FromSeconds(1);

    readonly KernelTree _tree;
    readonly KernelTree _tracing;
    readonly SnapshotOrigin _origin;
    SysfsKdamond? _kdamond;
    ulong _identity;
    int _pid = -1;
    long _statisticsTime;

    /// <inheritdoc cref="KernelRun(string, string, OwnershipNotes, Action{TimeSpan}?)"/>
    /// <param name="tree">The folder of the interface.</param>
    /// <param name="tracing">The folder of tracefs.</param>
    /// <param name="notes">Where runs note what is theirs.</param>
    /// <param name="origin">Where snapshots come from.</param>
    /// <param name="sleep">How to wait; null for real time.</param>
    internal SysfsRun(KernelTree tree, KernelTree tracing, OwnershipNotes notes, SnapshotOrigin origin, Action<TimeSpan>? sleep)
        : base(SysfsBackend.BackendName, tree.Files.Root, notes, sleep)
    {
        _tree = tree;
        _tracing = tracing;
        _origin = origin;
    }

    /// <inheritdoc/>
    public override string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"the kernel's own DAMON by sysfs, kdamond "
            + $"{_kdamond?.Index}{(_pid > 0 ? $" (pid {_pid})" : "")}{(Source is { } source ? ", " + source.Description : "")}");

    /// <inheritdoc/>
    protected override void Prepare(MonitoringRequest request)
    {
        ContextSpecification context = request.Context;
        string? noEvent = request.WantsSnapshots && _origin != SnapshotOrigin.TriedRegions
            ? TraceInstance.WhyNot(_tracing, TraceEventSource.Event)
            : "not wanted";
        bool byEvent = noEvent is null;
        _kdamond = new SysfsAdmin(_tree).Create();

        // Between the two lines a kill leaves a kdamond that is not noted: stopped, empty, and shown by 'damo doctor' as belonging to others.
        _identity = _kdamond.Identity;
        Note.Save(claim => claim with { Kdamonds = [new ClaimedKdamond(_kdamond.Index, _identity, -1)] });
        ContextSpecification whole = context;
        if (request.WantsSnapshots && !byEvent)
        {
            whole = WithStatSchemes(context);
            Source = new TriedRegionsSource(_kdamond, request.TargetIds, context.Schemes.Count, Wait, context.Attributes.AggregationUs, context.AddressUnit);
        }

        _kdamond.Configure(new KdamondSpecification { Contexts = [whole] });
        if (Source is not null && !_kdamond.Knows(SysfsCommand.UpdateSchemesTriedRegions))
        {
            throw new KernelDamonException(
                $"this kernel's DAMON tells no snapshots: there is no event (it says: {noEvent}), and no "
                    + $"'{_tree.PathOf("kdamonds/0/contexts/0/schemes/0/tried_regions")}', which Linux has since 6.2");
        }

        if (byEvent)
        {
            int self = Note.Claim.Pid;
            Note.Save(claim => claim with { TraceRoot = _tracing.Files.Root, TraceInstance = TraceInstance.PathOf(self) });
            Source = new TraceEventSource(_tracing, self, request.TargetIds, context.AddressUnit);
        }
    }

    /// <inheritdoc/>
    public override void Start()
    {
        SysfsKdamond kdamond = _kdamond ?? throw new InvalidOperationException("Set it up first.");
        kdamond.Do(SysfsCommand.On);
        _pid = kdamond.Pid;
        Note.Save(claim => claim with { Kdamonds = [new ClaimedKdamond(kdamond.Index, _identity, _pid)] });
        if (Source is TraceEventSource trace)
        {
            // Without a pid the target is gone already.
            trace.Start(_pid > 0 ? _pid : null, Wait, Request.Context.Attributes.AggregationUs);
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<SnapshotSchemeStatistics> ReadStatistics()
    {
        ThrowIfNotOurs();
        int count = Request.Context.Schemes.Count;

        // One that has ended tells what was fetched last.
        return _kdamond!.IsOn
            ? _kdamond.ReadStatistics(count)
            : [.. Enumerable.Range(0, count).Select(_kdamond.ReadFetchedStatistics)];
    }

    /// <inheritdoc/>
    protected override void Commit(MonitoringRequest request)
    {
        ThrowIfNotOurs();
        if (Source is TriedRegionsSource && request.Context.Schemes.Count != Request.Context.Schemes.Count)
        {
            throw new KernelDamonException("the number of schemes cannot change while snapshots are taken by a scheme");
        }

        if (request.Context.Targets.Count != Request.Context.Targets.Count)
        {
            throw new KernelDamonException("the number of targets cannot change while they are monitored");
        }

        _kdamond!.Commit(new KdamondSpecification { Contexts = [Source is TriedRegionsSource ? WithStatSchemes(request.Context) : request.Context] });
    }

    /// <inheritdoc/>
    protected override void GiveBack()
    {
        Try(() => Source?.Dispose());
        if (_kdamond is not null)
        {
            Try(GiveBackKdamond);
        }
    }

    void GiveBackKdamond()
    {
        SysfsAdmin admin = new(_tree);
        if (_tree.IsGone($"kdamonds/{_kdamond!.Index}"))
        {
            return;
        }

        if (_identity == 0)
        {
            // We were told of a failure before we could look at what we had made; no other process can have been quicker.
            _identity = _kdamond.Identity;
        }

        if (WhoseNow() is { } reason)
        {
            AddNote(reason);
            return;
        }

        _kdamond.Stop();
        if (admin.Remove(_identity) is { } refused)
        {
            throw new KernelDamonException(refused);
        }
    }

    static ContextSpecification WithStatSchemes(ContextSpecification context) =>
        context with { Schemes = [.. context.Schemes, .. TriedRegionsSource.Schemes(context.Targets.Count)] };

    /// <inheritdoc/>
    protected override bool IsAlive()
    {
        ThrowIfNotOurs();
        if (!_kdamond!.IsOn)
        {
            return false;
        }

        if (Request.Context.Schemes.Count > 0 && Stopwatch.GetElapsedTime(_statisticsTime) > s_statisticsPeriod)
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
}
