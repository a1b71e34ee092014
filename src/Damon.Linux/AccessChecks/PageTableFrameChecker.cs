using System.Globalization;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.AccessChecks;

/// <summary>
/// Sees accesses to page frames in the page tables of all that map them: finds those by the kernel's reverse map, clears the accessed
/// bits by MADV_COLD on the process that maps the page, or by the idle page bitmap, and looks at them again after the interval.
/// </summary>
/// <remarks>
/// A frame counts as accessed when any of its mappings was. One found accessed that nothing can clear is not known to be accessed
/// again: it counts as not accessed, and such samples are counted. Likewise what no process maps, which has no accessed bit.
/// </remarks>
sealed class PageTableFrameChecker : IFrameChecker
{
    readonly PageTableWalker _walker;
    readonly FrameOwners _frames;
    readonly MemoryOwners _owners;
    readonly ColdAdvice? _cold;
    readonly IdlePageMarker? _marker;
    readonly ulong[] _wanted = new ulong[FrameOwners.Capacity];
    readonly FolioRange[] _ranges = new FolioRange[PageTableWalker.BatchCapacity];
    readonly int[] _trials = new int[FrameOwners.Capacity];
    readonly int[] _adviceKeys = new int[FrameOwners.Capacity];
    readonly Advice[] _advice = new Advice[FrameOwners.Capacity];
    Watch[] _watches = new Watch[FrameOwners.Capacity];
    ulong[] _heads = [];
    int[] _items = [];
    bool[] _idle = [];
    int _nrWatches;
    int _nrAdvice;
    int _nrToMark;
    int _nrMarked;
    int _nrRegions;
    string? _fault;
    long _samples;
    long _unowned;
    long _unmapped;
    long _unclearable;

    /// <param name="walker">Owned by this object from now on.</param>
    /// <param name="frames">Finds who maps a frame.</param>
    /// <param name="cold">Clears the bits; owned likewise. Null where it does not work.</param>
    /// <param name="coldUnusableBecause">Why there is no <paramref name="cold"/>.</param>
    /// <param name="marker">Clears what <paramref name="cold"/> cannot; owned likewise. Null where there is none.</param>
    /// <param name="proc">Where processes are listed.</param>
    internal PageTableFrameChecker(
        PageTableWalker walker,
        FrameOwners frames,
        ColdAdvice? cold,
        string? coldUnusableBecause,
        IdlePageMarker? marker,
        ProcFileSystem proc)
    {
        _walker = walker;
        _frames = frames;
        _cold = cold;
        _marker = marker;
        _owners = new MemoryOwners(walker, proc);
        Description = $"reverse map read by a BPF {(walker.ProgramKind == WalkerProgramKind.Syscall ? "syscall program" : "task iterator")}, "
            + $"{(walker.ReadKind == KernelReadKind.Inline ? "inline reads" : "helper reads")}, "
            + $"{(cold is not null ? "MADV_COLD on whole folios mapped once" : $"no MADV_COLD ({coldUnusableBecause})")}, "
            + $"for the rest {(marker is not null ? "the idle page bitmap" : "nothing")}";
    }

    public AccessCheckKind Kind => AccessCheckKind.PageTable;

    public string Description { get; }

    public bool IsPerPage => true;

    /// <summary>Samples so far; of memory that no process could map; of pages that none mapped; and found accessed and not to be cleared.</summary>
    internal (long All, long Unowned, long Unmapped, long Unclearable) Samples => (_samples, _unowned, _unmapped, _unclearable);

    public void Prepare(Span<Region> regions, RandomSource random, long nowNs)
    {
        _nrRegions = regions.Length;
        _nrWatches = 0;
        _nrToMark = 0;
        _nrMarked = 0;
        if (_marker is not null && _heads.Length < regions.Length)
        {
            _heads = new ulong[regions.Length];
            _items = new int[regions.Length];
            _idle = new bool[regions.Length];
        }

        foreach (ref Region region in regions)
        {
            region.SamplingAddress = random.Next(region.Start, region.End);
        }

        for (int first = 0; first < regions.Length; first += FrameOwners.Capacity)
        {
            PrepareBatch(regions.Slice(first, Math.Min(FrameOwners.Capacity, regions.Length - first)), first, nowNs);
        }

        if (_nrToMark > 0)
        {
            _nrMarked = _marker!.Mark(_heads.AsSpan(0, _nrToMark), _items.AsSpan(0, _nrToMark));
        }
    }

