using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Modules;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Tracing;
using Damon.Linux.Processes;

namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>The kernel's own DAMON by its sysfs interface (Linux 5.18 and later), with one kdamond of one's own.</summary>
/// <remarks>A kdamond that others made is never touched: where there is one, the backend cannot be used, since adding to it would destroy it.</remarks>
sealed class SysfsBackend : IDamonBackend
{
    /// <summary>The name of the backend.</summary>
    public const string BackendName = "sysfs";

    readonly KernelTree _tree;
    readonly KernelTree _tracing;
    readonly KernelModules _modules;
    readonly OwnershipNotes _notes;
    readonly Action<TimeSpan>? _sleep;

    /// <summary>A backend over folders of the file system.</summary>
    /// <param name="admin">The folder of the interface: <c>/sys/kernel/mm/damon/admin</c>.</param>
    /// <param name="tracefs">Where tracefs is mounted: <c>/sys/kernel/tracing</c>.</param>
    /// <param name="modules">The folder of the modules: <c>/sys/module</c>.</param>
    /// <param name="notes">Where this program notes what is its own: <c>/run/damo</c>.</param>
    public SysfsBackend(string admin, string tracefs, string modules, string notes)
        : this(new KernelFolder(admin), new KernelFolder(tracefs), new KernelFolder(modules), new OwnershipNotes(notes, new ProcFileSystem()))
    {
    }

    internal SysfsBackend(IKernelFiles admin, IKernelFiles tracefs, IKernelFiles modules, OwnershipNotes notes, Action<TimeSpan>? sleep = null)
    {
        _tree = new KernelTree(admin, sleep);
        _tracing = new KernelTree(tracefs, sleep);
        _modules = new KernelModules(new KernelTree(modules, sleep));
        _notes = notes;
        _sleep = sleep;
    }

    /// <inheritdoc/>
    public string Name => BackendName;

    /// <inheritdoc/>
    public bool IsPresent => new SysfsAdmin(_tree).IsThere;

    /// <summary>Where snapshots come from.</summary>
    internal SnapshotOrigin Origin { get; init; }

    /// <inheritdoc/>
    public string? WhyNot()
    {
        SysfsAdmin admin = new(_tree);
        try
        {
            if (!admin.IsThere)
            {
                return $"no '{_tree.PathOf("kdamonds")}' (a kernel of 5.18 or later with CONFIG_DAMON_SYSFS has it)";
            }

            int count = admin.Count;
            if (count != 0)
            {
                return WhoseAreThey(count);
            }

            return _modules.WhoRuns() is { } module ? $"the kernel's module {module} runs, and shares DAMON with nobody" : null;
        }
        catch (KernelDamonException e)
        {
            return e.Message;
        }
    }

    /// <inheritdoc/>
    public string? WhyNot(MonitoringRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return WhyNot() ?? (request.WantsSnapshots && Origin == SnapshotOrigin.Event ? TraceInstance.WhyNot(_tracing, TraceEventSource.Event) : null);
    }

    /// <inheritdoc/>
    public IMonitoringRun Open(MonitoringRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        SysfsRun run = new(_tree, _tracing, _notes, Origin, _sleep);
        try
        {
            if (WhyNot(request) is { } reason)
            {
                throw new KernelDamonException(reason);
            }

            run.SetUp(request);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    string WhoseAreThey(int count)
    {
        string name = OwnershipNotes.NameOf(BackendName, _tree.Files.Root);
        if (_notes.Read(name, out _) is { } claim && claim.Kdamonds.Count > 0 && claim.BootId == OwnProcess.BootOf(_notes.Proc))
        {
            return OwnProcess.Lives(_notes.Proc, claim)
                ? $"another run of damo has the kernel's DAMON: process {claim.Pid}"
                : $"a run of damo that was killed left a kdamond of the kernel ('damo stop --ours' clears that away)";
        }

        return SysfsAdmin.Busy(count);
    }
}
