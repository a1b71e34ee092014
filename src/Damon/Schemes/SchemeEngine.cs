using System.Runtime.InteropServices;
using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>
/// Applies the schemes of a context to its regions: patterns, quotas with priorities and goals, watermarks, filters, apply intervals and
/// statistics. The rules are those of the kernel's DAMOS; where its versions differ, of Linux 7.3.
/// </summary>
/// <remarks>
/// Set as <see cref="MonitoringContext.Policy"/>. One thread owns it, the one that owns the context; schemes are added and removed by
/// <see cref="Kdamond.Invoke"/> while it runs. Nothing is allocated per pass.
/// </remarks>
/// <param name="actions">Carries out the actions of the schemes: the operations of the context, or an implementation with actions of its own.</param>
/// <param name="clock">The kdamond's clock, to time actions with.</param>
public sealed class SchemeEngine(ISchemeActions actions, IKdamondClock clock) : IRegionPolicy
{
    readonly List<Entry> _entries = [];
    readonly List<int> _due = [];
    readonly ulong[] _histogram = new ulong[RegionScore.Max + 1];

    /// <summary>Scores of the regions of all targets, as far as the pass at work needs them; its storage only grows.</summary>
    byte[] _scores = [];

    /// <summary>What watermarks and goals look at; without it schemes with watermarks are always active, and goals see only what users set.</summary>
    public ISchemeMetrics? Metrics { get; init; }

    /// <summary>Observers of every region that is tried.</summary>
    public List<ISchemeObserver> Observers { get; } = [];

    /// <summary>The schemes, in the order in which they are applied.</summary>
    public IReadOnlyList<Scheme> Schemes => [.. _entries.Select(entry => entry.Scheme)];

    /// <summary>Time spent in all passes, actions included, in nanoseconds.</summary>
    public long PassNs { get; private set; }

    /// <summary>Adds a scheme behind the others.</summary>
    /// <exception cref="ArgumentException">Its settings contradict each other.</exception>
    public void Add(Scheme scheme)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        if (scheme.Check() is { } fault)
        {
            throw new ArgumentException(fault, nameof(scheme));
        }

