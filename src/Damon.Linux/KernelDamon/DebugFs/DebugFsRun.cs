using System.Globalization;
using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Runs;
using Damon.Linux.KernelDamon.Tracing;
using Damon.Linux.Native;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Linux.KernelDamon.DebugFs;

/// <summary>A run over the debugfs interface.</summary>
sealed class DebugFsRun : KernelRun
{
    /// <summary>Bytes that are gathered before a record is written: little, so that snapshots come soon.</summary>
    const int RecordBuffer = 4096;

    /// <summary>How long a start may take; kernels that begin and end at once are never seen to be on.</summary>
    static readonly TimeSpan s_startPeriod = TimeSpan.FromMilliseconds(20);

    readonly KernelTree _tree;
    readonly KernelTree _tracing;
    readonly string _folder;
    readonly DebugFsFiles _files;
    (ColumnLayout Layout, int Statistics) _layout;
    int? _pid;

    /// <inheritdoc cref="KernelRun(string, string, OwnershipNotes, Action{TimeSpan}?)"/>
    /// <param name="tree">The folder of the interface.</param>
    /// <param name="tracing">The folder of tracefs.</param>
    /// <param name="notes">Where runs note what is theirs; the kernel writes its record there.</param>
    /// <param name="sleep">How to wait; null for real time.</param>
    internal DebugFsRun(KernelTree tree, KernelTree tracing, OwnershipNotes notes, Action<TimeSpan>? sleep)
        : base(DebugFsBackend.BackendName, tree.Files.Root, notes, sleep)
    {
        _tree = tree;
        _tracing = tracing;
        _folder = notes.Folder;
        _files = new DebugFsFiles(tree);
    }

    /// <inheritdoc/>
    public override string Description =>
        "DAMON by "
            + $"{_tree.Files.Root}{(_pid is > 0 ? string.Create(CultureInfo.InvariantCulture, $", kdamond {_pid}") : "")}{(Source is { } source ? ", " + source.Description : "")}";

    /// <summary>Why a request cannot be done, as far as that can be seen by looking.</summary>
    internal static string? WhyNot(DebugFsFiles files, KernelTree tracing, MonitoringRequest request)
    {
        ContextSpecification context = request.Context;
        return context.Operations == AddressSpace.FixedVirtual ? "this interface has no fixed address ranges (fvaddr)"
            : context.AddressUnit != 1 || context.IsPaused || context.IntervalsGoal.Aggregations > 0
                ? "this interface has no address units, no pause, and no tuning of intervals"
            : context.Schemes.Count > 0 && !files.HasSchemes ? $"there is no '{files.Tree.PathOf("schemes")}': Linux has it since 5.16"
            : context.Targets.Any(t => t.Regions.Count > 0) && !files.HasInitRegions
                ? $"there is no '{files.Tree.PathOf("init_regions")}': Linux has it since 5.16"
            : request.WantsSnapshots && !files.HasRecord ? TraceInstance.WhyNot(tracing, TraceEventSource.Event)
            : null;
    }

    /// <summary>Notes what the files say, and makes them say what is wanted.</summary>
    protected override void Prepare(MonitoringRequest request)
    {
        ContextSpecification context = request.Context;
        if (context.Attributes.Check() is { } fault)
        {
            throw new KernelDamonException(fault);
        }

        MonitoringAttributes a = context.Attributes;
        string attributes = string.Create(CultureInfo.InvariantCulture, $"{a.SampleUs} {a.AggregationUs} {a.UpdateUs} {a.MinNrRegions} {a.MaxNrRegions}");
        List<ClaimedFile> before = [new("attrs", _tree.Read("attrs") + "\n", attributes)];
        if (_files.HasRecord)
        {
            before.Add(new("record", _tree.Read("record") + "\n"));
        }

        if (_files.HasSchemes)
        {
            before.Add(new("schemes", _files.ReadSchemesToRestore()));
        }

        before.Add(new(_files.Targets, _files.ReadTargetsToRestore()));
        if (_files.HasInitRegions)
        {
            before.Add(new("init_regions", _tree.Read("init_regions") + "\n"));
        }

        Note.Save(claim => claim with { Files = before });
        _tree.Write("attrs", attributes + "\n", "the limits of the number of regions or the intervals are out of range");
        if (_files.HasRecord)
        {
            SetUpRecord(request);
        }

        if (_files.HasSchemes)
        {
            WriteSchemes(context);
        }

        WriteTargets(context);
        WriteRegions(context);
        if (request.WantsSnapshots && Source is null)
        {
            int self = Note.Claim.Pid;
            Note.Save(claim => claim with { TraceRoot = _tracing.Files.Root, TraceInstance = TraceInstance.PathOf(self) });
            Source = new TraceEventSource(_tracing, self, request.TargetIds, byAppearance: true);
        }
    }

