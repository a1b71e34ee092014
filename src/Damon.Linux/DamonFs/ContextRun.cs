using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Damon.Linux.Engine;
using Damon.Linux.Native;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.DamonFs;

/// <summary>One run of one context: from <c>on</c> until its kdamond has ended. It works with the settings as they were at its beginning.</summary>
/// <remarks>While a context has a run its settings do not change, so that they are read here without the lock of the file system.</remarks>
/// <param name="settings">The context.</param>
/// <param name="era">Its rules.</param>
/// <param name="seed">Starts the random numbers.</param>
/// <param name="log">Gets a line for what goes wrong.</param>
/// <param name="onEnded">Called at the very end, by whatever thread ends it, with whether it came to monitoring.</param>
[SuppressMessage("Design", "CA1001", Justification = "A run ends by itself, and disposes of what it owns then.")]
sealed class ContextRun(DamonFsContext settings, DamonFsEra era, ulong seed, Action<string> log, Action<DamonFsContext, bool> onEnded)
{
    readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A run must not be told to stop when its clock is gone.
    readonly Lock _stopGate = new();
    EngineRun? _run;
    RunRecorder? _recorder;
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
        EngineRun run = factory.Create(settings.AddressSpace, settings.Attributes.ToMonitoring(), seed);
        lock (_stopGate)
        {
            _run = run;
            if (_isStopRequested)
            {
                run.RequestStop();
            }
        }

        AddTargets(run);
        run.SetSchemes([.. settings.Schemes.Select(scheme => scheme.Scheme)]);
        if (era.RecordVersion is { } version && settings.Recording.BufferLength > 0)
        {
            _recorder = new RunRecorder(settings.Recording, version, era.PhysicalId, log);
            run.Context.Observers.Add(_recorder);
        }
    }

    /// <summary>Gives up a run that has not started.</summary>
    internal void Abandon() => End(hasMonitored: false);

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
            _run?.RequestStop();
        }
    }

    void AddTargets(EngineRun run)
    {
        string? refusal = null;
        foreach (DamonFsTarget given in settings.Targets)
        {
            if (settings.AddressSpace == AddressSpace.Virtual && given.Process is null)
            {
                continue;
            }

            try
            {
                if (OpenTarget(run.Operations, given.Process) is not { } target)
                {
                    continue;
                }

                foreach (AddressRange range in given.Regions)
                {
                    target.Regions.Add(new Region(range.Start, range.End));
                }

                run.Context.AddTarget(target);
            }
            catch (TargetOpenException e)
            {
                refusal = e.Message;
                log(string.Create(CultureInfo.InvariantCulture, $"target {given.Number} is not monitored: {e.Message}"));
            }
        }

        // Those that have ended end the run in their own time; those that cannot be looked at must not look like them.
        if (refusal is not null && run.Context.Targets.IsEmpty)
        {
            throw new DamonFsException(Errno.EPERM, refusal);
        }
    }

    /// <returns>Null when the process has ended.</returns>
    static Target? OpenTarget(ILinuxOperations operations, IDamonFsProcess? process)
    {
        if (process is null)
        {
            return operations.OpenTarget(null);
        }

        if (process.Pid == Environment.ProcessId)
        {
            throw new TargetOpenException($"{process.Pid} is this very process: it cannot monitor itself");
        }

        if (!process.IsAlive)
        {
            return null;
        }

        Target target;
        try
        {
            target = operations.OpenTarget(process.Pid);
        }
        catch (TargetOpenException) when (!process.IsAlive)
        {
            return null;
        }

        // It lived all the time, so the pid was its own.
        if (process.IsAlive)
        {
            return target;
        }

        operations.CleanupTarget(target);
        return null;
    }

    void Monitor()
    {
        _threadId = LibC.gettid();
        _begun.SetResult();
        try
        {
            _run!.Run();
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
        EngineRun? run;
        lock (_stopGate)
        {
            (run, _run) = (_run, null);
        }

        run?.Dispose();
        onEnded(settings, hasMonitored);
        _ended.SetResult();
    }
}