    public void Check(Span<Region> regions, long nowNs)
    {
        foreach (ref Region region in regions)
        {
            region.Accessed = false;
            region.AnswerIsHeld = false;
        }

        if (regions.Length != _nrRegions)
        {
            return;
        }

        for (int first = 0; first < _nrWatches; first += PageTableWalker.BatchCapacity)
        {
            ReadOnlySpan<Watch> watches = _watches.AsSpan(first, Math.Min(PageTableWalker.BatchCapacity, _nrWatches - first));
            if (!WalkWatches(watches))
            {
                return;
            }

            ReadOnlySpan<PageEntry> entries = _walker.Entries;
            for (int i = 0; i < watches.Length; i++)
            {
                regions[watches[i].Region].Accessed |= watches[i].Counts
                    && entries[i].Accessed
                    && FrameOwners.Maps(entries[i], watches[i].Address, watches[i].Frame);
            }
        }

        if (_nrMarked > 0)
        {
            _marker!.Read(_heads.AsSpan(0, _nrMarked), _idle);
            for (int i = 0; i < _nrMarked; i++)
            {
                regions[_items[i]].Accessed |= !_idle[i];
            }
        }
    }

    public IEnumerable<string> Notes()
    {
        if (_fault is not null)
        {
            yield return _fault;
        }

        if (_samples == 0)
        {
            yield break;
        }

        if (_unowned + _unmapped > 0)
        {
            yield return $"{Percent(_unowned)} of the samples were of memory that no process can map (free, or the kernel's own), {Percent(_unmapped)} of "
                + "pages that none mapped (page cache): "
                + (_marker is null
                    ? "it has no accessed bit and counts as not accessed."
                    : "the former counts as not accessed, of the latter only accesses by read and write are seen.");
        }

        long refused = _marker?.NrRefused ?? 0;
        if (_unclearable + refused > 0)
        {
            yield return $"{Percent(_unclearable + refused)} of the samples were of pages found accessed whose accessed bits cannot be cleared (shared "
                + "between processes, locked, or just new): it is not known whether they were accessed again, and they count as not accessed.";
        }
    }

    public void Dispose()
    {
        _owners.Dispose();
        _cold?.Dispose();
        _marker?.Dispose();
        _walker.Dispose();
    }

