using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Simulation;

/// <summary>
/// Access checks of a simulated address space that lives by a <see cref="SimulatedPattern"/>. Every target has a space of its own
/// with the same script, unless it was given another one.
/// </summary>
/// <remarks>
/// Time is read from the kdamond's clock and counted from <see cref="Init"/>. With a <see cref="SimulatedClock"/> a run takes the same
/// course each time; with a real clock it is a demonstration in real time. Nothing is allocated per sample or per update.
/// </remarks>
/// <param name="pattern">The script of targets that were not given another one.</param>
/// <param name="clock">The clock of the kdamond.</param>
public sealed class SimulatedOperations(SimulatedPattern pattern, IKdamondClock clock) : ISchemeOperations
{
    readonly List<AddressRange> _ranges = [];
    long _startNs;
    long _preparedNs;

    /// <summary>CPU time that preparing and checking one region takes together, in nanoseconds; works with a <see cref="SimulatedClock"/> only.</summary>
    public long CheckCostNs { get; set; }

    /// <inheritdoc/>
    public bool ChecksTargets => true;

    /// <summary>Lets a target live by a script of its own. To be set before monitoring starts, or by <see cref="Kdamond.Invoke"/>.</summary>
    public static void SetPattern(Target target, SimulatedPattern pattern) => target.OperationsState = pattern;

    /// <summary>The script that <paramref name="target"/> lives by.</summary>
    public SimulatedPattern PatternOf(Target target) => target.OperationsState as SimulatedPattern ?? pattern;

    /// <inheritdoc/>
    /// <remarks>The three parts around the two biggest gaps of what is mapped, or what is mapped where there are fewer than two gaps.</remarks>
    public void Init(MonitoringContext context)
    {
        _startNs = clock.NowNs;
        foreach (Target target in context.Targets)
        {
            if (target.Regions.Count == 0)
            {
                SetInitialRegions(context, target);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>A target that was added meanwhile gets its first regions. Where nothing is mapped any more, no region stays.</remarks>
    public void Update(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            if (target.Regions.Count == 0)
            {
                SetInitialRegions(context, target);
            }
            else if (IsTargetValid(target))
            {
                FindRanges(context, target);
                RegionAdjustment.SetRegions(target.Regions, Ranges, context.MinRegionSize);
            }
        }
    }

    /// <inheritdoc/>
    public void PrepareAccessChecks(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            foreach (ref Region region in target.Regions.AsSpan())
            {
                region.SamplingAddress = context.Random.Next(region.Start, region.End);
            }
        }

        _preparedNs = clock.NowNs;
    }

    /// <inheritdoc/>
    public void CheckAccesses(MonitoringContext context)
    {
        long from = _preparedNs - _startNs;
        long until = clock.NowNs - _startNs;
        long nrChecks = 0;
        foreach (Target target in context.Targets)
        {
            SimulatedPattern script = PatternOf(target);
            bool isAlive = script.IsAlive(until);
            Span<Region> regions = target.Regions.AsSpan();
            foreach (ref Region region in regions)
            {
                region.Accessed = isAlive && script.IsAccessed(region.SamplingAddress, from, until);
            }

            nrChecks += regions.Length;
        }

        if (CheckCostNs > 0 && clock is SimulatedClock simulated)
        {
            simulated.Work(nrChecks * CheckCostNs);
        }
    }

    /// <inheritdoc/>
    public bool IsTargetValid(Target target) => PatternOf(target).IsAlive(clock.NowNs - _startNs);

    /// <inheritdoc/>
    /// <remarks>Every action works, and changes nothing: the accesses go on as the script says.</remarks>
    public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed) =>
        new(scheme.Action == SchemeAction.Stat ? 0 : region.Size, region.Size);

    /// <inheritdoc/>
    public SchemePriority PriorityOf(SchemeAction action) => action switch
    {
        SchemeAction.PageOut or SchemeAction.LruDeprio or SchemeAction.MigrateCold => SchemePriority.Cold,
        SchemeAction.LruPrio or SchemeAction.MigrateHot => SchemePriority.Hot,
        _ => SchemePriority.None,
    };

    ReadOnlySpan<AddressRange> Ranges => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ranges);

    void SetInitialRegions(MonitoringContext context, Target target)
    {
        if (IsTargetValid(target))
        {
            FindRanges(context, target);
            ThreeRegions.SetInitialRegions(target.Regions, Ranges, context.Attributes.MinNrRegions, context.MinRegionSize);
        }
    }

    void FindRanges(MonitoringContext context, Target target)
    {
        ReadOnlySpan<AddressRange> mapped = PatternOf(target).MappedAt(clock.NowNs - _startNs);
        Span<AddressRange> three = stackalloc AddressRange[3];
        _ranges.Clear();
        foreach (AddressRange range in ThreeRegions.TryFind(mapped, context.MinRegionSize, three) ? three : mapped)
        {
            AddAligned(range, context.MinRegionSize);
        }
    }

    void AddAligned(AddressRange range, ulong minRegionSize)
    {
        ulong start = RegionAdjustment.AlignDown(range.Start, minRegionSize);
        ulong end = RegionAdjustment.AlignUp(range.End, minRegionSize);
        if (end <= start)
        {
            return;
        }

        // Ranges smaller than the smallest region can meet once they are aligned.
        if (_ranges.Count > 0 && start <= _ranges[^1].End)
        {
            _ranges[^1] = new(_ranges[^1].Start, Math.Max(_ranges[^1].End, end));
        }
        else
        {
            _ranges.Add(new(start, end));
        }
    }
}
