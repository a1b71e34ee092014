using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.DamonFs;

/// <summary>One run of one context: from <c>on</c> until its kdamond has ended. It works with the settings as they were at its beginning.</summary>
/// <remarks>While a context has a run its settings do not change, so that they are read here without the lock of the file system.</remarks>
/// <param name="settings">The context.</param>
/// <param name="era">Its rules.</param>
/// <param name="seed">Starts the random numbers.</param>
/// <param name="log">Gets a line for what goes wrong.</param>
/// <param name="onEnded">Called at the very end, by whatever thread ends it, with whether it came to monitoring.</param>
[SuppressMessage("Design", "CA1001", Justification = "A run ends by itself, and disposes of what it owns then.")]
internal sealed class ContextRun(DamonFsContext settings, DamonFsEra era, ulong seed, Action<string> log, Action<DamonFsContext, bool> onEnded)
{
    readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The kdamond must not be told to stop when its clock is gone.
    readonly Lock _stopGate = new();
    IDamonFsEngine? _engine;
    MonitoringContext? _context;
    RunRecorder? _recorder;
    Kdamond? _kdamond;
    bool _isStopRequested;
    volatile int _threadId;

    /// <summary>The thread id of the kdamond; 0 before it begins.</summary>
    internal int ThreadId => _threadId;

    /// <summary>Completed when the context has no run any more.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Makes everything ready. After a failure only <see cref="Abandon"/> may follow.</summary>
    /// <exception cref="DamonFsException">It cannot be monitored.</exception>
    internal void Prepare(IDamonFsOperationsFactory factory)
    {
        _engine = factory.Create(settings.AddressSpace);
        _context = new MonitoringContext(_engine.Operations, seed) { Attributes = settings.Attributes.ToMonitoring() };
        AddTargets(_engine, _context);
        if (settings.Schemes.Count > 0)
        {
            SchemeEngine schemes = new(_engine.Operations, _engine.Clock) { Metrics = _engine.Metrics };
            foreach (DamonFsScheme scheme in settings.Schemes)
            {
                schemes.Add(scheme.Scheme);
            }

            _context.Policy = schemes;
        }

        if (era.RecordVersion is { } version && settings.Recording.BufferLength > 0)
        {
            _recorder = new RunRecorder(settings.Recording, version, era.PhysicalId, log);
            _context.Observers.Add(_recorder);
        }

        lock (_stopGate)
        {
            _kdamond = new Kdamond(_context, _engine.Clock);
            if (_isStopRequested)
            {
                _kdamond.Stop();
            }
        }
    }

    /// <summary>Gives up a run that has not started.</summary>
    internal void Abandon()
    {
        if (_context is not null)
        {
            foreach (Target target in _context.Targets)
            {
                _context.Operations.CleanupTarget(target);
            }
        }

        End(hasMonitored: false);
    }

    /// <summary>Monitors on a thread of its own. Returns when that has a thread id.</summary>
    internal void Start(string threadName)
    {
        try
        {
            new Thread(Monitor) { Name = threadName, IsBackground = true }.Start();
        }
        catch (OutOfMemoryException e)
        {
            log($"{threadName} does not start: {e.Message}");
            Abandon();
            return;
        }

        _begun.Task.Wait();
    }

    /// <summary>Asks for the end; returns at once.</summary>
    internal void Stop()
    {
        lock (_stopGate)
        {
            _isStopRequested = true;
            _kdamond?.Stop();
        }
    }

    void AddTargets(IDamonFsEngine engine, MonitoringContext context)
    {
        string? refusal = null;
        foreach (DamonFsTarget given in settings.Targets)
        {
            if (settings.AddressSpace == AddressSpaceKind.Virtual && given.Process is null)
            {
                continue;
            }

            try
            {
                if (engine.OpenTarget(given.Process) is not { } target)
                {
                    continue;
                }

                foreach (AddressRange range in given.Regions)
                {
                    target.Regions.Add(new Region(range.Start, range.End));
                }

                context.AddTarget(target);
            }
            catch (TargetOpenException e)
            {
                refusal = e.Message;
                log(string.Create(CultureInfo.InvariantCulture, $"target {given.Number} is not monitored: {e.Message}"));
            }
        }

        // Those that have ended end the run in their own time; those that cannot be looked at must not look like them.
        if (refusal is not null && context.Targets.IsEmpty)
        {
            throw new DamonFsException(Errno.EPERM, refusal);
        }
    }

    void Monitor()
    {
        _threadId = LibC.gettid();
        _begun.SetResult();
        try
        {
            _kdamond!.Run();
        }
        catch (Exception e)
        {
            log($"monitoring ended: {e.Message}");
        }

        End(hasMonitored: true);
    }

    void End(bool hasMonitored)
    {
        _recorder?.Dispose();
        lock (_stopGate)
        {
            _kdamond = null;
        }

        _engine?.Dispose();
        onEnded(settings, hasMonitored);
        _ended.SetResult();
    }
}
