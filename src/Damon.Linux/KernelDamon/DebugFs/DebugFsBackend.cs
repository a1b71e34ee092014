using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.Processes;

namespace Damon.Linux.KernelDamon.DebugFs;

/// <summary>The kernel's own DAMON by its debugfs interface (5.15 to 6.13, and patched kernels before), or any mounted file system of that shape.</summary>
/// <remarks>The existing parameters are read first and written back afterwards. Monitoring that others started is never touched.</remarks>
sealed class DebugFsBackend : IDamonBackend
{
    /// <summary>The name of the backend.</summary>
    public const string BackendName = "debugfs";

    readonly KernelTree _tree;
    readonly KernelTree _tracing;
    readonly OwnershipNotes _notes;
    readonly Action<TimeSpan>? _sleep;

    /// <summary>A backend over folders of the file system.</summary>
    /// <param name="root">The folder of the interface: <c>/sys/kernel/debug/damon</c>, or where one of that shape is mounted.</param>
    /// <param name="tracefs">Where tracefs is mounted: <c>/sys/kernel/tracing</c>.</param>
    /// <param name="notes">Where this program notes what is its own: <c>/run/damo</c>.</param>
    public DebugFsBackend(string root, string tracefs, string notes)
        : this(new KernelFolder(root), new KernelFolder(tracefs), new OwnershipNotes(notes, new ProcFileSystem()))
    {
    }

    internal DebugFsBackend(IKernelFiles root, IKernelFiles tracefs, OwnershipNotes notes, Action<TimeSpan>? sleep = null)
    {
        _tree = new KernelTree(root, sleep);
        _tracing = new KernelTree(tracefs, sleep);
        _notes = notes;
        _sleep = sleep;
    }

    /// <inheritdoc/>
    public string Name => BackendName;

    /// <inheritdoc/>
    public bool IsPresent => new DebugFsFiles(_tree).IsThere;

    /// <inheritdoc/>
    public string? WhyNot()
    {
        DebugFsFiles files = new(_tree);
        try
        {
            return !files.IsThere
                ? $"no '{_tree.PathOf("attrs")}' (kernels from 5.15 to 6.13 with CONFIG_DAMON_DBGFS have it; debugfs must be mounted, and only root sees it)"
                : files.IsOn ? $"somebody else monitors ('{_tree.PathOf(files.MonitorOn)}' is on)"
                : files.Contexts() is [string context, ..] ? $"somebody else has made the context '{context}', which would be started too"
                : null;
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
        return WhyNot() ?? DebugFsRun.WhyNot(new DebugFsFiles(_tree), _tracing, request);
    }

    /// <inheritdoc/>
    public IMonitoringRun Open(MonitoringRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        DebugFsRun run = new(_tree, _tracing, _notes, _sleep);
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
}
