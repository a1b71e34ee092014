using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Damon.Linux.Machine;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Actions;

/// <summary>
/// What schemes do to physical memory. User space reaches it only through the processes that map it: folio by folio their addresses
/// are found, filtered by what the kernel tells of them, and given to the same calls as in virtual address spaces.
/// </summary>
/// <remarks>
/// Acts only on folios on a reclaim list that exactly one process maps once, as a whole, which are those the calls have an effect on; and
/// never on this process. Not thread-safe but for <see cref="Notes"/>.
/// </remarks>
/// <param name="proc">Where to read of processes.</param>
/// <param name="memory">Where memory is.</param>
/// <param name="time">How long it may take; null for the usual.</param>
/// <param name="sysRoot">Usually <c>/sys</c>.</param>
internal sealed class PhysicalActions(ProcFileSystem proc, MemoryMap memory, ActionTime? time = null, string sysRoot = "/sys") : IDisposable
{
    const ulong ChunkSize = (ulong)FrameOwners.Capacity << Page.Shift;

    readonly ActionSupport _support = new(proc, sysRoot);
    readonly ActionNotes _notes = new();
    readonly ActionTime _time = time ?? new ActionTime();
    readonly RemoteAdvice _advice = new();
    readonly ColdAdvice _cold = new();
    readonly Dictionary<SchemeAction, string?> _refusals = [];
    readonly ConditionalWeakTable<Scheme, StrongBox<string?>> _schemeRefusals = [];
    readonly ConditionalWeakTable<Scheme, PageFilterPlan> _plans = [];
    readonly ConditionalWeakTable<Scheme, PassCursor> _cursors = [];
    readonly ulong[] _wanted = new ulong[FrameOwners.Capacity];
    readonly int[] _runKeys = new int[FrameOwners.Capacity];
    readonly AddressRange[] _runs = new AddressRange[FrameOwners.Capacity];
    readonly int[] _clearKeys = new int[FrameOwners.Capacity];
    readonly FolioRange[] _clears = new FolioRange[FrameOwners.Capacity];
    readonly List<AddressRange> _pieces = [];
    int _nrRuns;
    int _nrClears;
    PageTableWalker? _walker;
    FrameOwners? _frames;
    MemoryOwners? _owners;
    PhysicalPages? _pages;
    NodeMigration? _migration;
    string? _fault;

    /// <summary>Why actions did less than they were asked for, each reason once.</summary>
    internal IReadOnlyList<string> Notes => _notes.All;

    /// <summary>Why an action is impossible here; null when it is possible. Tried once, then remembered.</summary>
    internal string? Refusal(SchemeAction action)
    {
        if (!_refusals.TryGetValue(action, out string? refusal))
        {
            refusal = FindRefusal(action);
            _refusals[action] = refusal;
        }

        return refusal;
    }

    /// <summary>Why a scheme, with its filters and destinations, cannot be applied here; null when it can.</summary>
    internal string? Refusal(Scheme scheme)
    {
        if (!_schemeRefusals.TryGetValue(scheme, out StrongBox<string?>? refusal))
        {
            bool looks = scheme.Action != SchemeAction.Stat || scheme.HasPageFilters;
            refusal = new StrongBox<string?>(Refusal(scheme.Action) ?? _support.DestinationRefusal(scheme) ?? (looks ? Open() ?? FilterRefusal(scheme) : null));
            _schemeRefusals.Add(scheme, refusal);
        }

        return refusal.Value;
    }

    /// <summary>Does what a scheme wants to a region.</summary>
    /// <inheritdoc cref="ISchemeActions.Apply" path="/param"/>
    internal SchemeOutcome Apply(in Region region, Scheme scheme, bool isAllowed)
    {
        bool isFiltered = scheme.HasPageFilters && !isAllowed;
        ulong unfiltered = isFiltered ? 0 : region.Size;
        if (Refusal(scheme) is { } refusal)
        {
            _notes.Say($"{ActionNotes.NameOf(scheme.Action)}: {refusal}");
            return new SchemeOutcome(0, unfiltered);
        }

        if (scheme.Action == SchemeAction.Stat && !isFiltered)
        {
            return new SchemeOutcome(0, unfiltered);
        }

        PassCursor cursor = _cursors.GetOrCreateValue(scheme);
        if (cursor.Begin(region.Range) is not { } at)
        {
            return new SchemeOutcome(0, unfiltered);
        }

        PageFilterPlan? plan = isFiltered ? _plans.GetValue(scheme, s => new PageFilterPlan(s.Filters, InodeOf)) : null;
        ulong applied = 0;
        ulong passed = 0;
        _time.Start(Stopwatch.GetTimestamp());
        while (at < region.End)
        {
            if (_time.IsSpent)
            {
                cursor.Stop(at);
                _notes.Say($"{ActionNotes.NameOf(scheme.Action)}: it took more than half of the time; memory that was not reached is taken up in the next pass");
                break;
            }

            // Chunks end where no folio is cut.
            AddressRange chunk = new(at, Math.Min(region.End, (at & ~(ChunkSize - 1)) + ChunkSize));
            applied += ApplyToChunk(chunk, scheme, plan, ref passed);
            at = chunk.End;
            _time.Spend(Stopwatch.GetTimestamp());
        }

        return new SchemeOutcome(Math.Min(applied, region.Size), isFiltered ? passed : unfiltered);
    }

