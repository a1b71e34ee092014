using System.Globalization;
using System.Text;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.DamonFs;

/// <summary>
/// DAMON's debugfs interface: a tree of files that configure, start and stop monitoring in this process. It knows no file system; whoever
/// serves it maps <see cref="Root"/> onto one.
/// </summary>
/// <remarks>
/// All state is under <see cref="Gate"/>, which is held for moments only: no thread waits for anything while holding it. The threads that
/// monitor take it once, at their end.
/// </remarks>
sealed class DamonFileSystem : IDisposable
{
    /// <summary>Most contexts, the root included.</summary>
    internal const int MaxContexts = 1024;

    const int LongestName = 255;

    readonly List<(DamonFsDirectory Directory, DamonFsContext Context)> _contexts = [];
    readonly Action<string> _log;
    ulong _lastId;
    ulong _nrRuns;

    /// <summary>Makes the tree with its root context.</summary>
    /// <param name="era">Which files there are and what they take.</param>
    /// <param name="factory">Where processes and monitoring come from.</param>
    /// <param name="log">Gets a line for what the kernel would tell in its log. Any thread calls it.</param>
    internal DamonFileSystem(DamonFsEra era, IDamonFsOperationsFactory factory, Action<string>? log = null)
    {
        Era = era;
        Factory = factory;
        _log = log ?? (static _ => { });
        Root = AddContext("");
        if (era.HasContextFiles)
        {
            Root.Add(new ContextNameFile("mk_contexts", this, MakeContext));
            Root.Add(new ContextNameFile("rm_contexts", this, RemoveContext));
        }

        if (era.HasContextCount)
        {
            Root.Add(new ContextCountFile(this));
        }

        Root.Add(new MonitorOnFile(era.IsDeprecated ? "monitor_on_DEPRECATED" : "monitor_on", this));
        if (era.IsDeprecated)
        {
            Root.Add(new DeprecatedFile(this));
        }
    }

    /// <summary>The root of the tree: the directory of the first context, and the files that are for all contexts.</summary>
    internal DamonFsDirectory Root { get; }

    internal DamonFsEra Era { get; }

    internal IDamonFsOperationsFactory Factory { get; }

    /// <summary>Where random numbers begin; each run goes on from it.</summary>
    internal ulong Seed { get; init; }

    /// <summary>Guards all state.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Whether any context is monitored.</summary>
    internal bool IsAnyRunning
    {
        get
        {
            lock (Gate)
            {
                return HasRun();
            }
        }
    }

    /// <summary>Number of contexts, the root included.</summary>
    internal int NrContexts
    {
        get
        {
            lock (Gate)
            {
                return _contexts.Count;
            }
        }
    }

    /// <summary>A number that no node has yet.</summary>
    internal ulong NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Starts the monitoring of all contexts, or of none.</summary>
    /// <exception cref="DamonFsException">EINVAL: a context has no target. EBUSY: one runs, or has not ended yet. Others: it cannot be monitored.</exception>
    internal void Start(DamonFsCaller caller)
    {
        List<ContextRun> runs = [];
        lock (Gate)
        {
            if (Era.RefusesEmptyContexts && _contexts.Exists(c => c.Context.Targets.Count == 0))
            {
                throw new DamonFsException(Errno.EINVAL);
            }

            if (HasRun())
            {
                throw new DamonFsException(Errno.EBUSY);
            }

            foreach ((_, DamonFsContext context) in _contexts)
            {
                context.Run = new ContextRun(context, Era, Seed + _nrRuns++, _log, OnEnded);
                runs.Add(context.Run);
            }
        }

        // What takes time is done without the lock; that the contexts have a run keeps everybody off them.
        try
        {
            runs.ForEach(run => run.Prepare(Factory));
        }
        catch (Exception e)
        {
            runs.ForEach(run => run.Abandon());
            _log($"monitoring does not start: {e.Message}");
            throw e as DamonFsException ?? new DamonFsException(Errno.EIO, e.Message);
        }

        for (int i = 0; i < runs.Count; i++)
        {
            string name = Era.NamesStarter
                ? string.Create(CultureInfo.InvariantCulture, $"kdamond.{caller.Pid}.{i}")
                : string.Create(CultureInfo.InvariantCulture, $"kdamond.{i}");
            runs[i].Start(name);
        }
    }

