using System.Globalization;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.AccessChecks;

/// <summary>
/// Sees accesses page by page: a BPF program reads the accessed bits of a whole batch of pages from the page tables, MADV_COLD clears
/// those that are set, and clear_refs those that MADV_COLD cannot.
/// </summary>
/// <remarks>
/// Per sample two walks: one that reads the answers of the old sampling addresses, one that looks at the new ones. Only pages that are
/// young need clearing, so cold memory costs no more than the walk. Advice is given on whole folios only: on a part of one the kernel
/// would split it.
/// </remarks>
sealed class PageTableChecker : IAccessChecker
{
    // Without the map counts of the kernel it is tried and seen afterwards whether a mapping's pages can be cleared.
    const int LeastTrials = 16;
    const int TrialsInARow = 2;

    // Memory does not stay what it was found to be: a child that shared it ends, it is unlocked, another mapping takes its place.
    const long VerdictLifeNs = 10_000_000_000;

    readonly PageTableWalker _walker;
    readonly ColdAdvice? _cold;
    readonly IdlePageMarker? _marker;
    readonly int[] _indices = new int[PageTableWalker.BatchCapacity];
    readonly FolioRange[] _ranges = new FolioRange[PageTableWalker.BatchCapacity];
    readonly int[] _advised = new int[PageTableWalker.BatchCapacity];
    readonly int[] _trials = new int[PageTableWalker.BatchCapacity];
    readonly ulong[] _heads = new ulong[PageTableWalker.BatchCapacity];
    readonly int[] _toMark = new int[PageTableWalker.BatchCapacity];
    string? _fault;
    long _young;
    long _unclearable;
    long _longestWindowNs;

    /// <param name="walker">Reads the bits; owned by this object from now on.</param>
    /// <param name="cold">Clears the bits; owned likewise. Null where only clear_refs can.</param>
    /// <param name="coldUnusableBecause">Why there is no <paramref name="cold"/>.</param>
    /// <param name="marker">Clears, one folio at a time, what <paramref name="cold"/> cannot; owned likewise. Null where only clear_refs can.</param>
    internal PageTableChecker(PageTableWalker walker, ColdAdvice? cold, string? coldUnusableBecause = null, IdlePageMarker? marker = null)
    {
        _walker = walker;
        _marker = marker;

        // Without the bounds of folios advice would split them: then clear_refs clears everything.
        _cold = walker.KnowsFolios ? cold : null;
        string clearing = _cold is not null
            ? walker.KnowsMapCounts ? "MADV_COLD on whole folios"
                : walker.KnowsPageMapCounts ? "MADV_COLD on whole folios, verified for large ones"
                : "MADV_COLD on whole folios, verified"
            : $"no MADV_COLD ({coldUnusableBecause ?? walker.FoliosUnknownBecause})";
        Description = $"BPF {(walker.ProgramKind == WalkerProgramKind.Syscall ? "syscall program" : "task iterator")}, "
            + $"{(walker.ReadKind == KernelReadKind.Inline ? "inline reads" : "helper reads")}, {clearing}, for the rest "
                + $"{(marker is not null ? "the idle page bitmap" : "clear_refs")}";
    }

    public AccessCheckKind Kind => AccessCheckKind.PageTable;

    public string Description { get; }

    public bool IsPerPage => true;

    /// <summary>
    /// When the pages whose held answers were taken last had been cleared, begin and end, in nanoseconds: those answers are about the
    /// time from there on.
    /// </summary>
    internal (long StartNs, long EndNs) LastHeldClear { get; private set; }

    public void Prepare(MonitoredProcess process, Span<Region> regions, RandomSource random, long nowNs)
    {
        State state = StateOf(process);
        state.Renew(nowNs);
        for (int first = 0; first < regions.Length; first += PageTableWalker.BatchCapacity)
        {
            PrepareBatch(process, state, regions.Slice(first, Math.Min(PageTableWalker.BatchCapacity, regions.Length - first)), random);
            if (process.AddressSpaceChanged)
            {
                return;
            }
        }

        if (state.NrWaiting > 0 && !state.Fallback.IsWindowOpen && state.Fallback.IsUsable)
        {
            state.Fallback.Clear(nowNs, onlyFiles: !state.AnonymousWaits);
            state.NrWaiting = 0;
            state.AnonymousWaits = false;
            _longestWindowNs = Math.Max(_longestWindowNs, state.Fallback.LongestWindowNs);
        }
    }

