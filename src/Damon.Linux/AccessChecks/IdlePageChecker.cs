using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.AccessChecks;

/// <summary>
/// Sees accesses folio by folio with the kernel's idle page bitmap: marks the folio of each sampled page idle, and looks after the
/// interval whether it still is. Works for every kind of memory on a reclaim list, shared and locked pages too.
/// </summary>
/// <remarks>
/// The mark is one per folio, not per mapping: an access by any process, to any page of the folio, counts. A page that was absent and
/// is there after the interval was accessed. The kernel does not flush the processors' caches of translations when it marks, so
/// that a processor that keeps one can access the page unseen for a while; its own DAMON has the same gap.
/// </remarks>
sealed class IdlePageChecker : IAccessChecker
{
    readonly IdlePageMarker _marker;
    readonly IFrameFinder _finder;

    /// <param name="marker">Owned by this object from now on.</param>
    /// <param name="finder">Owned likewise.</param>
    internal IdlePageChecker(IdlePageMarker marker, IFrameFinder finder)
    {
        _marker = marker;
        _finder = finder;
    }

    public AccessCheckKind Kind => AccessCheckKind.IdlePage;

    public string Description => $"idle page bitmap, {_finder.Description}";

    public bool IsPerPage => true;

    public void Prepare(MonitoredProcess process, Span<Region> regions, RandomSource random, long nowNs)
    {
        State state = StateOf(process);
        state.Begin(regions.Length);
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i].SamplingAddress = random.Next(regions[i].Start, regions[i].End);
            state.Addresses[i] = regions[i].SamplingAddress;
        }

        if (!_finder.Find(process, state.Addresses.AsSpan(0, regions.Length), state.Heads, nowNs) || process.AddressSpaceChanged)
        {
            return;
        }

        // Present pages gather at the start of the arrays, absent ones at the end.
        int present = 0;
        int absent = state.Items.Length;
        for (int i = 0; i < regions.Length; i++)
        {
            if (state.Heads[i] == 0)
            {
                state.Items[--absent] = i;
                continue;
            }

            state.Heads[present] = state.Heads[i];
            state.Items[present++] = i;
        }

        state.FirstAbsent = absent;
        state.NrMarked = _marker.Mark(state.Heads.AsSpan(0, present), state.Items.AsSpan(0, present));
    }

    public void Check(MonitoredProcess process, Span<Region> regions, long nowNs)
    {
        State state = StateOf(process);
        foreach (ref Region region in regions)
        {
            region.Accessed = false;
            region.AnswerIsHeld = false;
        }

        if (regions.Length != state.NrRegions)
        {
            return;
        }

        _marker.Read(state.Heads.AsSpan(0, state.NrMarked), state.Idle);
        for (int i = 0; i < state.NrMarked; i++)
        {
            regions[state.Items[i]].Accessed = !state.Idle[i];
        }

        CheckAbsent(process, state, regions, nowNs);
    }

    public void Forget(MonitoredProcess process) => _finder.Forget(process);

    public IEnumerable<string> Notes()
    {
        yield return "Accesses are known per folio, whoever made them: memory shared with other processes shows their accesses too.";
        if (_marker.NrRefused > 0)
        {
            yield return $"{_marker.NrRefused} of {_marker.NrTried} samples were of pages that the kernel does not mark idle (hugetlb and device memory, or "
                + "just new); they count as not accessed.";
        }

        if (_marker.Fault != Errno.None)
        {
            yield return $"The idle page bitmap could not always be read and written: {_marker.Fault.ToText()}.";
        }
    }

    public void Dispose()
    {
        _finder.Dispose();
        _marker.Dispose();
    }

    /// <summary>A page that was absent when the sample began and is there now came with an access.</summary>
    void CheckAbsent(MonitoredProcess process, State state, Span<Region> regions, long nowNs)
    {
        ReadOnlySpan<int> absent = state.Items.AsSpan(state.FirstAbsent);
        if (absent.IsEmpty)
        {
            return;
        }

        for (int i = 0; i < absent.Length; i++)
        {
            state.Addresses[i] = regions[absent[i]].SamplingAddress;
        }

        if (!_finder.Find(process, state.Addresses.AsSpan(0, absent.Length), state.Heads, nowNs) || process.AddressSpaceChanged)
        {
            return;
        }

        for (int i = 0; i < absent.Length; i++)
        {
            regions[absent[i]].Accessed = state.Heads[i] != 0;
        }
    }

    static State StateOf(MonitoredProcess process)
    {
        if (process.CheckerState is not State state)
        {
            state = new State();
            process.CheckerState = state;
        }

        return state;
    }

    /// <summary>The sample that runs. All arrays are as long as there were ever regions, so that samples allocate nothing.</summary>
    sealed class State
    {
        internal ulong[] Addresses { get; private set; } = [];

        /// <summary>First <see cref="NrMarked"/> folios, sorted.</summary>
        internal ulong[] Heads { get; private set; } = [];

        /// <summary>Indices of the regions of <see cref="Heads"/>; from <see cref="FirstAbsent"/> on of those whose page was absent.</summary>
        internal int[] Items { get; private set; } = [];

        internal bool[] Idle { get; private set; } = [];

        internal int NrRegions { get; private set; }

        internal int NrMarked { get; set; }

        internal int FirstAbsent { get; set; }

        internal void Begin(int nrRegions)
        {
            if (Items.Length < nrRegions)
            {
                int length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)nrRegions);
                Addresses = new ulong[length];
                Heads = new ulong[length];
                Items = new int[length];
                Idle = new bool[length];
            }

            NrRegions = nrRegions;
            NrMarked = 0;
            FirstAbsent = Items.Length;
        }
    }
}
