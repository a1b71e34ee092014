using System.Diagnostics;
using System.Runtime.InteropServices;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.AccessChecks;

/// <summary>
/// The check that works without privileges on one's own processes: clears all accessed bits of the process, and some time later asks
/// smaps how much of each mapping was accessed. All regions of a mapping get the same rate.
/// </summary>
/// <remarks>
/// Both steps walk every page of the process, so they come at most every 100 ms and take at most 1/20 of the time. Between two
/// answers the rate is spread evenly over the samples: sample k of a mapping with rate r counts as accessed when the whole part of
/// k x r grows, which gives neighbouring regions of the mapping equal counts, so that they merge.
/// </remarks>
sealed class ClearRefsChecker : IAccessChecker
{
    const long LeastPeriodNs = 100_000_000;
    const long CostFactor = 20;

    double _longestPeriodMs;
    string? _fault;

    public AccessCheckKind Kind => AccessCheckKind.ClearRefs;

    public string Description => "clear_refs and smaps";

    public bool IsPerPage => false;

    public void Prepare(MonitoredProcess process, Span<Region> regions, RandomSource random, long nowNs)
    {
        foreach (ref Region region in regions)
        {
            region.SamplingAddress = random.Next(region.Start, region.End);
        }

        State state = StateOf(process);
        if (state.Watch.Look(nowNs))
        {
            // Another program: nothing is known of its memory yet.
            state.Mappings.Clear();
            state.IsCleared = false;
            state.NextNs = nowNs;
        }

        if (state.ClearRefs is not null && nowNs >= state.NextNs)
        {
            StartPeriod(process, state, regions, nowNs);
        }
    }

    public void Check(MonitoredProcess process, Span<Region> regions, long nowNs)
    {
        State state = StateOf(process);
        ulong tick = state.Tick++;
        foreach (ref Region region in regions)
        {
            double rate = RateAt(state.Mappings, region.SamplingAddress);
            region.Accessed = Math.Floor((tick + 1) * rate) > Math.Floor(tick * rate);
            region.AnswerIsHeld = true;
        }
    }

