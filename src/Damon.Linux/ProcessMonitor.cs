using System.ComponentModel;
using Damon.Diagnostics;
using Damon.Linux.AccessChecks;
using Damon.Linux.Actions;
using Damon.Linux.Engine;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Schemes;

namespace Damon.Linux;

/// <summary>Monitors processes, usually the very one it runs in, on a thread of its own.</summary>
/// <remarks>
/// <para>Any thread may use any member. The context belongs to the thread that monitors: others get in by <see cref="Kdamond.Invoke"/> of
/// <see cref="Kdamond"/>.</para>
/// <para>It sees the process as it is, with itself in it: the engine's own memory, always hot, and that of the runtime are regions like any other.</para>
/// <para>Disposing it stops the run and gives everything back: the thread, file descriptors, BPF programs, runtime events. A monitor that is forgotten goes on
/// until the process ends.</para>
/// <para>Metrics and activities are on by default and cost nothing without a listener: <see cref="KdamondTelemetry"/>.</para>
/// </remarks>
public sealed class ProcessMonitor : IDisposable
{
    readonly EngineRun _run;
    readonly KdamondTelemetry _telemetry;
    readonly MappingNames _names;
    readonly KdamondThread _thread;
    readonly Lock _completing = new();

    ProcessMonitor(ProcessMonitorOptions options, EngineRun run, ManagedHeap? heap)
    {
        _run = run;
        Heap = heap;
        _telemetry = new KdamondTelemetry(run.Kdamond, options.Name, options.HotPercent);
        run.Context.Observers.Add(_telemetry);
        try
        {
            // Where there is nothing to monitor, the record of the last run stays.
            Record = options.RecordPath is { } path ? CreateRecord(path, options) : null;
            if (Record is not null)
            {
                run.Context.Observers.Add(Record);
            }

            _names = new MappingNames(heap, Record is null ? null : new ProcessRecorder(Record, new ProcFileSystem(), heap));
            run.Mappings = _names;
            _thread = run.Begin();
        }
        catch
        {
            _telemetry.Dispose();
            Record?.Dispose();
            throw;
        }
    }

    /// <summary>The run: its context, statistics, and <see cref="Kdamond.Invoke"/>.</summary>
    public Kdamond Kdamond => _thread.Kdamond;

    /// <summary>Completes when the run has ended, with why; faults with what an observer or the system threw.</summary>
    public Task<KdamondEnd> Completion => _thread.Completion;

    /// <summary>How accesses are seen.</summary>
    public AccessCheckKind AccessCheck => Operations.AccessCheck;

    /// <summary>Whether an answer is about one page, or only about a whole mapping.</summary>
    public bool IsPerPage => Operations.IsPerPage;

    /// <summary>The managed heap of this very process; null where it is not monitored, or its names are not wanted.</summary>
    public ManagedHeap? Heap { get; }

    /// <summary>
    /// The record of <see cref="ProcessMonitorOptions.RecordPath"/>; null where none was asked for. When it cannot be written any more, it ends the run and
    /// says why.
    /// </summary>
    public RecordFile? Record { get; }

    /// <summary>Why actions of schemes did less than they were asked for, each reason once.</summary>
    public IReadOnlyList<string> ActionNotes => Operations.ActionNotes;

    VirtualOperations Operations => (VirtualOperations)_run.Operations;

    /// <summary>Starts to monitor this very process, for at most 5 % of a CPU.</summary>
    /// <param name="onSnapshot">See <see cref="ProcessMonitorOptions.OnSnapshot"/>.</param>
    /// <inheritdoc cref="Start(ProcessMonitorOptions)" path="/exception"/>
    public static ProcessMonitor Start(Action<Snapshot> onSnapshot) => Start(new ProcessMonitorOptions { OnSnapshot = onSnapshot });

