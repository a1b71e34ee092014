using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records.Sidecar;

namespace Damon.Linux.KernelDamon.Runs;

/// <summary>A run of the kernel's own DAMON, by whatever interface: it is watched, and given back whole.</summary>
abstract class KernelRun : IMonitoringRun
{
    const int GiveBackTries = 3;

    readonly string _backend;
    readonly List<string> _notes = [];
    readonly Lock _gate = new();
    IReadOnlyList<SnapshotSchemeStatistics>? _statistics;
    MonitoringRequest? _request;
    long _lastNs;
    bool _disposed;

    /// <summary>Takes the right to use the interface.</summary>
    /// <param name="backend">Name of the backend.</param>
    /// <param name="root">The folder of its interface.</param>
    /// <param name="notes">Where runs note what is theirs.</param>
    /// <param name="sleep">How to wait; null for real time.</param>
    /// <exception cref="KernelDamonException">Another run has that right.</exception>
    protected KernelRun(string backend, string root, OwnershipNotes notes, Action<TimeSpan>? sleep)
    {
        _backend = backend;
        Note = notes.Take(backend, root);
        Wait = new RunWait(IsAlive, sleep);
    }

    /// <inheritdoc/>
    public abstract string Description { get; }

    /// <inheritdoc/>
    public RecordAccessCheck AccessCheck => new() { Name = _backend, Granularity = "page", Notes = [Description] };

    /// <inheritdoc/>
    public IMappingObserver? Mappings { get; set; }

    /// <inheritdoc/>
    public RecordSummary Summary => new() { TimeNs = Interlocked.Read(ref _lastNs), Notes = Notes };

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_gate)
            {
                return [.. _notes];
            }
        }
    }

    /// <summary>The right to use the interface, and what is noted of its use.</summary>
    protected OwnershipNote Note { get; }

    /// <summary>Waits for the end.</summary>
    protected RunWait Wait { get; }

    /// <summary>Where snapshots come from; null where none are wanted.</summary>
    protected ISnapshotSource? Source { get; set; }

    /// <summary>What was asked for.</summary>
    protected MonitoringRequest Request => _request ?? throw new InvalidOperationException("Set it up first.");

    /// <summary>Sets everything up.</summary>
    /// <exception cref="KernelDamonException">It cannot be done; the run is to be disposed of.</exception>
    internal void SetUp(MonitoringRequest request)
    {
        _request = request;
        Prepare(request);
    }

    /// <inheritdoc/>
    public abstract void Start();

    /// <inheritdoc/>
    public KdamondEnd Watch(ISnapshotObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        bool hasEnough = false;
        if (Source is null)
        {
            TimeSpan period = TimeSpan.FromMicroseconds(Math.Clamp(Request.Context.Attributes.AggregationUs, 50_000, 500_000));
            while (Wait.Pause(period))
            {
            }
        }
        else
        {
            TargetMappings mappings = new(Request, new ProcFileSystem());
            if (Mappings is not null)
            {
                mappings.Begin(Mappings);
            }

            Snapshot snapshot = new();
            while (!hasEnough && Source.Next(snapshot))
            {
                Interlocked.Exchange(ref _lastNs, snapshot.TimeNs);
                if (Mappings is not null)
                {
                    mappings.Look(Mappings, snapshot.TimeNs);
                }

                hasEnough = !observer.OnSnapshot(snapshot);
            }

            foreach (string note in Source.Notes())
            {
                AddNote(note);
            }
        }

        KeepStatistics();
        return Wait.IsStopped ? KdamondEnd.Stopped : hasEnough ? KdamondEnd.ObserverEnded : KdamondEnd.TargetsGone;
    }

    /// <inheritdoc/>
    public void RequestStop() => Wait.Stop();

    /// <inheritdoc/>
    public IReadOnlyList<SnapshotSchemeStatistics> ReadSchemeStatistics()
    {
        lock (_gate)
        {
            return _statistics ?? (Request.Context.Schemes.Count == 0 ? [] : ReadStatistics());
        }
    }

    /// <inheritdoc/>
    public void Change(MonitoringRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_gate)
        {
            Commit(request);
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
        if (_request is not null)
        {
            GiveBack();
        }

        Wait.Dispose();
        Note.Dispose();
    }

    /// <inheritdoc cref="SetUp"/>
    protected abstract void Prepare(MonitoringRequest request);

    /// <summary>Asks the interface what its schemes have done.</summary>
    /// <exception cref="KernelDamonException">It cannot tell.</exception>
    protected abstract IReadOnlyList<SnapshotSchemeStatistics> ReadStatistics();

    /// <summary>Has the interface go on otherwise.</summary>
    /// <exception cref="KernelDamonException">It cannot.</exception>
    protected abstract void Commit(MonitoringRequest request);

    /// <summary>Stops, and gives back what was taken: each part by <see cref="Try"/>.</summary>
    protected abstract void GiveBack();

    /// <summary>Whether the kernel still monitors for this run.</summary>
    /// <exception cref="KernelDamonException">It is unknown, or what runs there is not ours any more.</exception>
    protected abstract bool IsAlive();

    /// <summary>Has the user know something at the end.</summary>
    protected void AddNote(string note)
    {
        lock (_gate)
        {
            _notes.Add(note);
        }
    }

    /// <summary>Gives a part back, and notes what stays behind when that fails again and again.</summary>
    protected void Try(Action action)
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
                AddNote($"{e.Message} ('damo stop --ours' tries that again)");
                Note.Stays = true;
                return;
            }
            catch (KernelDamonException)
            {
                // Keep trying: leaving nothing behind matters most.
            }
        }
    }

    void KeepStatistics()
    {
        try
        {
            _statistics = ReadSchemeStatistics();
        }
        catch (KernelDamonException e)
        {
            AddNote($"what the schemes did is not known: {e.Message}");
            _statistics = new SnapshotSchemeStatistics[Request.Context.Schemes.Count];
        }
    }
}