    /// <summary>Tries on own pages that a clear shows in smaps, and an access after it.</summary>
    /// <exception cref="AccessCheckUnavailableException">It does not work here.</exception>
    internal static void SelfTest(ProcFileSystem proc)
    {
        const string Needs = "CONFIG_PROC_PAGE_MONITOR";
        const string Remedy = $"it needs a kernel with {Needs}";
        using ClearRefsFile file = ClearRefsFile.Open($"{proc.Root}/self", out Errno errno)
            ?? throw new AccessCheckUnavailableException(
                $"clear_refs of the own process cannot be opened: {errno.ToText()}",
                KernelFileRemedies.Of(errno, proc.Root, Needs));
        try
        {
            // Of a file, so that the kernel does not join them with other mappings.
            const int Pages = 64;
            using OwnPages pages = OwnPages.Shared(Pages);
            errno = file.Clear(onlyFiles: false);
            if (errno != Errno.None)
            {
                throw new AccessCheckUnavailableException(
                    $"clear_refs of the own process cannot be written: {errno.ToText()}",
                    KernelFileRemedies.Of(errno, proc.Root, Needs));
            }

            if (ReferencedShare(proc, pages) is not 0)
            {
                throw new AccessCheckUnavailableException("clear_refs does not show in smaps of the own process", Remedy);
            }

            pages.FlushTranslations();
            for (int i = 0; i < pages.Count; i++)
            {
                pages.Touch(i);
            }

            if (ReferencedShare(proc, pages) is not > 0)
            {
                throw new AccessCheckUnavailableException("smaps of the own process does not show accesses after clear_refs", Remedy);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AccessCheckUnavailableException($"no pages to test clear_refs on: {e.Message}", "free some memory", e);
        }
    }

    public void Forget(MonitoredProcess process) => (process.CheckerState as State)?.ClearRefs?.Dispose();

    public IEnumerable<string> Notes()
    {
        yield return "Accesses are known per mapping, not per page: all regions of a mapping show the same rate. Only the working set size is exact: the "
            + "kernel counts its bytes.";
        if (_longestPeriodMs > 0)
        {
            yield return $"The rates were renewed every {_longestPeriodMs:0} ms at the longest.";
        }

        if (_fault is not null)
        {
            yield return _fault;
        }
    }

    public void Dispose()
    {
    }

    /// <summary>Ends the period of the rates that were gathered, and clears for the next.</summary>
    void StartPeriod(MonitoredProcess process, State state, ReadOnlySpan<Region> regions, long nowNs)
    {
        long start = Stopwatch.GetTimestamp();
        bool isRead = process.Proc.TryRead($"{process.Folder}/smaps", out ReadOnlySpan<byte> text, out Errno errno);
        if (text.IsEmpty && process.FindLivingThread())
        {
            isRead = process.Proc.TryRead($"{process.Folder}/smaps", out text, out errno);
        }

        if (isRead)
        {
            List<SmapsMapping> target = state.IsCleared ? state.Mappings : state.Discarded;
            SmapsParser.Parse(text, target);
            if (state.IsCleared)
            {
                process.AccessedBytes = AccessedBytes(target, regions);
            }
        }
        else if (errno is not (Errno.EACCES or Errno.EPERM))
        {
            // One that may not be looked at any more is told by the operations.
            _fault ??= $"smaps of process {process.Pid} could not be read any more: {errno.ToText()}.";
        }

        if (state.ClearRefs!.Folder != process.Folder && ClearRefsFile.Open(process.Folder, out _) is { } other)
        {
            state.ClearRefs.Dispose();
            state.ClearRefs = other;
        }

        errno = state.ClearRefs.Clear(onlyFiles: false);
        state.IsCleared = errno == Errno.None;
        if (errno is not Errno.None and not Errno.ESRCH)
        {
            _fault ??= $"clear_refs of process {process.Pid} could not be written any more: {errno.ToText()}.";
        }

        long period = Math.Max(LeastPeriodNs, (Stopwatch.GetTimestamp() - start) * CostFactor);
        _longestPeriodMs = Math.Max(_longestPeriodMs, period / 1e6);
        state.NextNs = nowNs + period;
    }

    State StateOf(MonitoredProcess process)
    {
        if (process.CheckerState is State state)
        {
            return state;
        }

        state = new State(new AddressSpaceWatch(process)) { ClearRefs = ClearRefsFile.Open(process.Folder, out Errno errno) };
        if (state.ClearRefs is null && errno != Errno.ENOENT && errno != Errno.ESRCH)
        {
            _fault ??= $"clear_refs of process {process.Pid} cannot be opened: {errno.ToText()}.";
        }

        process.CheckerState = state;
        return state;
    }

    static double? ReferencedShare(ProcFileSystem proc, OwnPages pages)
    {
        if (!proc.TryRead($"{proc.Root}/self/smaps", out ReadOnlySpan<byte> text, out Errno errno))
        {
            throw new IOException($"smaps of the own process: {errno.ToText()}");
        }

        List<SmapsMapping> mappings = [];
        SmapsParser.Parse(text, mappings);
        return mappings.Find(m => m.Range.Contains(pages.Address(0))) is { ResidentBytes: > 0 } mapping ? mapping.ReferencedShare : null;
    }

    /// <summary>What was accessed of the mappings, as far as they are monitored: exact, where they are as a whole.</summary>
    internal static ulong AccessedBytes(IReadOnlyList<SmapsMapping> mappings, ReadOnlySpan<Region> regions)
    {
        ulong sum = 0;
        int region = 0;
        foreach (SmapsMapping mapping in mappings)
        {
            while (region < regions.Length && regions[region].End <= mapping.Range.Start)
            {
                region++;
            }

            ulong monitored = 0;
            for (int i = region; i < regions.Length && regions[i].Start < mapping.Range.End; i++)
            {
                monitored += Math.Min(regions[i].End, mapping.Range.End) - Math.Max(regions[i].Start, mapping.Range.Start);
            }

            sum += Math.Min(mapping.ReferencedBytes, monitored);
        }

        return sum;
    }

    static double RateAt(List<SmapsMapping> mappings, ulong address)
    {
        int index = RangeSearch.IndexOf<SmapsMapping>(CollectionsMarshal.AsSpan(mappings), address);
        return index >= 0 ? mappings[index].ReferencedShare : 0;
    }

    sealed class State(AddressSpaceWatch watch)
    {
        internal AddressSpaceWatch Watch { get; } = watch;

        internal ClearRefsFile? ClearRefs { get; set; }

        internal List<SmapsMapping> Mappings { get; } = [];

        /// <summary>What smaps says before the first clear tells of the whole life of the process.</summary>
        internal List<SmapsMapping> Discarded { get; } = [];

        internal bool IsCleared { get; set; }

        internal long NextNs { get; set; }

        internal ulong Tick { get; set; }
    }
}
