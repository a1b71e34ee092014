using System.Diagnostics;
using Damon.Linux.AccessChecks;
using Damon.Linux.Actions;
using Damon.Linux.Machine;
using Damon.Linux.Memory;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Operations;

/// <summary>The physical address space: the counterpart of the kernel's paddr. Everything in memory, whichever process maps it, including this one.</summary>
/// <remarks>
/// It has one target, <see cref="CreateTarget"/>, which is always valid, so monitoring ends only when it is stopped. Regions are the caller's
/// business, by the target or by <see cref="DefaultRegions"/>; they are not followed.
/// </remarks>
public sealed class PhysicalOperations : ILinuxOperations
{
    /// <summary>The number users know the target by.</summary>
    public const long TargetId = -1;

    readonly PhysicalActions _actions;
    readonly IReadOnlyList<Zone> _zones;

    internal PhysicalOperations(IFrameChecker checker, MemoryMap memory, ProcFileSystem proc)
    {
        Checker = checker;
        Memory = memory;
        _actions = new PhysicalActions(proc, memory);
        _zones = ZoneTable.Read(proc.Root);
    }

    /// <summary>Where memory is.</summary>
    public MemoryMap Memory { get; }

    /// <summary>The regions of targets that come without; whole pages in address order. None by default, as in the kernel.</summary>
    public IReadOnlyList<AddressRange> DefaultRegions { get; set; } = [];

    /// <inheritdoc/>
    public IMappingObserver? Observer { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ActionNotes => _actions.Notes;

    /// <summary>How accesses are seen.</summary>
    internal IFrameChecker Checker { get; }

    /// <summary>Opens the physical address space with the best access check that works.</summary>
    /// <param name="accessCheck">The one to use; null for the best. <see cref="AccessCheckKind.ClearRefs"/> cannot.</param>
    /// <exception cref="TargetOpenException">It cannot be monitored here; the message says why and what to do.</exception>
    public static PhysicalOperations Create(AccessCheckKind? accessCheck = null)
    {
        MemoryMap memory = MemoryMap.Read();
        if (memory.Fault is { } fault)
        {
            throw new TargetOpenException(fault);
        }

        try
        {
            return new PhysicalOperations(FrameCheckers.Choose(accessCheck, memory), memory, new ProcFileSystem());
        }
        catch (AccessCheckUnavailableException e)
        {
            throw new TargetOpenException(
                accessCheck is { } kind ? $"the access check {kind.Name()} does not work for physical memory here: {e.Message}" : e.Message,
                e);
        }
    }

    /// <summary>The physical address space as a target, without regions.</summary>
    public static Target CreateTarget() => new(TargetId);

    Target ILinuxOperations.OpenTarget(int? pid) =>
        pid is null ? CreateTarget() : throw new TargetOpenException($"physical memory is of no process, and so not of {pid}");

    /// <inheritdoc/>
    public string? Refusal(SchemeAction action) => _actions.Refusals.Of(action);

    /// <inheritdoc/>
    public string? Refusal(Scheme scheme)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        return _actions.Refusals.Of(scheme);
    }

    /// <inheritdoc/>
    public void Init(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            if (target.Regions.Count == 0 && DefaultRegions.Count > 0)
            {
                ThreeRegions.SetInitialRegions(target.Regions, [.. DefaultRegions], context.Attributes.MinNrRegions, context.MinRegionSize);
            }

            if (Observer is { } observer)
            {
                observer.OnTargetAdded(target);
                MappingTable names = new();
                names.Set(Names());
                observer.OnMappings(target, names);
            }
        }
    }

    /// <inheritdoc/>
    public void PrepareAccessChecks(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            Checker.Prepare(target.Regions.AsSpan(), context.Random, Stopwatch.GetTimestamp());
        }
    }

    /// <inheritdoc/>
    public void CheckAccesses(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            Checker.Check(target.Regions.AsSpan(), Stopwatch.GetTimestamp());
        }
    }

    /// <inheritdoc/>
    public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed) =>
        _actions.Apply(in region, scheme, isAllowed);

    /// <inheritdoc/>
    public SchemePriority PriorityOf(SchemeAction action) => action switch
    {
        SchemeAction.PageOut or SchemeAction.Cold or SchemeAction.LruDeprio or SchemeAction.MigrateCold => SchemePriority.Cold,
        SchemeAction.LruPrio or SchemeAction.MigrateHot => SchemePriority.Hot,
        _ => SchemePriority.None,
    };

    /// <summary>Frees the access check.</summary>
    public void Dispose()
    {
        Checker.Dispose();
        _actions.Dispose();
    }

    /// <summary>What the parts of memory are called: their zones and nodes.</summary>
    internal IReadOnlyList<Mapping> Names()
    {
        // Zones of nodes whose memory is interleaved may overlap; the first in address order has the addresses then.
        List<Mapping> names = [];
        foreach (Zone zone in _zones)
        {
            foreach (AddressRange range in Memory.Within([zone.Range]))
            {
                AddressRange part = range with { Start = Math.Max(range.Start, names.Count > 0 ? names[^1].Range.End : 0) };
                if (!part.IsEmpty)
                {
                    names.Add(new Mapping(part, MappingTraits.None, $"{zone.Name}, node {zone.Node}"));
                }
            }
        }

        return names;
    }
}