    public void Dispose()
    {
        _owners?.Dispose();
        _walker?.Dispose();
        _pages?.Dispose();
        _migration?.Dispose();
        _advice.Dispose();
        _cold.Dispose();
    }

    ulong ApplyToChunk(AddressRange chunk, Scheme scheme, PageFilterPlan? plan, ref ulong passed)
    {
        int count = (int)((chunk.Size + Page.Size - 1) >> Page.Shift);
        for (int i = 0; i < count; i++)
        {
            _wanted[i] = (chunk.Start >> Page.Shift) + (ulong)i;
        }

        if (!_frames!.Resolve(_wanted.AsSpan(0, count), onePerFolio: true))
        {
            return 0;
        }

        _owners!.Begin();
        _nrRuns = 0;
        _nrClears = 0;
        long now = Stopwatch.GetTimestamp();
        bool sparesYoung = scheme.Action == SchemeAction.PageOut && !(plan?.NeedsYoung ?? false);
        bool hasSwap = scheme.Action != SchemeAction.PageOut || ActionSupport.HasFreeSwap();
        ReadOnlySpan<FrameFacts> facts = _frames.Frames[.._frames.Count];
        for (int i = 0; i < facts.Length; i++)
        {
            ref readonly FrameFacts frame = ref facts[i];

            // As the kernel's paddr: what is on no reclaim list is no user's memory.
            if (!_frames.IsOnReclaimList(in frame))
            {
                continue;
            }

            bool isYoung = IsYoung(in frame);
            bool isCleared = isYoung && (sparesYoung || (plan?.NeedsYoung ?? false));
            bool isWanted = (plan is null || plan.Passes(FactsOf(in frame, plan, isYoung))) && !(sparesYoung && isYoung);
            if (isWanted)
            {
                passed += Overlap(in frame, chunk);
            }

            if ((isWanted && scheme.Action != SchemeAction.Stat) || isCleared)
            {
                AddFolio(in frame, scheme, isWanted, isCleared, hasSwap, now);
            }
        }

        return _nrRuns + _nrClears == 0 ? 0 : Act(scheme);
    }

    void AddFolio(in FrameFacts frame, Scheme scheme, bool isWanted, bool isCleared, bool hasSwap, long now)
    {
        string name = ActionNotes.NameOf(scheme.Action);
        if (frame.State != FrameState.Mapped)
        {
            _notes.Say($"{name}: memory that no process maps stays as it is (page cache, above all): no system call reaches it");
            return;
        }

        ref readonly FrameMapping mapping = ref _frames!.Mappings[frame.FirstMapping];
        if (_frames.IsClearable(in frame, in mapping) == false
            || FolioRange.Of(mapping.Address, mapping.Entry, frame.Order) is not { } range
            || !range.IsInside(mapping.MappingStart, mapping.MappingEnd))
        {
            if (isWanted && scheme.Action != SchemeAction.Stat)
            {
                _notes.Say($"{name}: memory that several processes share, that is locked, or mapped in part only, stays as it is: the calls pass over it");
            }

            return;
        }

        if (_owners!.Want(mapping.Mm, mapping.Task, now) is not { Process: { } process } owner)
        {
            return;
        }

        if (isCleared)
        {
            _clearKeys[_nrClears] = owner.Place;
            _clears[_nrClears++] = range;
        }

        if (!isWanted || scheme.Action == SchemeAction.Stat || process.Pid == Environment.ProcessId)
        {
            return;
        }

        if (!hasSwap && _frames.IsSwapBacked(in frame))
        {
            _notes.Say("pageout: memory that belongs to no file stays, for there is no free swap space");
            return;
        }

        _runKeys[_nrRuns] = owner.Place;
        _runs[_nrRuns++] = new AddressRange(range.Start, range.End);
    }

    /// <summary>Process by process, since that is how the calls want it.</summary>
    ulong Act(Scheme scheme)
    {
        _owners!.Validate();
        Span<int> clearKeys = _clearKeys.AsSpan(0, _nrClears);
        Span<FolioRange> clears = _clears.AsSpan(0, _nrClears);
        clearKeys.Sort(clears);
        for (int first = 0, end; first < clearKeys.Length; first = end)
        {
            end = EndOfGroup(clearKeys, first);
            if (_owners.Wanted[clearKeys[first]].Process is { } process)
            {
                _ = _cold.Advise(process.Handle.Handle, clears[first..end]);
            }
        }

        ulong applied = 0;
        Span<int> keys = _runKeys.AsSpan(0, _nrRuns);
        Span<AddressRange> runs = _runs.AsSpan(0, _nrRuns);
        keys.Sort(runs);
        for (int first = 0, end; first < keys.Length; first = end)
        {
            end = EndOfGroup(keys, first);
            if (_owners.Wanted[keys[first]].Process is { } process)
            {
                Join(runs[first..end]);
                applied += scheme.Action is SchemeAction.MigrateHot or SchemeAction.MigrateCold
                    ? Migrate(process, scheme)
                    : Advise(process, scheme, scheme.Action == SchemeAction.PageOut ? LibC.MADV_PAGEOUT : LibC.MADV_COLD);
            }
        }

        return applied;
    }