    /// <summary>Starts to monitor, and returns when everything is set up.</summary>
    /// <param name="options">What, and how.</param>
    /// <exception cref="TargetOpenException">A process cannot be monitored, or no access check works here; the message says why and what to do.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range, or a scheme cannot be done here; the message says which and why.</exception>
    /// <exception cref="Win32Exception">No more file descriptors.</exception>
    /// <exception cref="IOException">The record cannot be made; the message is one sentence that names it.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static ProcessMonitor Start(ProcessMonitorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Processes are monitored by the Linux kernel's means.");
        }

        ThrowIfWrong(options);
        bool isSelf = options.ProcessIds.Contains(Environment.ProcessId);
        ManagedHeap? heap = null;
        EngineRun run = Open(options);
        try
        {
            heap = isSelf && options.NamesManagedHeap ? ManagedHeap.Watch() : null;
            return new ProcessMonitor(options, run, heap);
        }
        catch
        {
            heap?.Dispose();
            run.Dispose();
            throw;
        }
    }

    /// <summary>What lies at an address, as the process mapped it at the last update interval.</summary>
    /// <param name="pid">The process, one of the targets.</param>
    /// <param name="address">The address.</param>
    /// <returns>
    /// <c>[gc gen0]</c> to <c>[gc gen2]</c>, <c>[gc loh]</c> and <c>[gc poh]</c> for this very process' managed heap, as of its last garbage collection; else a
    /// file, or a name like <c>[heap]</c>, or an empty text for anonymous memory; null where nothing is mapped, or the process is no target.
    /// </returns>
    public string? NameOf(long pid, ulong address) => _names.NameOf(pid, address);

    /// <summary>
    /// What a target mapped at the last update interval, in address order: a list that does not change. Empty where it is no target, or not yet.
    /// </summary>
    /// <param name="pid">The process.</param>
    public IReadOnlyList<Mapping> MappingsOf(long pid) => _names.MappingsOf(pid);

    /// <summary>Stops the run and waits for its end: at most a sample and what observers and schemes take. Later calls give the same answer.</summary>
    /// <returns>Why it ended, which can be something else if that came first.</returns>
    /// <exception cref="InvalidOperationException">Called by an observer or a request of the run itself, which cannot wait for its own end.</exception>
    /// <exception cref="Exception">What ended the run, where it failed.</exception>
    public KdamondEnd Stop()
    {
        KdamondEnd end = _thread.Stop();
        CompleteRecord(end);
        return end;
    }

    /// <summary>Stops the run, waits for its end, and gives everything back.</summary>
    /// <exception cref="InvalidOperationException">Called by an observer or a request of the run itself.</exception>
    public void Dispose()
    {
        if (_thread.IsCurrent)
        {
            throw new InvalidOperationException("A run cannot be disposed of by its own thread: return false from the observer, or call Kdamond.Stop.");
        }

        _thread.Dispose();
        if (Completion.IsCompletedSuccessfully)
        {
            CompleteRecord(Completion.Result);
        }

        Record?.Dispose();
        _telemetry.Dispose();
        Heap?.Dispose();
        _run.Dispose();
    }

    static void ThrowIfWrong(ProcessMonitorOptions options)
    {
        if (options.ProcessIds.Count == 0)
        {
            throw new ArgumentException("There is no process to monitor.", nameof(options));
        }

        if (options.ProcessIds.Distinct().Count() != options.ProcessIds.Count)
        {
            throw new ArgumentException("A process is named twice.", nameof(options));
        }

        if (options.AllowPtrace && options.ProcessIds.Contains(Environment.ProcessId) && options.ProcessIds.Count == 1)
        {
            throw new ArgumentException("A process cannot be stopped by itself: ptrace is for other processes only.", nameof(options));
        }

        if (Fault(options.Regions) is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }
    }

    /// <returns>Null when nothing is wrong with them.</returns>
    static string? Fault(IReadOnlyList<AddressRange> regions)
    {
        ulong end = 0;
        foreach (AddressRange region in regions)
        {
            if (region.IsEmpty || region.Start < end || ((region.Start | region.End) & (Page.Size - 1)) != 0)
            {
                return $"The region {region} is empty, or not of whole pages, or begins before the end of the one before it.";
            }

            end = region.End;
        }

        return null;
    }

    RecordFile CreateRecord(string path, ProcessMonitorOptions options)
    {
        RecordHeader header = RecordHeader.Of(options.Attributes, _run.Clock.NowNs) with
        {
            Tool = $"{AppDomain.CurrentDomain.FriendlyName} (DAMON for .NET)",
            KernelRelease = new ProcFileSystem().KernelRelease(),
            Request = new RecordRequest
            {
                Pids = options.ProcessIds,
                IncludeChildren = options.FollowsChildren,
                Regions = [.. options.Regions.Select(static r => new RecordRange { Start = r.Start, End = r.End })],
            },
            AccessCheck = _run.AccessCheck,
            AddressSpace = AddressSpaceNames.Of(AddressSpaceOf(options)),
        };
        RecordFile record = RecordFiles.Create(path, header);
        record.Status = () => _run.Summary;
        return record;
    }

    void CompleteRecord(KdamondEnd end)
    {
        lock (_completing)
        {
            Record?.Complete(_run.Summary with
            {
                EndReason = end switch
                {
                    KdamondEnd.TargetsGone => "targets gone",
                    KdamondEnd.Stopped => "stopped",
                    _ => "ended",
                },
            });
        }
    }

    static AddressSpace AddressSpaceOf(ProcessMonitorOptions options) => options.Regions.Count > 0 ? AddressSpace.FixedVirtual : AddressSpace.Virtual;

    static EngineRun Open(ProcessMonitorOptions options)
    {
        ContextSpecification context = new()
        {
            Operations = AddressSpaceOf(options),
            Targets = [.. options.ProcessIds.Select(pid => new ContextTarget { Pid = pid, Regions = options.Regions })],
            Attributes = options.Attributes,
            Schemes = options.Schemes,
        };
        SnapshotCallback[] callbacks = options.OnSnapshot is { } onSnapshot ? [new SnapshotCallback(onSnapshot)] : [];
        EngineRun run = EngineRun.Open(context, new EngineOptions
        {
            AccessCheck = options.AccessCheck,
            FollowsChildren = options.FollowsChildren,
            LeavesOutInaccessible = true,
            AllowPtrace = options.AllowPtrace,
            OverheadPercent = options.OverheadPercent,
            Seed = options.Seed,
            Actions = options.Actions,
            Observers = [.. options.Observers, .. callbacks],
        });
        if (SchemeFault(options, run.Operations) is { } fault)
        {
            run.Dispose();
            throw new ArgumentException(fault, nameof(options));
        }

        return run;
    }

    /// <returns>Null when all schemes can be done.</returns>
    static string? SchemeFault(ProcessMonitorOptions options, ILinuxOperations operations)
    {
        SystemMetrics metrics = new();
        foreach (Scheme scheme in options.Schemes)
        {
            if (scheme.Quota.Goals.Select(metrics.Refusal).FirstOrDefault(fault => fault is not null) is { } missing)
            {
                return $"A quota goal of the action {scheme.Action} cannot be looked at: {missing}";
            }

            if (options.Actions is null && operations.Refusal(scheme) is { } reason)
            {
                return $"The action {scheme.Action} cannot be done here: {reason}";
            }
        }

        return null;
    }
}
