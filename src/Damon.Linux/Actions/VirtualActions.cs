using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Actions;

/// <summary>What schemes do to memory of other processes. Only the process that is given is acted on: by its pidfd, or while that says it lives.</summary>
/// <remarks>Not thread-safe but for <see cref="Notes"/>. Whatever is needed of the machine is opened when it is first needed.</remarks>
/// <param name="proc">Where to read of processes.</param>
/// <param name="allowPtrace">Whether processes may be stopped to have them do what the kernel takes from no other process.</param>
/// <param name="sysRoot">Usually <c>/sys</c>.</param>
sealed class VirtualActions(ProcFileSystem proc, bool allowPtrace, string sysRoot = "/sys") : IDisposable
{
    const int MaxRuns = 1024;

    readonly RemoteAdvice _advice = new();
    readonly PageFilter _filter = new();
    readonly ActionNotes _notes = new();
    readonly HugePageMarks _marks = new(proc);
    readonly MappingTable _freshMappings = new();
    readonly List<AddressRange> _mapped = [];
    readonly List<AddressRange> _runs = [];
    readonly List<AddressRange> _pieces = [];
    readonly List<AddressRange> _remapped = [];
    readonly ConditionalWeakTable<Scheme, PageFilterPlan> _plans = [];
    readonly Attempt<PhysicalPages> _pages = new(() => OpenPages(proc));
    readonly Attempt<YoungPages> _young = new(YoungPages.Create);
    NodeMigration? _migration;
    SchemeRefusals? _refusals;

    /// <summary>Why actions did less than they were asked for, each reason once.</summary>
    internal IReadOnlyList<string> Notes => _notes.All;

    /// <summary>What is impossible here, for every process.</summary>
    internal SchemeRefusals Refusals => _refusals ??= new SchemeRefusals(proc, sysRoot, FindRefusal, PagesRefusal);

    /// <summary>Does what a scheme wants to a region.</summary>
    /// <inheritdoc cref="ISchemeActions.Apply" path="/param"/>
    internal SchemeOutcome Apply(MonitoredProcess process, in Region region, Scheme scheme, bool isAllowed)
    {
        bool isFiltered = scheme.HasPageFilters && !isAllowed;
        ulong unfiltered = isFiltered ? 0 : region.Size;
        if (!Refusals.LeaveWorkFor(scheme, isFiltered, _notes))
        {
            return new SchemeOutcome(0, unfiltered);
        }

        _mapped.Clear();
        MemoryPieces.AddMapped(new AddressRange(region.Start, region.End), process.Mappings, _mapped);
        return isFiltered ? ApplyFiltered(process, scheme) : new SchemeOutcome(Act(process, scheme, _mapped, isRetry: false), unfiltered);
    }

    /// <summary>Drops what is kept for a process.</summary>
    internal void Forget(MonitoredProcess process)
    {
        _young.Value?.Forget(process);
        _marks.Forget(process);
    }

    public void Dispose()
    {
        _advice.Dispose();
        _migration?.Dispose();
        _pages.Dispose();
        _young.Dispose();
    }

    SchemeOutcome ApplyFiltered(MonitoredProcess process, Scheme scheme)
    {
        using PageMap? map = PageMap.Open(process, out Errno error);
        if (map is null)
        {
            if (error is not (Errno.ESRCH or Errno.ENOENT))
            {
                _notes.Say(scheme, error, isCollapse: false);
            }

            return default;
        }

        PageFilterPlan plan = _plans.GetValue(scheme, s => new PageFilterPlan(s.Filters, path => CgroupFolders.InodeOf(proc, path)));
        PageSources sources = new(map, _pages.Value, _young.Value);
        ulong applied = 0;
        ulong passed = 0;
        _runs.Clear();
        foreach (AddressRange mapped in _mapped)
        {
            // A run may end where the range does, but not be joined to what is before it.
            AddressRange mapping = process.Mappings.IndexOf(mapped.Start) is >= 0 and var index ? process.Mappings.Ranges[index] : mapped;
            for (AddressRange rest = mapped; !rest.IsEmpty;)
            {
                AddressRange chunk = PageFilter.NextChunk(rest);
                passed += _filter.AddRuns(plan, chunk, mapping, process, sources, _runs);
                rest = rest with { Start = chunk.End };
                if (_runs.Count >= MaxRuns)
                {
                    applied += Act(process, scheme, _runs, isRetry: false);
                    _runs.Clear();
                }
            }
        }

        return new SchemeOutcome(applied + Act(process, scheme, _runs, isRetry: false), passed);
    }

    /// <returns>Bytes on which the action did something.</returns>
    ulong Act(MonitoredProcess process, Scheme scheme, List<AddressRange> runs, bool isRetry)
    {
        if (runs.Count == 0)
        {
            return 0;
        }

        _pieces.Clear();
        switch (scheme.Action)
        {
            case SchemeAction.WillNeed:
                AddReadable(process, runs);
                return Advise(process, scheme, LibC.MADV_WILLNEED, isRetry);
            case SchemeAction.Cold or SchemeAction.LruDeprio:
                AddWholeFolios(process, runs);
                return Advise(process, scheme, LibC.MADV_COLD, isRetry);
            case SchemeAction.PageOut:
                KeepReclaimable(process, runs);
                AddWholeFolios(process, runs);
                return Advise(process, scheme, LibC.MADV_PAGEOUT, isRetry);
            case SchemeAction.HugePage when allowPtrace:
                return Inject(process, scheme, runs, LibC.MADV_HUGEPAGE);
            case SchemeAction.NoHugePage:
                return Inject(process, scheme, runs, LibC.MADV_NOHUGEPAGE);
            case SchemeAction.HugePage or SchemeAction.Collapse:
                runs.ForEach(run => MemoryPieces.AddHuge(run, _pieces));
                return Advise(process, scheme, LibC.MADV_COLLAPSE, isRetry);
            case SchemeAction.MigrateHot or SchemeAction.MigrateCold:
                return (_migration ??= new NodeMigration()).Move(process, runs, scheme, _notes);
            default:
                return 0;
        }
    }

