using System.Diagnostics;
using Damon.Linux.AccessChecks;
using Damon.Linux.Actions;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Operations;

/// <summary>Virtual address spaces of processes: the counterpart of the kernel's vaddr, and with fixed regions of fvaddr.</summary>
/// <remarks>
/// Beyond the kernel's rules it notices at the next sample when a process executes another program, and then looks at the new
/// address space at once and again after 1, 2, 4, ... samples until the update interval is reached, because a starting program maps
/// most of its memory within the first milliseconds.
/// </remarks>
public sealed class VirtualOperations : ILinuxOperations
{
    const long ChildrenPeriodNs = 100_000_000;
    const long FirstEarlyUpdateNs = 5_000_000;

    readonly IAccessChecker _checker;
    readonly ProcFileSystem _proc;
    readonly List<Target> _newTargets = [];
    readonly List<Target> _goneTargets = [];
    readonly List<int> _children = [];
    readonly HashSet<int> _knownPids = [];
    readonly HashSet<int> _hiddenPids = [];
    volatile string[] _hidden = [];
    VirtualActions? _actions;
    AccessibleRanges? _accessible;
    long _nextChildrenNs;
    bool _hasLostTarget;

    /// <summary>Operations with the best access check that works here, which is tried on pages of this process.</summary>
    /// <param name="accessCheck">The one to use; null for the best.</param>
    /// <exception cref="TargetOpenException">The one asked for does not work here, or none does; the message says why and what to do.</exception>
    public VirtualOperations(AccessCheckKind? accessCheck = null)
        : this(ChooseChecker(accessCheck), new ProcFileSystem())
    {
    }

    internal VirtualOperations(IAccessChecker checker, ProcFileSystem proc)
    {
        _checker = checker;
        _proc = proc;
    }

    /// <summary>Whether descendants of the targets become targets as soon as they are seen, and leave when they end.</summary>
    public bool FollowsChildren { get; init; }

    /// <summary>Whether regions that the caller has set stay as they are (fvaddr), or follow the mappings after one update interval (vaddr).</summary>
    public bool KeepsGivenRegions { get; init; }

    /// <summary>
    /// Whether regions leave out what no instruction may access, where such a hole has a MiB or more: beyond the kernel's rules, which leave out the two
    /// biggest gaps between mappings. Managed programs reserve hundreds of GiB that way, in which regions would have to look for what is used.
    /// </summary>
    /// <remarks>Of very many holes, the <see cref="MonitoringAttributes.MaxNrRegions"/> / 4 biggest are left out.</remarks>
    public bool LeavesOutInaccessible { get; init; }

    /// <summary>
    /// Whether schemes may stop a process with ptrace for a moment (50 us to some ms), to have it do what the kernel takes from no other process. Then
    /// <see cref="SchemeAction.HugePage"/> marks the mappings, as the kernel's own does, and <see cref="SchemeAction.NoHugePage"/> works.
    /// </summary>
    public bool AllowPtrace { get; init; }

    /// <summary>Most targets that <see cref="FollowsChildren"/> may add up to.</summary>
    public int MaxTargets { get; init; } = 256;

    /// <summary>Descendants of the targets whose parents have ended; null where init gets them, and they are lost.</summary>
    internal AdoptedChildren? Adopted { get; init; }

    /// <summary>How accesses are seen.</summary>
    internal IAccessChecker Checker => _checker;

    /// <summary>
    /// Names of the processes that this one may not look at, although it may open them: they execute a program with other privileges, or forbid it. May be read
    /// from any thread.
    /// </summary>
    internal IReadOnlyList<string> HiddenProcesses => _hidden;

    /// <summary>How accesses are seen.</summary>
    public AccessCheckKind AccessCheck => _checker.Kind;

    /// <summary>In a few words, what the access check uses.</summary>
    public string AccessCheckDescription => _checker.Description;

    /// <summary>Whether an answer is about one page, or only about a whole mapping.</summary>
    public bool IsPerPage => _checker.IsPerPage;

    /// <summary>Is told of mappings and of targets that come and go. Set it before monitoring starts.</summary>
    public IMappingObserver? Observer { get; set; }

    /// <summary>Descendants that were not followed because <see cref="MaxTargets"/> was reached.</summary>
    public long NrChildrenNotFollowed { get; private set; }

    /// <summary>Why actions of schemes did less than they were asked for, each reason once. May be read from any thread.</summary>
    public IReadOnlyList<string> ActionNotes => _actions?.Notes ?? [];

    /// <inheritdoc/>
    public bool ChecksTargets => true;