    static int EndOfGroup(ReadOnlySpan<int> keys, int first)
    {
        int end = first + 1;
        while (end < keys.Length && keys[end] == keys[first])
        {
            end++;
        }

        return end;
    }

    /// <summary>Neighbours in the address space become one piece, whatever their frames.</summary>
    void Join(Span<AddressRange> runs)
    {
        runs.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        _pieces.Clear();
        foreach (AddressRange run in runs)
        {
            if (_pieces.Count > 0 && _pieces[^1].End == run.Start)
            {
                _pieces[^1] = _pieces[^1] with { End = run.End };
            }
            else
            {
                _pieces.Add(run);
            }
        }
    }

    ulong Advise(MonitoredProcess process, Scheme scheme, int advice)
    {
        ulong advised = _advice.Advise(process.Handle.Handle, CollectionsMarshal.AsSpan(_pieces), advice);
        foreach (AdviceFailure failure in _advice.Failures)
        {
            _notes.Say(scheme, failure.Error, isCollapse: false);
        }

        return advised;
    }

    ulong Migrate(MonitoredProcess process, Scheme scheme)
    {
        _migration ??= new NodeMigration();
        ulong moved = 0;
        foreach (AddressRange piece in _pieces)
        {
            moved += _migration.Move(process, piece, scheme.Destinations, out Errno error);
            if (error == Errno.ESRCH)
            {
                break;
            }

            if (error != Errno.None)
            {
                _notes.Say(scheme, error, isCollapse: false);
                break;
            }
        }

        return moved;
    }

    bool IsYoung(in FrameFacts frame)
    {
        bool isYoung = false;
        ReadOnlySpan<FrameMapping> mappings = _frames!.Mappings;
        for (int m = frame.FirstMapping; m >= 0; m = mappings[m].Next)
        {
            isYoung |= mappings[m].Entry.Accessed;
        }

        return isYoung;
    }

    PageFacts FactsOf(in FrameFacts frame, PageFilterPlan plan, bool isYoung) => new(
        frame.IsAnonymous,
        _frames!.IsActive(in frame),
        plan.NeedsCgroups ? _pages!.CgroupOf(new Folio(frame.Head, frame.Order)) : 0,
        isYoung,
        frame.FolioSize,
        IsUnmapped: frame.State != FrameState.Mapped);

    static ulong Overlap(in FrameFacts frame, AddressRange chunk)
    {
        ulong start = frame.Head << Page.Shift;
        return new AddressRange(Math.Max(start, chunk.Start), Math.Min(start + frame.FolioSize, chunk.End)).Size;
    }

    string? FindRefusal(SchemeAction action) => action switch
    {
        SchemeAction.Stat => null,
        SchemeAction.LruPrio => "no system call moves pages of another process to the active lists",
        SchemeAction.MigrateHot or SchemeAction.MigrateCold => _support.MigrationRefusal(),
        SchemeAction.Cold or SchemeAction.LruDeprio => _support.AdviceRefusal(LibC.MADV_COLD, "5.10"),
        SchemeAction.PageOut => _support.AdviceRefusal(LibC.MADV_PAGEOUT, "5.10"),
        _ => "it is for virtual address spaces of processes; physical memory has stat, pageout, lru_deprio (cold), migrate_hot and migrate_cold",
    };

    string? FilterRefusal(Scheme scheme)
    {
        foreach (SchemeFilter filter in scheme.Filters)
        {
            if (filter.Kind != SchemeFilterKind.Memcg)
            {
                continue;
            }

            string? fault = OpenCgroups() ?? (CgroupFolders.Find(proc, filter.MemcgPath, out string? missing) is null ? missing : null);
            if (fault is not null)
            {
                return $"the filter '{ActionSupport.NameOf(filter.Kind)}' cannot be evaluated: {fault}";
            }
        }

        return null;
    }

    /// <returns>Why it cannot be found out who maps memory; null when it can.</returns>
    string? Open()
    {
        if (_frames is null && _fault is null)
        {
            try
            {
                _walker = PageTableWalker.Create();
                _frames = FrameOwners.Create(_walker, memory);
                _owners = new MemoryOwners(_walker, proc);
            }
            catch (AccessCheckUnavailableException e)
            {
                _fault = e.Message;
            }
        }

        return _fault;
    }

    string? OpenCgroups()
    {
        try
        {
            _pages ??= PhysicalPages.Open(proc.Root);
            return _pages.KnowsCgroups ? null : $"there is no {proc.Root}/kpagecgroup, or it may not be opened; it needs CONFIG_MEMCG and root";
        }
        catch (AccessCheckUnavailableException e)
        {
            return e.Message;
        }
    }

    ulong? InodeOf(string? path) => CgroupFolders.Find(proc, path, out _) is { } folder ? CgroupFolders.InodeOf(folder) : null;
}