    /// <summary>Stops the contexts in their order, up to the first that does not run, and waits for their ends.</summary>
    /// <exception cref="DamonFsException">EPERM: one does not run. EINTR: the wait was cancelled; the contexts stop nevertheless.</exception>
    internal void Stop(CancellationToken token)
    {
        List<ContextRun> runs = [];
        bool areAllRunning;
        lock (Gate)
        {
            runs.AddRange(_contexts.Select(c => c.Context.Run).TakeWhile(run => run is not null)!);
            areAllRunning = runs.Count == _contexts.Count;
        }

        runs.ForEach(run => run.Stop());
        try
        {
            runs.ForEach(run => run.Ended.Wait(token));
        }
        catch (OperationCanceledException)
        {
            throw new DamonFsException(Errno.EINTR);
        }

        if (!areAllRunning)
        {
            throw new DamonFsException(Errno.EPERM);
        }
    }

    /// <summary>Makes the number of contexts <paramref name="count"/>, by adding and removing <c>ctx1</c>, <c>ctx2</c>, ...</summary>
    /// <exception cref="DamonFsException">EBUSY: one runs. ENOMEM: too many.</exception>
    internal void SetNrContexts(int count)
    {
        lock (Gate)
        {
            ThrowIfRunning();
            if (count > MaxContexts)
            {
                throw new DamonFsException(Errno.ENOMEM);
            }

            while (_contexts.Count > count)
            {
                RemoveAt(_contexts.Count - 1);
            }

            while (_contexts.Count < count)
            {
                Root.Add(AddContext(string.Create(CultureInfo.InvariantCulture, $"ctx{_contexts.Count}")));
            }
        }
    }

    /// <summary>Stops everything and waits for it. The files must not be used afterwards.</summary>
    public void Dispose()
    {
        List<ContextRun> runs = [];
        lock (Gate)
        {
            runs.AddRange(_contexts.Select(c => c.Context.Run).OfType<ContextRun>());
        }

        runs.ForEach(run => run.Stop());
        runs.ForEach(run => run.Ended.Wait());
        lock (Gate)
        {
            foreach ((_, DamonFsContext context) in _contexts)
            {
                context.ClearTargets();
            }
        }
    }

    void MakeContext(string name)
    {
        lock (Gate)
        {
            ThrowIfRunning();
            if (name is "" or "." or ".." || name.Contains('/'))
            {
                throw new DamonFsException(Errno.EACCES);
            }

            if (Encoding.UTF8.GetByteCount(name) > LongestName)
            {
                throw new DamonFsException(Errno.ENAMETOOLONG);
            }

            if (Root.Find(name) is not null)
            {
                throw new DamonFsException(Errno.EEXIST);
            }

            if (_contexts.Count >= MaxContexts)
            {
                throw new DamonFsException(Errno.ENOMEM);
            }

            Root.Add(AddContext(name));
        }
    }

    void RemoveContext(string name)
    {
        lock (Gate)
        {
            ThrowIfRunning();
            switch (Root.Find(name))
            {
                case DamonFsDirectory directory:
                    RemoveAt(_contexts.FindIndex(c => c.Directory == directory));
                    break;
                case null:
                    throw new DamonFsException(Errno.ENOENT);
                default:
                    throw new DamonFsException(Errno.EINVAL);
            }
        }
    }

    void RemoveAt(int index)
    {
        (DamonFsDirectory directory, DamonFsContext context) = _contexts[index];
        _contexts.RemoveAt(index);
        Root.Remove(directory);
        context.Remove();
    }

    DamonFsDirectory AddContext(string name)
    {
        DamonFsDirectory directory = new(name, NextId());
        DamonFsContext context = new(Era);
        directory.Add(new AttrsFile(this, context));
        if (Era.HasInitRegions)
        {
            directory.Add(new InitRegionsFile(this, context));
        }

        if (Era.RecordVersion is not null)
        {
            directory.Add(new RecordingFile(this, context));
        }

        if (Era.HasSchemes)
        {
            directory.Add(new SchemesFile(this, context));
        }

        directory.Add(new TargetsFile(this, context));
        if (Era.HasKdamondPid)
        {
            directory.Add(new KdamondPidFile(this, context));
        }

        _contexts.Add((directory, context));
        return directory;
    }

    /// <summary>The last thing a run does.</summary>
    /// <param name="context">Its context.</param>
    /// <param name="hasMonitored">Whether it came to monitoring: then regions are used up, and processes with them where the era has it so.</param>
    void OnEnded(DamonFsContext context, bool hasMonitored)
    {
        lock (Gate)
        {
            context.Run = null;
            if (!hasMonitored)
            {
                return;
            }

            if (Era.RemovesTargets && context.AddressSpace == AddressSpace.Virtual)
            {
                context.ClearTargets();
            }
            else
            {
                context.ClearRegions();
            }
        }
    }

    void ThrowIfRunning()
    {
        if (HasRun())
        {
            throw new DamonFsException(Errno.EBUSY);
        }
    }

    bool HasRun() => _contexts.Exists(c => c.Context.Run is not null);
}
