using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Damon.Linux.Machine;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Schemes.Text;

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
sealed class PhysicalActions(ProcFileSystem proc, MemoryMap memory, ActionTime? time = null, string sysRoot = "/sys") : IDisposable
{
    const ulong ChunkSize = (ulong)FrameOwners.Capacity << Page.Shift;

    readonly ActionNotes _notes = new();
    readonly ActionTime _time = time ?? new ActionTime();
    readonly RemoteAdvice _advice = new();
    readonly ColdAdvice _cold = new();
    readonly ConditionalWeakTable<Scheme, PageFilterPlan> _plans = [];
    readonly ConditionalWeakTable<Scheme, PassCursor> _cursors = [];
    readonly ulong[] _wanted = new ulong[FrameOwners.Capacity];
    readonly int[] _runKeys = new int[FrameOwners.Capacity];
    readonly AddressRange[] _runs = new AddressRange[FrameOwners.Capacity];
    readonly int[] _clearKeys = new int[FrameOwners.Capacity];
    readonly FolioRange[] _clears = new FolioRange[FrameOwners.Capacity];
    readonly List<AddressRange> _pieces = [];
    readonly Attempt<PhysicalPages> _pages = new(() => PhysicalPages.Open(proc.Root));
    Attempt<MemoryOwners>? _owners;
    int _nrRuns;
    int _nrClears;
    PageTableWalker? _walker;
    FrameOwners? _frames;
    NodeMigration? _migration;
    SchemeRefusals? _refusals;

    /// <summary>Why actions did less than they were asked for, each reason once.</summary>
    internal IReadOnlyList<string> Notes => _notes.All;

    /// <summary>What is impossible here.</summary>
    internal SchemeRefusals Refusals => _refusals ??= new SchemeRefusals(proc, sysRoot, FindRefusal, PagesRefusal);

    /// <summary>Does what a scheme wants to a region.</summary>
    /// <inheritdoc cref="ISchemeActions.Apply" path="/param"/>
    internal SchemeOutcome Apply(in Region region, Scheme scheme, bool isAllowed)
    {
        bool isFiltered = scheme.HasPageFilters && !isAllowed;
        ulong unfiltered = isFiltered ? 0 : region.Size;
        if (!Refusals.LeaveWorkFor(scheme, isFiltered, _notes))
        {
            return new SchemeOutcome(0, unfiltered);
        }

        PassCursor cursor = _cursors.GetOrCreateValue(scheme);
        if (cursor.Begin(region.Range) is not { } at)
        {
            return new SchemeOutcome(0, unfiltered);
        }

        PageFilterPlan? plan = isFiltered ? _plans.GetValue(scheme, s => new PageFilterPlan(s.Filters, path => CgroupFolders.InodeOf(proc, path))) : null;
        ulong applied = 0;
        ulong passed = 0;
        _time.Start(Stopwatch.GetTimestamp());
        while (at < region.End)
        {
            if (_time.IsSpent)
            {
                cursor.Stop(at);
                _notes.Say(scheme, "it took more than half of the time; memory that was not reached is taken up in the next pass");
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
        _pages.Dispose();
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

        _owners!.Value!.Begin();
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
        if (frame.State != FrameState.Mapped)
        {
            _notes.Say(scheme, "memory that no process maps stays as it is (page cache, above all): no system call reaches it");
            return;
        }

        ref readonly FrameMapping mapping = ref _frames!.Mappings[frame.FirstMapping];
        if (_frames.IsClearable(in frame, in mapping) == false
            || FolioRange.Of(mapping.Address, mapping.Entry, frame.Order) is not { } range
            || !range.IsInside(mapping.MappingStart, mapping.MappingEnd))
        {
            if (isWanted && scheme.Action != SchemeAction.Stat)
            {
                _notes.Say(scheme, "memory that several processes share, that is locked, or mapped in part only, stays as it is: the calls pass over it");
            }

            return;
        }

        if (_owners!.Value!.Want(mapping.Mm, mapping.Task, now) is not { Process: { } process } owner)
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
        _owners!.Value!.Validate();
        Span<int> clearKeys = _clearKeys.AsSpan(0, _nrClears);
        Span<FolioRange> clears = _clears.AsSpan(0, _nrClears);
        clearKeys.Sort(clears);
        for (int first = 0, end; first < clearKeys.Length; first = end)
        {
            end = EndOfGroup(clearKeys, first);
            if (_owners.Value!.Wanted[clearKeys[first]].Process is { } process)
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
            if (_owners.Value!.Wanted[keys[first]].Process is { } process)
            {
                Join(runs[first..end]);
                applied += SchemeNames.IsMigration(scheme.Action)
                    ? (_migration ??= new NodeMigration()).Move(process, _pieces, scheme, _notes)
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
        plan.NeedsCgroups ? _pages.Value!.CgroupOf(new Folio(frame.Head, frame.Order)) : 0,
        isYoung,
        frame.FolioSize,
        IsUnmapped: frame.State != FrameState.Mapped);

    static ulong Overlap(in FrameFacts frame, AddressRange chunk)
    {
        ulong start = frame.Head << Page.Shift;
        return new AddressRange(Math.Max(start, chunk.Start), Math.Min(start + frame.FolioSize, chunk.End)).Size;
    }

    static string? FindRefusal(SchemeAction action) => action switch
    {
        SchemeAction.WillNeed or SchemeAction.HugePage or SchemeAction.NoHugePage or SchemeAction.Collapse =>
            "it is for virtual address spaces of processes; physical memory has stat, pageout, lru_deprio (cold), migrate_hot and migrate_cold",
        _ => null,
    };

    string? PagesRefusal(Scheme scheme) => scheme.Action == SchemeAction.Stat && !scheme.HasPageFilters ? null
        : (_owners ??= new Attempt<MemoryOwners>(Open)).Fault()
            ?? SchemeRefusals.OfFilters(scheme, filter => filter.Kind == SchemeFilterKind.Memcg ? Refusals.OfCgroup(filter, _pages) : null);

    MemoryOwners Open()
    {
        _walker = PageTableWalker.Create();
        _frames = FrameOwners.Create(_walker, memory);
        return new MemoryOwners(_walker, proc);
    }
}