    void SetUpRecord(MonitoringRequest request)
    {
        if (!request.WantsSnapshots)
        {
            _tree.Write("record", "0 none\n");
            return;
        }

        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"record-{Note.Claim.Pid}.data"));
        if (path.Any(char.IsWhiteSpace))
        {
            throw new KernelDamonException($"a record cannot be written to '{path}': the kernel takes no path with blanks");
        }

        File.Delete(path);
        _tree.Write("record", string.Create(CultureInfo.InvariantCulture, $"{RecordBuffer} {path}\n"));
        Source = new RecordFileSource(path, Wait, request.Context.Attributes.AggregationUs, request.Context.Operations == AddressSpace.Physical);
    }

    void WriteSchemes(ContextSpecification context)
    {
        if (context.Schemes.Count == 0)
        {
            _tree.Write("schemes", "\n");
            return;
        }

        _layout = _files.FindLayout();
        List<string> lines = [];
        for (int i = 0; i < context.Schemes.Count; i++)
        {
            if (context.Schemes[i].Check() is { } wrong)
            {
                throw new KernelDamonException($"scheme {i}: {wrong}");
            }

            if ((int)context.Schemes[i].Action > (int)Schemes.SchemeAction.Stat)
            {
                throw new KernelDamonException($"scheme {i}: this interface has no action {SchemeNames.Of(context.Schemes[i].Action)}");
            }

            if (SchemeColumns.Lost(context.Schemes[i], _layout.Layout) is { } lost)
            {
                throw new KernelDamonException($"scheme {i} cannot be written to '{_tree.PathOf("schemes")}': {lost}");
            }

            lines.Add(SchemeColumns.Format(context.Schemes[i], context.Attributes, _layout.Layout, separator: ' '));
        }

        _tree.Write("schemes", string.Join('\n', lines) + "\n", "a range or a watermark is out of order");

        // Lines that it does not understand the kernel drops without a word.
        int taken = _tree.Read("schemes").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        if (taken != lines.Count)
        {
            throw new KernelDamonException($"the kernel took {taken} of {lines.Count} schemes in '{_tree.PathOf("schemes")}'");
        }
    }

    void WriteTargets(ContextSpecification context)
    {
        bool isPhysical = context.Operations == AddressSpace.Physical;
        string text = isPhysical
            ? AddressSpaceNames.Physical
            : string.Join(
                ' ',
                context.Targets.Select(t => (t.Pid ?? throw new KernelDamonException("a target needs a pid")).ToString(CultureInfo.InvariantCulture)));
        _tree.Write(_files.Targets, text + "\n", isPhysical ? "this kernel's DAMON does not monitor physical memory" : "there is no such process");
        int taken = DebugFsFiles.Numbers(_tree.Read(_files.Targets)).Length;
        int wanted = isPhysical ? 1 : context.Targets.Count;
        if (taken != wanted)
        {
            throw new KernelDamonException($"the kernel took {taken} of {wanted} targets in '{_tree.PathOf(_files.Targets)}'");
        }
    }

    /// <summary>The first column is the index of the target since 5.18, and what the targets file shows before.</summary>
    void WriteRegions(ContextSpecification context)
    {
        int wanted = context.Targets.Sum(t => t.Regions.Count);
        if (wanted == 0)
        {
            if (context.Operations == AddressSpace.Physical)
            {
                throw new KernelDamonException("paddr monitors nothing without regions: say which addresses");
            }

            return;
        }

        string[] shown = DebugFsFiles.Numbers(_tree.Read(_files.Targets));
        Errno errno = Errno.None;
        string text = "";
        foreach (string[] ids in new[] { shown, [.. Enumerable.Range(0, shown.Length).Select(i => i.ToString(CultureInfo.InvariantCulture))] })
        {
            text = string.Concat(
                context.Targets.SelectMany((t, i) => t.Regions.Select(r => string.Create(CultureInfo.InvariantCulture, $"{ids[i]} {r.Start} {r.End}\n"))));
            errno = _tree.TryWrite("init_regions", text);
            if (errno == Errno.None && _tree.Read("init_regions").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == wanted)
            {
                return;
            }
        }

        throw _tree.Refused(
            "init_regions",
            text,
            errno == Errno.None ? Errno.EINVAL : errno,
            "regions ascend and do not overlap; 5.15 to 5.17 take none for processes");
    }

    /// <inheritdoc/>
    public override void Start()
    {
        // What the run is to stop later is what it starts now, and nothing else.
        if (_files.IsOn)
        {
            throw new KernelDamonException($"somebody else monitors ('{_tree.PathOf(_files.MonitorOn)}' is on)", Errno.EBUSY);
        }

        Note.Save(claim => claim with { Kdamonds = [new ClaimedKdamond(0, 0, -1)] });
        _tree.Write(_files.MonitorOn, "on\n", "a process to monitor may have ended, or another user of the kernel's DAMON runs");
        _pid = -1;
        for (int left = 5; left > 0 && !_files.IsOn; left--)
        {
            _ = Wait.Pause(s_startPeriod);
        }

        _pid = _files.KdamondPid ?? -1;
        Note.Save(claim => claim with { Kdamonds = [new ClaimedKdamond(0, 0, _pid.Value)] });
        if (Source is TraceEventSource trace)
        {
            trace.Start(_pid > 0 ? _pid : null, Wait, Request.Context.Attributes.AggregationUs);
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<SnapshotSchemeStatistics> ReadStatistics()
    {
        List<SnapshotSchemeStatistics> read = [];
        foreach (string line in _tree.Read("schemes").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            ulong[] n = [.. DebugFsFiles.Numbers(line)
                .Select(x => ulong.TryParse(x, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : 0)];
            int at = n.Length - _layout.Statistics;
            if (at < 0)
            {
                throw new KernelDamonException($"'{_tree.PathOf("schemes")}' has {n.Length} numbers in a line, which is too little");
            }

            // The first generation only has what was tried.
            read.Add(_layout.Statistics == 5
                ? new SnapshotSchemeStatistics(n[at], n[at + 1], n[at + 2], n[at + 3], 0, n[at + 4], 0, 0)
                : new SnapshotSchemeStatistics(n[at], n[at + 1], 0, 0, 0, 0, 0, 0));
        }

        return read;
    }

    /// <inheritdoc/>
    protected override void Commit(MonitoringRequest request) =>
        throw new KernelDamonException("this interface changes nothing while it monitors: stop it first");

    /// <summary>Stops, and makes the files say what they said before.</summary>
    protected override void GiveBack()
    {
        Try(() =>
        {
            if (_files.IsThere)
            {
                DebugFsRestore.Stop(_files, _pid);
            }
        });
        Try(() => Source?.Dispose());
        Try(() => DebugFsRestore.Undo(_tree, Note.Claim with { Kdamonds = [] }));
    }

    /// <inheritdoc/>
    protected override bool IsAlive()
    {
        if (!_files.IsOn)
        {
            return false;
        }

        // What is on may belong to others, once ours has ended by itself.
        return _files.KdamondPid is not { } pid || (pid > 0 && (_pid is null or -1 || pid == _pid));
    }
}