    public void Check(MonitoredProcess process, Span<Region> regions, long nowNs)
    {
        State state = StateOf(process);
        bool windowIsOver = state.Fallback.IsWindowOver(nowNs);
        for (int first = 0; first < regions.Length; first += PageTableWalker.BatchCapacity)
        {
            CheckBatch(process, state, regions.Slice(first, Math.Min(PageTableWalker.BatchCapacity, regions.Length - first)), windowIsOver);
        }

        if (windowIsOver)
        {
            LastHeldClear = state.Fallback.LastClear;
            state.Fallback.CloseWindow();
        }
    }

    public void Forget(MonitoredProcess process)
    {
        _walker.Forget(process.Pid);
        (process.CheckerState as State)?.Fallback.Dispose();
    }

    public IEnumerable<string> Notes()
    {
        if (_fault is not null)
        {
            yield return _fault;
        }

        // Shared libraries are in every process; worth a word is only what weighs in the result.
        const double WorthSaying = 0.02;
        double share = _young == 0 ? 0 : (double)_unclearable / _young;
        if (share >= WorthSaying)
        {
            string percent = string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");
            yield return _longestWindowNs > 0
                ? $"{percent} of the pages found accessed could only be cleared by clear_refs (shared between processes, or locked): "
                    + $"they were looked at once in up to {_longestWindowNs / 1_000_000} ms and keep their answer in between."
                : $"{percent} of the pages found accessed could not be cleared (shared between processes, or locked): they count as not accessed.";
        }
    }

    public void Dispose()
    {
        _cold?.Dispose();
        _marker?.Dispose();
        _walker.Dispose();
    }

    void PrepareBatch(MonitoredProcess process, State state, Span<Region> regions, RandomSource random)
    {
        Span<ulong> addresses = _walker.Addresses;
        int count = 0;
        for (int i = 0; i < regions.Length; i++)
        {
            ref Region region = ref regions[i];
            if (region.AnswerIsHeld && state.Fallback.IsUsable)
            {
                continue;
            }

            region.AnswerIsHeld = false;
            region.SamplingAddress = random.Next(region.Start, region.End);
            addresses[count] = region.SamplingAddress;
            _indices[count++] = i;
        }

        if (!Walk(process, count, withFolio: true) || process.AddressSpaceChanged)
        {
            return;
        }

        ReadOnlySpan<PageEntry> entries = _walker.Entries;
        int young = 0;
        int unclearable = 0;
        int nrRanges = 0;
        int nrTrials = 0;
        int nrToMark = 0;
        for (int i = 0; i < count; i++)
        {
            PageEntry entry = entries[i];
            if (!entry.Accessed)
            {
                continue;
            }

            young++;
            ref Region region = ref regions[_indices[i]];
            if (RangeToAdvise(process, state, region.SamplingAddress, entry) is { } range)
            {
                _advised[nrRanges] = _indices[i];
                _ranges[nrRanges++] = range;
                if (!IsForetold(entry))
                {
                    _trials[nrTrials++] = _indices[i];
                }
            }
            else if (_marker is not null && WalkerFrameFinder.HeadOf(entry, _marker.Flags) is var head and not 0)
            {
                _heads[nrToMark] = head;
                _toMark[nrToMark++] = _indices[i];
            }
            else
            {
                unclearable++;
                Hold(process, state, ref region);
            }
        }

        if (nrToMark > 0)
        {
            for (int i = _marker!.Mark(_heads.AsSpan(0, nrToMark), _toMark.AsSpan(0, nrToMark)); i < nrToMark; i++)
            {
                unclearable++;
                Hold(process, state, ref regions[_toMark[i]]);
            }
        }

        state.Fallback.Count(young, unclearable);
        _young += young;
        _unclearable += unclearable;
        if (nrRanges > 0)
        {
            Advise(process, state, nrRanges, nrTrials, regions);
        }
    }