    VirtualActions Actions => _actions ??= new VirtualActions(_proc, AllowPtrace);

    /// <inheritdoc/>
    public string? Refusal(SchemeAction action) => Actions.Refusals.Of(action);

    /// <summary>Why nothing of a scheme is possible here: its action, its filters or its destinations; null when it is possible.</summary>
    public string? Refusal(Scheme scheme)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        return Actions.Refusals.Of(scheme);
    }

    /// <inheritdoc/>
    public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed)
    {
        TargetState state = StateOf(target);
        return state.IsGone || !state.Process.IsAlive() ? default : Actions.Apply(state.Process, in region, scheme, isAllowed);
    }

    /// <inheritdoc/>
    public SchemePriority PriorityOf(SchemeAction action) => action switch
    {
        SchemeAction.PageOut or SchemeAction.MigrateCold => SchemePriority.Cold,
        SchemeAction.MigrateHot => SchemePriority.Hot,
        _ => SchemePriority.None,
    };

    /// <summary>Opens a process as a target.</summary>
    /// <param name="pid">The process.</param>
    /// <returns>The target, to be added to a context that uses these operations.</returns>
    /// <exception cref="TargetOpenException">There is no such process, or it cannot be monitored.</exception>
    public Target OpenTarget(int pid)
    {
        PidFd? handle = PidFd.Open(pid, out Errno errno);
        if (handle is null)
        {
            throw new TargetOpenException(errno switch
            {
                Errno.ESRCH => $"there is no process {pid}",
                Errno.EINVAL or Errno.ENOENT => $"{pid} is a thread, not a process: give the pid of its process",
                _ => $"process {pid} cannot be opened: {errno.ToText()}",
            });
        }

        MonitoredProcess process = new(pid, handle, _proc);
        try
        {
            ThrowIfNotMonitorable(process);
        }
        catch
        {
            process.Dispose();
            throw;
        }

        _knownPids.Add(pid);
        return new Target(pid) { OperationsState = new TargetState(process) };
    }

    Target ILinuxOperations.OpenTarget(int? pid) => OpenTarget(pid ?? throw new TargetOpenException("a target needs a pid"));

    /// <inheritdoc/>
    public void Init(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            TargetState state = StateOf(target);
            Observer?.OnTargetAdded(target);
            state.HasGivenRegions = target.Regions.Count > 0;
            ReadMappings(target, state);
            if (!state.HasGivenRegions)
            {
                SetInitialRegions(context, target, state, Stopwatch.GetTimestamp());
            }
        }
    }

    /// <inheritdoc/>
    public void Update(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            UpdateTarget(context, target, StateOf(target));
        }
    }

    /// <inheritdoc/>
    public void PrepareAccessChecks(MonitoringContext context)
    {
        long now = Stopwatch.GetTimestamp();
        if (FollowsChildren && now >= _nextChildrenNs)
        {
            _nextChildrenNs = now + ChildrenPeriodNs;
            FollowChildren(context);
        }

        foreach (Target target in context.Targets)
        {
            TargetState state = StateOf(target);
            if (!state.IsGone && state.Process.IsAlive())
            {
                PrepareTarget(context, target, state, now);
            }
            else
            {
                SetGone(target, state);
            }
        }

        if (_goneTargets.Count > 0)
        {
            RemoveGoneTargets(context);
        }

        if (_hasLostTarget && Adopted is not null)
        {
            // What it leaves behind is found now, or the run may end before.
            FollowChildren(context);
            foreach (Target target in _newTargets)
            {
                PrepareTarget(context, target, StateOf(target), now);
            }
        }

        _hasLostTarget = false;
    }

    /// <inheritdoc/>
    public void CheckAccesses(MonitoringContext context)
    {
        long now = Stopwatch.GetTimestamp();
        foreach (Target target in context.Targets)
        {
            TargetState state = StateOf(target);
            if (!state.IsGone)
            {
                _checker.Check(state.Process, target.Regions.AsSpan(), now);
                if (state.Process.AccessedBytes is { } bytes)
                {
                    target.CountAccessed(bytes);
                    state.Process.AccessedBytes = null;
                }
            }
        }
    }

    /// <inheritdoc/>
    public bool IsTargetValid(Target target)
    {
        TargetState state = StateOf(target);
        return !state.IsGone && (state.Process.IsAlive() || HasAdopted());
    }

    /// <inheritdoc/>
    public void CleanupTarget(Target target)
    {
        TargetState state = StateOf(target);
        SetGone(target, state);
        _checker.Forget(state.Process);
        _actions?.Forget(state.Process);
        state.Process.Dispose();
        _knownPids.Remove(state.Process.Pid);
    }

    /// <inheritdoc/>
    public void Cleanup(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            CleanupTarget(target);
        }
    }

    /// <summary>Frees the access check.</summary>
    public void Dispose()
    {
        _checker.Dispose();
        _actions?.Dispose();
    }

    void PrepareTarget(MonitoringContext context, Target target, TargetState state, long now)
    {
        if (state.NextEarlyUpdateNs <= now)
        {
            UpdateTarget(context, target, state);
            state.EarlyUpdateDelayNs *= 2;
            bool isLast = state.EarlyUpdateDelayNs >= (long)Math.Min(context.Attributes.UpdateUs, int.MaxValue) * 1000;
            state.NextEarlyUpdateNs = isLast ? long.MaxValue : now + state.EarlyUpdateDelayNs;
        }

        _checker.Prepare(state.Process, target.Regions.AsSpan(), context.Random, now);
        if (!state.Process.AddressSpaceChanged)
        {
            return;
        }

        state.Process.AddressSpaceChanged = false;
        ReadMappings(target, state);
        if (!(state.HasGivenRegions && KeepsGivenRegions))
        {
            target.Regions.Clear();
            SetInitialRegions(context, target, state, now);
            _checker.Prepare(state.Process, target.Regions.AsSpan(), context.Random, now);
            state.Process.AddressSpaceChanged = false;
        }
    }

    void UpdateTarget(MonitoringContext context, Target target, TargetState state)
    {
        if (state.IsGone)
        {
            return;
        }

        if (!ReadMappings(target, state))
        {
            if (IsHidden(state.Process))
            {
                target.Regions.Clear();
            }

            return;
        }

        if (state.HasGivenRegions && KeepsGivenRegions)
        {
            return;
        }

        Span<AddressRange> three = stackalloc AddressRange[3];
        ReadOnlySpan<AddressRange> ranges = FindRanges(context, state, three);
        if (ranges.IsEmpty)
        {
            return;
        }

        if (target.Regions.Count == 0)
        {
            ThreeRegions.SetInitialRegions(target.Regions, ranges, context.Attributes.MinNrRegions, context.MinRegionSize);
        }
        else
        {
            RegionAdjustment.SetRegions(target.Regions, ranges, context.MinRegionSize);
        }
    }

    void SetInitialRegions(MonitoringContext context, Target target, TargetState state, long now)
    {
        Span<AddressRange> three = stackalloc AddressRange[3];
        ReadOnlySpan<AddressRange> ranges = FindRanges(context, state, three);
        if (!ranges.IsEmpty)
        {
            ThreeRegions.SetInitialRegions(target.Regions, ranges, context.Attributes.MinNrRegions, context.MinRegionSize);
        }

        state.EarlyUpdateDelayNs = FirstEarlyUpdateNs;
        state.NextEarlyUpdateNs = now + FirstEarlyUpdateNs;
    }

    /// <summary>What is worth monitoring of the mappings read last; empty where they do not say.</summary>
    /// <param name="context">The context.</param>
    /// <param name="state">The target's.</param>
    /// <param name="three">Room for the kernel's three regions.</param>
    ReadOnlySpan<AddressRange> FindRanges(MonitoringContext context, TargetState state, Span<AddressRange> three)
    {
        if (LeavesOutInaccessible)
        {
            return (_accessible ??= new AccessibleRanges()).Find(state.Process.Mappings, context.MinRegionSize, context.Attributes.MaxNrRegions / 4);
        }

        return ThreeRegions.TryFind(state.Process.Mappings.Ranges, context.MinRegionSize, three) ? three : default;
    }

    bool ReadMappings(Target target, TargetState state)
    {
        if (!HasMappings(state.Process) && !(state.Process.FindLivingThread() && HasMappings(state.Process)))
        {
            return false;
        }

        Observer?.OnMappings(target, state.Process.Mappings);
        return true;
    }

    bool HasMappings(MonitoredProcess process) =>
        _proc.TryReadMappings(process.Folder, process.Mappings, out _) && !process.Mappings.Ranges.IsEmpty;

    /// <summary>
    /// Whether the mappings of a process that lives are kept from this one, since it executes another program; then what was known of the one before says
    /// nothing any more.
    /// </summary>
    bool IsHidden(MonitoredProcess process)
    {
        if (!process.IsAlive() || ProcFileSystem.TryOpenMappings(process.Folder, out Errno errno) || errno is not (Errno.EACCES or Errno.EPERM))
        {
            return false;
        }

        AddHidden(process.Pid);
        return true;
    }

    void AddHidden(int pid)
    {
        if (_hiddenPids.Count < MaxTargets && _hiddenPids.Add(pid))
        {
            _hidden = [.. _hidden, $"{pid} ({_proc.CommandName(pid)})"];
        }
    }

    /// <summary>Whether there are orphans, which the next sample finds.</summary>
    bool HasAdopted()
    {
        _children.Clear();
        Adopted?.AddTo(_children);
        return _children.Count > 0;
    }

    void FollowChildren(MonitoringContext context)
    {
        _children.Clear();
        Adopted?.AddTo(_children);
        foreach (Target target in context.Targets)
        {
            if (!StateOf(target).IsGone)
            {
                _proc.AddChildren(StateOf(target).Process.Pid, _children);
            }
        }

        _newTargets.Clear();

        // The list grows while it is walked: children of a child that is new belong to it too.
        for (int i = 0; i < _children.Count; i++)
        {
            int pid = _children[i];
            if (_knownPids.Contains(pid))
            {
                continue;
            }

            if (_knownPids.Count >= MaxTargets)
            {
                NrChildrenNotFollowed++;
                continue;
            }

            try
            {
                _newTargets.Add(OpenTarget(pid));
                _proc.AddChildren(pid, _children);
            }
            catch (TargetOpenException)
            {
                // It lived too short to be opened: nothing to see any more.
            }
        }

        foreach (Target target in _newTargets)
        {
            TargetState state = StateOf(target);
            state.IsFollowed = true;
            context.AddTarget(target);
            Observer?.OnTargetAdded(target);
            if (ReadMappings(target, state))
            {
                SetInitialRegions(context, target, state, Stopwatch.GetTimestamp());
            }
        }
    }

    void SetGone(Target target, TargetState state)
    {
        if (state.IsGone)
        {
            return;
        }

        // What a dead target last showed must not go on standing in the results.
        state.IsGone = true;
        _hasLostTarget = true;
        target.Regions.Clear();
        Observer?.OnTargetGone(target);
        if (state.IsFollowed)
        {
            _goneTargets.Add(target);
        }
    }

    void RemoveGoneTargets(MonitoringContext context)
    {
        foreach (Target target in _goneTargets)
        {
            context.RemoveTarget(target);
        }

        _goneTargets.Clear();
    }

    void ThrowIfNotMonitorable(MonitoredProcess process)
    {
        int pid = process.Pid;
        if (!_proc.TryReadStat(pid, out ProcessStat stat, out Errno errno))
        {
            throw new TargetOpenException(
                errno is Errno.ENOENT or Errno.ESRCH ? $"there is no process {pid}" : $"process {pid} cannot be looked at: {errno.ToText()}");
        }

        if (stat.IsKernelThread)
        {
            throw new TargetOpenException($"process {pid} ({_proc.CommandName(pid)}) is a kernel thread: it has no address space of its own to monitor");
        }

        if (stat.IsZombie && !process.FindLivingThread())
        {
            throw new TargetOpenException($"process {pid} ({_proc.CommandName(pid)}) has ended already");
        }

        if (!_proc.TryReadMappings(process.Folder, process.Mappings, out string? fault))
        {
            _ = IsHidden(process);
            throw new TargetOpenException(
                $"process {pid} ({_proc.CommandName(pid)}) may not be looked at: {fault}; run as root, or choose a process of your own (the clear-refs check "
                    + "works on those)");
        }
    }

    static IAccessChecker ChooseChecker(AccessCheckKind? accessCheck)
    {
        try
        {
            return AccessCheckers.Choose(accessCheck);
        }
        catch (AccessCheckUnavailableException e)
        {
            throw new TargetOpenException(accessCheck is { } kind ? $"the access check {kind.Name()} does not work here: {e.Message}" : e.Message, e);
        }
    }

    static TargetState StateOf(Target target) =>
        target.OperationsState as TargetState
        ?? throw new InvalidOperationException("Targets of virtual address spaces are made by VirtualOperations.OpenTarget.");

    sealed class TargetState(MonitoredProcess process)
    {
        internal MonitoredProcess Process { get; } = process;

        internal bool IsGone { get; set; }

        internal bool IsFollowed { get; set; }

        internal bool HasGivenRegions { get; set; }

        internal long NextEarlyUpdateNs { get; set; } = long.MaxValue;

        internal long EarlyUpdateDelayNs { get; set; }
    }
}