    ulong Advise(MonitoredProcess process, Scheme scheme, int advice, bool isRetry)
    {
        ulong advised = _advice.Advise(process.Handle.Handle, CollectionsMarshal.AsSpan(_pieces), advice);
        if (_advice.IsTargetGone)
        {
            return advised;
        }

        _remapped.Clear();
        foreach (AdviceFailure failure in _advice.Failures)
        {
            // The mappings are as old as the last update. What was unmapped since must not spoil the rest of its piece.
            if (failure.Error == Errno.ENOMEM && !isRetry && advice != LibC.MADV_COLLAPSE)
            {
                _remapped.Add(failure.Piece);
            }
            else
            {
                _notes.Say(scheme, failure.Error, advice == LibC.MADV_COLLAPSE);
            }
        }

        if (_remapped.Count == 0 || !proc.TryReadMappings(process.Folder, _freshMappings, out _) || !process.IsAlive())
        {
            return advised;
        }

        List<AddressRange> again = [];
        _remapped.ForEach(piece => MemoryPieces.AddMapped(piece, _freshMappings, again));
        return advised + Act(process, scheme, again, isRetry: true);
    }

    void AddReadable(MonitoredProcess process, List<AddressRange> runs)
    {
        foreach (AddressRange run in runs)
        {
            if (IsOfFile(process, run))
            {
                MemoryPieces.AddReadable(run, _pieces);
            }
            else
            {
                MemoryPieces.AddCut(run, _pieces);
            }
        }
    }

    /// <summary>Takes out what cannot be reclaimed without swap space: the kernel would look at every page, and split the huge ones in vain.</summary>
    void KeepReclaimable(MonitoredProcess process, List<AddressRange> runs)
    {
        if (!ActionSupport.HasFreeSwap() && runs.RemoveAll(run => !IsOfFile(process, run)) > 0)
        {
            _notes.Say("pageout: memory that belongs to no file stays, for there is no free swap space");
        }
    }

    static bool IsOfFile(MonitoredProcess process, AddressRange run) =>
        process.Mappings.IndexOf(run.Start) is >= 0 and var index && (process.Mappings.Mappings[index].Traits & MappingTraits.File) != 0;

    void AddWholeFolios(MonitoredProcess process, List<AddressRange> runs)
    {
        using PageMap? map = _pages.Fault() is null ? PageMap.Open(process, out _) : null;
        foreach (AddressRange run in runs)
        {
            int index = process.Mappings.IndexOf(run.Start);
            AddressRange whole = map is null || index < 0 ? run : FolioEdges.Trim(run, process.Mappings.Ranges[index], map, _pages.Value!);
            MemoryPieces.AddCut(whole, _pieces);
        }
    }

    ulong Inject(MonitoredProcess process, Scheme scheme, List<AddressRange> runs, int advice)
    {
        // The other process is stopped only for what changes something.
        ulong marked = _marks.LeaveOut(process, runs, advice, _pieces);
        if (_pieces.Count == 0)
        {
            return marked;
        }

        InjectionResult result = AdviceInjector.Advise(process, CollectionsMarshal.AsSpan(_pieces), advice);
        if (result.Refusal is { } refusal)
        {
            _notes.Say(scheme, $"process {process.Pid}: {refusal}");
        }
        else
        {
            _marks.Add(process, _pieces, advice);
        }

        return marked + result.Advised;
    }

    string? FindRefusal(SchemeAction action) => action switch
    {
        SchemeAction.NoHugePage => AdviceInjector.Refusal(proc)
            ?? (allowPtrace ? null : "the kernel takes it only from the process itself; it needs leave to inject a system call with ptrace"),
        SchemeAction.HugePage => allowPtrace ? AdviceInjector.Refusal(proc) : Refusals.Of(SchemeAction.Collapse),
        _ => null,
    };

    string? PagesRefusal(Scheme scheme) => !scheme.HasPageFilters ? null
        : scheme.Action == SchemeAction.WillNeed
            ? "filters look at pages that are there, and this action is about those that are not; take the filters by kind of page out"
        : scheme.Action == SchemeAction.NoHugePage || (scheme.Action == SchemeAction.HugePage && allowPtrace)
            ? "it is a property of mappings, which page by page would be cut into many; take the filters by kind of page out"
        : SchemeRefusals.OfFilters(scheme, filter => filter.Kind switch
        {
            SchemeFilterKind.Active or SchemeFilterKind.HugePageSize => _pages.Fault(),
            SchemeFilterKind.Memcg => Refusals.OfCgroup(filter, _pages),
            SchemeFilterKind.Young => _young.Fault(),
            _ => null,
        });

    static PhysicalPages OpenPages(ProcFileSystem proc)
    {
        PhysicalPages pages = PhysicalPages.Open(proc.Root);
        if (!OwnFrameIsKnown(proc))
        {
            pages.Dispose();
            throw new AccessCheckUnavailableException("the frames of pages are not told", "it needs CAP_SYS_ADMIN, so run as root");
        }

        return pages;
    }

    static unsafe bool OwnFrameIsKnown(ProcFileSystem proc)
    {
        ulong entry = 0;
        using PageMap? map = PageMap.Open($"{proc.Root}/self/pagemap", out _);
        map?.Read((ulong)&entry, new Span<ulong>(ref entry));
        return PageMap.FrameOf(entry) != 0;
    }
}