    void CheckBatch(MonitoredProcess process, State state, Span<Region> regions, bool windowIsOver)
    {
        Span<ulong> addresses = _walker.Addresses;
        int count = 0;
        for (int i = 0; i < regions.Length; i++)
        {
            ref Region region = ref regions[i];
            if (region.AnswerIsHeld && !(windowIsOver && region.OperationsMark <= state.Fallback.OpenWindow))
            {
                continue;
            }

            addresses[count] = region.SamplingAddress;
            _indices[count++] = i;
        }

        // A batch that was dropped, because the process went on to another program meanwhile, tells nothing: not accessed.
        bool walked = Walk(process, count, withFolio: false);
        ReadOnlySpan<PageEntry> entries = _walker.Entries;
        for (int i = 0; i < count; i++)
        {
            ref Region region = ref regions[_indices[i]];
            region.Accessed = walked && entries[i].Accessed;
            region.AnswerIsHeld = false;
        }
    }

    bool Walk(MonitoredProcess process, int count, bool withFolio)
    {
        if (count == 0)
        {
            return false;
        }

        WalkStatus status = _walker.Walk(process.Pid, count, withFolio);
        if (status == WalkStatus.Failed)
        {
            _fault ??= $"The page-table walk of process {process.Pid} failed: {_walker.LastError.ToText()}.";
        }

        if (status != WalkStatus.Ok)
        {
            return false;
        }

        process.SawAddressSpace(_walker.LastMm);
        return true;
    }

    /// <summary>The whole folio to give advice on, or null when that would not clear the bit, or split the folio.</summary>
    FolioRange? RangeToAdvise(MonitoredProcess process, State state, ulong address, PageEntry entry)
    {
        bool isForetold = IsForetold(entry);
        if (_cold is null || (isForetold && !entry.Clearable) || FolioRange.Of(address, entry) is not { } range)
        {
            return null;
        }

        // Single pages, by far the most, cannot reach over the end of a mapping.
        bool isSinglePage = IsSinglePage(entry);
        if (isSinglePage && state.NrUnclearableMappings == 0 && isForetold)
        {
            return range;
        }

        int mapping = process.Mappings.IndexOf(address);
        if (mapping < 0)
        {
            // Mapped since the last update: its bounds are not known, which a single page does not need.
            return isSinglePage ? range : null;
        }

        AddressRange bounds = process.Mappings.Ranges[mapping];
        return range.IsInside(bounds.Start, bounds.End) && !state.IsUnclearable(bounds.Start) ? range : null;
    }

    /// <summary>Whether the walk knew whether advice will clear the page; else it is tried and looked at.</summary>
    bool IsForetold(PageEntry entry) => _walker.KnowsMapCounts || (_walker.KnowsPageMapCounts && IsSinglePage(entry));

    static bool IsSinglePage(PageEntry entry) => entry is { Level: 1, FolioKnown: true, FolioOrder: 0 };

    void Advise(MonitoredProcess process, State state, int nrRanges, int nrTrials, Span<Region> regions)
    {
        ColdResult result = _cold!.Advise(process.Handle.Handle, _ranges.AsSpan(0, nrRanges));
        switch (result.Outcome)
        {
            case ColdOutcome.NoPermission:
                _fault ??=
                    $"Process {process.Pid} may not be advised ({result.Error.ToText()}): CAP_SYS_NICE and the right to trace it are needed; clear_refs is "
                        + "used instead.";
                HoldAll(process, state, nrRanges, regions);
                return;
            case ColdOutcome.Failed:
                _fault ??= $"MADV_COLD on process {process.Pid} failed: {result.Error.ToText()}; clear_refs is used instead.";
                HoldAll(process, state, nrRanges, regions);
                return;
            case ColdOutcome.TargetGone:
                // Or only its first thread, by which alone the kernel takes advice.
                process.FindLivingThread();
                HoldAll(process, state, nrRanges, regions);
                return;
        }

        foreach (ColdFailure failure in _cold.Failures)
        {
            // EINVAL: locked, hugetlb or device memory, all of the mapping. ENOMEM: gone, which the next update tells.
            int mapping = failure.Error == Errno.EINVAL ? process.Mappings.IndexOf(failure.Range.Start) : -1;
            if (mapping >= 0)
            {
                state.SetUnclearable(process.Mappings.Ranges[mapping].Start);
            }
        }

        if (nrTrials > 0)
        {
            JudgeByResult(process, state, nrTrials, regions);
        }
    }