        _entries.Add(new Entry(scheme));
    }

    /// <summary>Takes all schemes out.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>Whether its schemes are these, in this order. Allocates nothing.</summary>
    internal bool Has(ReadOnlySpan<Scheme> schemes)
    {
        if (schemes.Length != _entries.Count)
        {
            return false;
        }

        for (int i = 0; i < schemes.Length; i++)
        {
            if (_entries[i].Scheme != schemes[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    /// <remarks>All schemes rest by their watermarks: the shortest of their intervals. Without schemes there is no rest.</remarks>
    public long RestNs(MonitoringContext context, long nowNs)
    {
        long shortest = long.MaxValue;
        ulong? freeRate = null;
        foreach (Entry entry in _entries)
        {
            if (entry.Scheme.Watermarks.Metric != WatermarkMetric.None)
            {
                freeRate ??= Metrics?.FreeMemoryRate;
            }

            long rest = RestNs(entry.Scheme, freeRate);
            shortest = Math.Min(shortest, rest);
        }

        return _entries.Count == 0 ? 0 : shortest;
    }

    /// <inheritdoc/>
    public void AfterSample(MonitoringContext context, ulong nrSamples, long nowNs, bool isAggregated)
    {
        _due.Clear();
        Span<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        for (int i = 0; i < entries.Length; i++)
        {
            if (IsDue(ref entries[i], context.Attributes, nrSamples, isAggregated) && entries[i].Scheme.IsActive && !IsDone(entries[i].Scheme))
            {
                _due.Add(i);
            }
        }

        if (_due.Count == 0)
        {
            return;
        }

        long start = clock.NowNs;
        foreach (int i in _due)
        {
            Pass(context, i, nowNs);
        }

        PassNs += clock.NowNs - start;
    }

    /// <inheritdoc/>
    public void Reschedule(MonitoringContext context, ulong nrSamples)
    {
        foreach (ref Entry entry in CollectionsMarshal.AsSpan(_entries))
        {
            entry.NextPass = 0;
        }
    }

    /// <summary>Whether a pass is due. The time of schemes with an interval of their own runs from the first sample after they were added.</summary>
    static bool IsDue(ref Entry entry, MonitoringAttributes attributes, ulong nrSamples, bool isAggregated)
    {
        if (entry.Scheme.ApplyIntervalUs == 0)
        {
            return isAggregated;
        }

        ulong length = Math.Max(entry.Scheme.ApplyIntervalUs / Math.Max(attributes.SampleUs, 1), 1);
        bool isDue = entry.NextPass > 0 ? nrSamples >= entry.NextPass : length == 1;
        entry.NextPass = isDue ? nrSamples + length : entry.NextPass > 0 ? entry.NextPass : nrSamples + length - 1;
        return isDue;
    }

    static bool IsDone(Scheme scheme) => scheme.MaxNrSnapshots > 0 && scheme.Statistics.NrSnapshots >= scheme.MaxNrSnapshots;

    static long RestNs(Scheme scheme, ulong? freeRate)
    {
        Watermarks marks = scheme.Watermarks;
        if (marks.Metric == WatermarkMetric.None || freeRate is not { } rate)
        {
            scheme.IsActive = true;
            return 0;
        }

        if (rate > marks.High || rate < marks.Low || (rate >= marks.Mid && !scheme.IsActive))
        {
            scheme.IsActive = false;
            return (long)Math.Min(marks.IntervalUs, long.MaxValue / 1000) * 1000;
        }

        scheme.IsActive = true;
        return 0;
    }

    void Prepare(MonitoringContext context, ref Entry entry, long nowNs)
    {
        Scheme scheme = entry.Scheme;
        entry.Counts = scheme.Pattern.ToCounts(context.Attributes);
        entry.IsLimited = scheme.Quota.IsLimited;
        if (!entry.IsLimited)
        {
            return;
        }

        if (scheme.State.ResumeTarget is { } resume && !context.Targets.Contains(resume))
        {
            scheme.State.ResumeTarget = null;
        }

        if (scheme.State.Advance(scheme.Quota, nowNs, context.MinRegionSize, Metrics))
        {
            scheme.Statistics.QuotaExceeds++;
        }

        if (scheme.State.EffectiveBytes > 0)
        {
            SchemePriority priority = actions.PriorityOf(scheme.Action);
            entry.LeastScore = priority == SchemePriority.None ? 0 : LeastScore(context, in entry, priority);
        }
    }

    /// <summary>The score down to which the highest regions fill the quota.</summary>
    int LeastScore(MonitoringContext context, in Entry entry, SchemePriority priority)
    {
        RegionScore score = new(context.Attributes, entry.Scheme.Quota, priority);
        Array.Clear(_histogram);
        int n = 0;
        foreach (Target target in context.Targets)
        {
            // The parts behind a cut come next.
            for (int r = 0; r < target.Regions.Count; r++)
            {
                if (n == _scores.Length)
                {
                    Array.Resize(ref _scores, Math.Max(_scores.Length * 2, target.Regions.Count));
                }

                bool competes = Competes(context, target, r, in entry);
                ref readonly Region region = ref target.Regions[r];
                int its = competes ? score.Of(in region) : 0;
                _histogram[its] += region.Size;
                _scores[n++] = (byte)its;
            }
        }

        // What does not compete is counted at 0, which is never read.
        ulong sum = 0;
        for (int least = RegionScore.Max; least > 0; least--)
        {
            sum += _histogram[least];
            if (sum >= entry.Scheme.State.EffectiveBytes)
            {
                return least;
            }
        }

        return 0;
    }

    /// <summary>
    /// Whether a quota has to do for a region, or for its left part where a filter by address cuts it: what the engine's filters reject needs none of it.
    /// </summary>
    static bool Competes(MonitoringContext context, Target target, int index, in Entry entry) =>
        entry.Counts.Matches(in target.Regions[index])
        && (entry.Scheme.Filters.Count == 0 || CoreFilters.Pass(context, target, index, entry.Scheme.Filters, out _));

    /// <summary>One scheme goes over all regions of all targets.</summary>
    /// <remarks>
    /// Kernels take the regions one by one, and all schemes for each. What a later scheme sees is the same; but there, a region that a scheme cuts
    /// is tried and counted again, for the part behind the cut, by the schemes before it.
    /// </remarks>
    void Pass(MonitoringContext context, int schemeIndex, long nowNs)
    {
        ref Entry entry = ref CollectionsMarshal.AsSpan(_entries)[schemeIndex];
        Scheme scheme = entry.Scheme;
        Prepare(context, ref entry, nowNs);
        if (IsPlainCount(in entry))
        {
            CountAll(context, in entry);
        }
        else
        {
            TryAll(context, ref entry, schemeIndex);
        }

        scheme.Statistics.NrSnapshots++;
        foreach (ISchemeObserver observer in Observers)
        {
            observer.OnPassEnd(context, schemeIndex, nowNs);
        }
    }

    /// <summary>Whether nothing can be done but to count what matches: most schemes that are tried out, and many of them at a time.</summary>
    bool IsPlainCount(in Entry entry) =>
        entry.Scheme is { Action: SchemeAction.Stat, Filters.Count: 0 } && !entry.IsLimited && Observers.Count == 0;

    static void CountAll(MonitoringContext context, in Entry entry)
    {
        PatternCounts wanted = entry.Counts;
        ulong nr = 0;
        ulong size = 0;
        foreach (Target target in context.Targets)
        {
            foreach (ref readonly Region region in target.Regions.AsSpan())
            {
                if (wanted.Matches(in region))
                {
                    nr++;
                    size += region.Size;
                }
            }
        }

        SchemeStatistics statistics = entry.Scheme.Statistics;
        statistics.NrTried += nr;
        statistics.SizeTried += size;
        statistics.SizeOpsFilterPassed += size;
    }

    void TryAll(MonitoringContext context, ref Entry entry, int schemeIndex)
    {
        Scheme scheme = entry.Scheme;
        int scored = 0;
        foreach (Target target in context.Targets)
        {
            // The parts behind a cut come next.
            for (int r = 0; r < target.Regions.Count; r++)
            {
                int before = target.Regions.Count;
                if (!(entry.IsLimited && (scheme.State.IsFull || Resume(context, scheme.State, target, r)))
                    && entry.Counts.Matches(in target.Regions[r])
                    && (entry.LeastScore == 0 || _scores[scored] >= entry.LeastScore))
                {
                    Apply(context, target, r, schemeIndex, scheme);
                }

                // What is behind a cut has the score of the whole.
                scored += target.Regions.Count == before ? 1 : 0;
            }

            EndTarget(scheme.State, target);
        }
    }

    void Apply(MonitoringContext context, Target target, int index, int schemeIndex, Scheme scheme)
    {
        QuotaState quota = scheme.State;
        ulong size = target.Regions[index].Size;
        if (quota.EffectiveBytes > 0 && quota.EffectiveBytes - quota.Charged < size)
        {
            // Not 0: a quota with less than the smallest region left is full.
            ulong rest = RegionAdjustment.AlignDown(quota.EffectiveBytes - quota.Charged, context.MinRegionSize);
            RegionAdjustment.SplitAt(target.Regions, index, rest);
        }

        bool isAllowed = false;
        if (scheme.Filters.Count > 0 && !CoreFilters.Pass(context, target, index, scheme.Filters, out isAllowed))
        {
            return;
        }

        ref Region region = ref target.Regions[index];

        // Counting takes no time worth asking the clock for.
        long start = scheme.Action == SchemeAction.Stat ? 0 : clock.NowNs;
        SchemeOutcome outcome = actions.Apply(context, target, in region, scheme, isAllowed);
        long took = scheme.Action == SchemeAction.Stat ? 0 : clock.NowNs - start;
        scheme.Statistics.ActionNs += took;
        quota.Charge(scheme.Quota, region.Size, outcome.Applied, took);
        if (quota.IsFull)
        {
            quota.ResumeTarget = target;
            quota.ResumeAddress = region.End;
        }

        Count(context, target, in region, schemeIndex, scheme, outcome);
        if (scheme.Action != SchemeAction.Stat)
        {
            region.Age = 0;
        }
    }

    void Count(MonitoringContext context, Target target, in Region region, int schemeIndex, Scheme scheme, SchemeOutcome outcome)
    {
        SchemeStatistics statistics = scheme.Statistics;
        statistics.NrTried++;
        statistics.SizeTried += region.Size;
        statistics.NrApplied += outcome.Applied > 0 ? 1u : 0u;
        statistics.SizeApplied += outcome.Applied;
        statistics.SizeOpsFilterPassed += outcome.FilterPassed;
        foreach (ISchemeObserver observer in Observers)
        {
            observer.OnTried(context, schemeIndex, target, in region, outcome);
        }
    }

    /// <summary>After a full window the next one goes on where that ended.</summary>
    /// <returns>Whether the region at <paramref name="index"/> had its turn already.</returns>
    static bool Resume(MonitoringContext context, QuotaState quota, Target target, int index)
    {
        if (quota.ResumeTarget is not { } resume)
        {
            return false;
        }

        if (resume != target)
        {
            return true;
        }

        ref readonly Region region = ref target.Regions[index];
        if (region.End <= quota.ResumeAddress)
        {
            return true;
        }

        if (region.Start >= quota.ResumeAddress)
        {
            return false;
        }

        ulong done = RegionAdjustment.AlignDown(quota.ResumeAddress - region.Start, context.MinRegionSize);
        if (done == 0)
        {
            if (region.Size <= context.MinRegionSize)
            {
                return true;
            }

            done = context.MinRegionSize;
        }

        RegionAdjustment.SplitAt(target.Regions, index, done);
        return true;
    }

    /// <summary>The remembered place counts for one round over its target.</summary>
    static void EndTarget(QuotaState quota, Target target)
    {
        if (quota.ResumeTarget == target && !quota.IsFull)
        {
            quota.ResumeTarget = null;
        }
    }

    struct Entry(Scheme scheme)
    {
        public readonly Scheme Scheme = scheme;
        public ulong NextPass;
        public PatternCounts Counts;
        public int LeastScore;
        public bool IsLimited;
    }
}