    string Percent(long part) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / _samples:0.0} %");

    void PrepareBatch(Span<Region> regions, int first, long nowNs)
    {
        for (int i = 0; i < regions.Length; i++)
        {
            _wanted[i] = regions[i].SamplingAddress >> Page.Shift;
        }

        _samples += regions.Length;
        if (!_frames.Resolve(_wanted.AsSpan(0, regions.Length)))
        {
            _unclearable += regions.Length;
            _fault ??= $"Kernel memory could not be read: {_walker.LastError.ToText()}.";
            return;
        }

        _owners.Begin();
        _nrAdvice = 0;
        ReadOnlySpan<FrameFacts> facts = _frames.Frames[..regions.Length];
        for (int i = 0; i < facts.Length; i++)
        {
            ref readonly FrameFacts frame = ref facts[i];
            switch (frame.State)
            {
                case FrameState.Unowned:
                    _unowned++;
                    break;
                case FrameState.Unmapped:
                    _unmapped++;
                    if (_marker is not null)
                    {
                        ToMark(frame.Head, first + i);
                    }

                    break;
                default:
                    AddMapped(in frame, first + i, nowNs);
                    break;
            }
        }

        if (_nrAdvice > 0)
        {
            Advise();
        }
    }

    void AddMapped(in FrameFacts frame, int region, long nowNs)
    {
        ReadOnlySpan<FrameMapping> mappings = _frames.Mappings;
        bool isYoung = false;
        for (int m = frame.FirstMapping; m >= 0; m = mappings[m].Next)
        {
            isYoung |= mappings[m].Entry.Accessed;
        }

        if (!isYoung)
        {
            // Nothing to clear: the first access will show, in whichever of the mappings.
            for (int m = frame.FirstMapping; m >= 0; m = mappings[m].Next)
            {
                AddWatch(region, in frame, in mappings[m]);
            }

            return;
        }

        ref readonly FrameMapping only = ref mappings[frame.FirstMapping];
        bool? isClearable = _cold is null ? false : _frames.IsClearable(in frame, in only);
        if (isClearable != false
            && FolioRange.Of(only.Address, only.Entry, frame.Order) is { } range
            && range.IsInside(only.MappingStart, only.MappingEnd)
            && _owners.Want(only.Mm, only.Task, nowNs) is { } owner)
        {
            _adviceKeys[_nrAdvice] = owner.Place;
            _advice[_nrAdvice++] = new Advice(range, AddWatch(region, in frame, in only), isClearable is null, frame.Head);
            return;
        }

        CannotClear(frame.Head, region);
    }

    void CannotClear(ulong head, int region)
    {
        if (_marker is not null)
        {
            ToMark(head, region);
        }
        else
        {
            _unclearable++;
        }
    }

    void ToMark(ulong head, int region)
    {
        _heads[_nrToMark] = head;
        _items[_nrToMark++] = region;
    }

    int AddWatch(int region, in FrameFacts frame, in FrameMapping mapping)
    {
        if (_nrWatches == _watches.Length)
        {
            Array.Resize(ref _watches, _nrWatches * 2);
        }

        _watches[_nrWatches] = new Watch
        {
            Region = region,
            Address = mapping.Address,
            Table = mapping.Table,
            Frame = frame.Frame,
            Head = frame.Head,
            Counts = true,
        };
        return _nrWatches++;
    }

    /// <summary>Clears process by process.</summary>
    void Advise()
    {
        _owners.Validate();
        Span<int> keys = _adviceKeys.AsSpan(0, _nrAdvice);
        Span<Advice> advice = _advice.AsSpan(0, _nrAdvice);
        keys.Sort(advice);
        int nrTrials = 0;
        for (int first = 0; first < keys.Length;)
        {
            int end = first + 1;
            while (end < keys.Length && keys[end] == keys[first])
            {
                end++;
            }

            Advise(_owners.Wanted[keys[first]], advice[first..end], ref nrTrials);
            first = end;
        }

        if (nrTrials > 0)
        {
            JudgeByResult(nrTrials);
        }
    }

    void Advise(MemoryOwner owner, Span<Advice> advice, ref int nrTrials)
    {
        for (int i = 0; i < advice.Length; i++)
        {
            _ranges[i] = advice[i].Range;
        }

        ColdResult result = owner.Process is { } process
            ? _cold!.Advise(process.Handle.Handle, _ranges.AsSpan(0, advice.Length))
            : new ColdResult(ColdOutcome.TargetGone, 0, 0, 0, Errno.ESRCH);
        if (result.Outcome != ColdOutcome.Done)
        {
            if (result.Outcome == ColdOutcome.TargetGone)
            {
                // Or only its first thread, by which alone the kernel takes advice; either way it is looked for again in a while.
                _owners.Close(owner);
            }
            else
            {
                _fault ??=
                    $"Processes may not be advised ({result.Error.ToText()}), so accessed bits cannot be cleared: CAP_SYS_NICE and the right to trace them "
                        + "are needed.";
            }

            foreach (ref Advice each in advice)
            {
                GiveUp(in each);
            }

            return;
        }

        foreach (ref Advice each in advice)
        {
            if (_cold!.Failures.Length > 0 && HasFailed(each.Range))
            {
                GiveUp(in each);
            }
            else if (each.IsTrial)
            {
                _trials[nrTrials++] = each.Watch;
            }
        }
    }

    bool HasFailed(FolioRange range)
    {
        foreach (ColdFailure failure in _cold!.Failures)
        {
            if (failure.Range.Start < range.End && range.Start < failure.Range.End)
            {
                return true;
            }
        }

        return false;
    }

    void GiveUp(in Advice advice)
    {
        _watches[advice.Watch].Counts = false;
        CannotClear(advice.Head, _watches[advice.Watch].Region);
    }

    /// <summary>Where the kernel does not tell how often a large folio is mapped, the bit tells whether it was cleared.</summary>
    void JudgeByResult(int nrTrials)
    {
        for (int i = 0; i < nrTrials; i++)
        {
            _walker.Addresses[i] = _watches[_trials[i]].Address;
            _walker.Tables[i] = _watches[_trials[i]].Table;
        }

        bool isWalked = _walker.WalkSpaces(nrTrials) == WalkStatus.Ok;
        for (int i = 0; i < nrTrials; i++)
        {
            if (!isWalked || _walker.Entries[i].Accessed)
            {
                ref Watch watch = ref _watches[_trials[i]];
                watch.Counts = false;
                CannotClear(watch.Head, watch.Region);
            }
        }
    }

    bool WalkWatches(ReadOnlySpan<Watch> watches)
    {
        Span<ulong> addresses = _walker.Addresses;
        Span<ulong> tables = _walker.Tables;
        for (int i = 0; i < watches.Length; i++)
        {
            addresses[i] = watches[i].Address;
            tables[i] = watches[i].Table;
        }

        if (_walker.WalkSpaces(watches.Length) == WalkStatus.Ok)
        {
            return true;
        }

        _fault ??= $"The page-table walk failed: {_walker.LastError.ToText()}.";
        return false;
    }

    /// <summary>A place where an access of a region's frame would show.</summary>
    record struct Watch
    {
        internal int Region;
        internal ulong Address;
        internal ulong Table;
        internal ulong Frame;
        internal ulong Head;

        /// <summary>Whether its accessed bit says anything: it was clear when the sample began.</summary>
        internal bool Counts;
    }

    /// <summary>A folio to be cleared.</summary>
    readonly record struct Advice(FolioRange Range, int Watch, bool IsTrial, ulong Head);
}