    /// <summary>
    /// Looks right after the clear which pages are still young. One page may have been touched again in those microseconds, but half
    /// of a mapping's, twice in a row, were not cleared.
    /// </summary>
    void JudgeByResult(MonitoredProcess process, State state, int nrTrials, Span<Region> regions)
    {
        Span<ulong> addresses = _walker.Addresses;
        for (int i = 0; i < nrTrials; i++)
        {
            addresses[i] = regions[_trials[i]].SamplingAddress;
        }

        if (!Walk(process, nrTrials, withFolio: false))
        {
            return;
        }

        ReadOnlySpan<PageEntry> entries = _walker.Entries;
        int nrToMark = 0;
        for (int i = 0; i < nrTrials; i++)
        {
            int mapping = process.Mappings.IndexOf(addresses[i]);
            if (mapping >= 0)
            {
                state.CountTrial(process.Mappings.Ranges[mapping].Start, entries[i].Accessed);
            }

            // The bitmap clears it now, whichever of the two it was.
            if (_marker is not null && entries[i].Accessed && WalkerFrameFinder.HeadOf(entries[i], _marker.Flags) is var head and not 0)
            {
                _heads[nrToMark] = head;
                _toMark[nrToMark++] = _trials[i];
            }
        }

        if (nrToMark > 0)
        {
            _ = _marker!.Mark(_heads.AsSpan(0, nrToMark), _toMark.AsSpan(0, nrToMark));
        }
    }

    void HoldAll(MonitoredProcess process, State state, int nrRanges, Span<Region> regions)
    {
        for (int i = 0; i < nrRanges; i++)
        {
            Hold(process, state, ref regions[_advised[i]]);
        }
    }

    /// <summary>Leaves the region's answer as it is until clear_refs has given its page a window.</summary>
    static void Hold(MonitoredProcess process, State state, ref Region region)
    {
        if (!state.Fallback.IsUsable)
        {
            // Nothing can clear this page: what cannot be known counts as not accessed, for this sample.
            region.Accessed = false;
        }

        region.AnswerIsHeld = true;
        region.OperationsMark = state.Fallback.NextWindow;
        state.NrWaiting++;
        int mapping = process.Mappings.IndexOf(region.SamplingAddress);
        state.AnonymousWaits |= mapping < 0 || (process.Mappings.Mappings[mapping].Traits & MappingTraits.File) == 0;
    }

    State StateOf(MonitoredProcess process)
    {
        if (process.CheckerState is State state)
        {
            return state;
        }

        state = new State(new ClearRefsFallback(process));
        if (!state.Fallback.IsUsable && state.Fallback.OpenError is not (Errno.ENOENT or Errno.ESRCH))
        {
            _fault ??=
                $"clear_refs of process {process.Pid} cannot be opened ({state.Fallback.OpenError.ToText()}): pages shared between processes count as not "
                    + "accessed.";
        }

        process.CheckerState = state;
        return state;
    }

    /// <summary>What is kept for one process.</summary>
    sealed class State(ClearRefsFallback fallback)
    {
        readonly Dictionary<ulong, (int Trials, int Young, int BadRounds)> _trials = [];
        readonly HashSet<ulong> _unclearable = [];
        long _renewNs;

        internal ClearRefsFallback Fallback { get; } = fallback;

        internal int NrWaiting { get; set; }

        internal bool AnonymousWaits { get; set; }

        /// <summary>Forgets now and then which mappings cannot be cleared.</summary>
        internal void Renew(long nowNs)
        {
            if (nowNs >= _renewNs)
            {
                _renewNs = nowNs + VerdictLifeNs;
                _trials.Clear();
                _unclearable.Clear();
            }
        }

        internal int NrUnclearableMappings => _unclearable.Count;

        internal bool IsUnclearable(ulong mappingStart) => _unclearable.Contains(mappingStart);

        internal void SetUnclearable(ulong mappingStart) => _unclearable.Add(mappingStart);

        internal void CountTrial(ulong mappingStart, bool stillYoung)
        {
            (int trials, int young, int badRounds) = _trials.GetValueOrDefault(mappingStart);
            trials++;
            young += stillYoung ? 1 : 0;
            if (trials == LeastTrials)
            {
                badRounds = young * 2 >= trials ? badRounds + 1 : 0;
                (trials, young) = (0, 0);
            }

            _trials[mappingStart] = (trials, young, badRounds);
            if (badRounds >= TrialsInARow)
            {
                SetUnclearable(mappingStart);
            }
        }
    }
}
