using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Samples.ManagedCache;

/// <summary>The slots of a cache as an address space, on which schemes can act.</summary>
/// <param name="slots">The cache.</param>
/// <param name="slotSize">Bytes of addresses per slot, a power of two. With about the size of an entry, reports tell sizes that mean something.</param>
sealed class CacheOperations(ISlots slots, ulong slotSize) : ISchemeOperations
{
    /// <summary>Entries evicted so far. Written by the thread that monitors.</summary>
    public long NrEvicted { get; private set; }

    /// <inheritdoc/>
    public void Init(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            AddressRange all = new(AddressOf(0), AddressOf(slots.Capacity));
            ThreeRegions.SetInitialRegions(target.Regions, [all], context.Attributes.MinNrRegions, context.MinRegionSize);
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
                slots.ClearMark(SlotOf(region.SamplingAddress));
            }
        }
    }

    /// <inheritdoc/>
    public void CheckAccesses(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            foreach (ref Region region in target.Regions.AsSpan())
            {
                region.Accessed = slots.IsMarked(SlotOf(region.SamplingAddress));
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// To page out means to evict here. The engine has found that a region is idle by looking at few of its slots; before one is lost its own
    /// mark is asked. One that has it loses the mark only, and is evicted the next time if it was not accessed until then.
    /// </remarks>
    public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed)
    {
        if (scheme.Action != SchemeAction.PageOut)
        {
            return new SchemeOutcome(0, region.Size);
        }

        ulong evicted = 0;
        for (int slot = SlotOf(region.Start); slot < SlotOf(region.End); slot++)
        {
            if (slots.IsMarked(slot))
            {
                slots.ClearMark(slot);
            }
            else if (slots.Evict(slot))
            {
                evicted++;
            }
        }

        NrEvicted += (long)evicted;
        return new SchemeOutcome(evicted * slotSize, region.Size);
    }

    /// <inheritdoc/>
    /// <remarks>If a quota does not suffice, what is coldest goes first.</remarks>
    public SchemePriority PriorityOf(SchemeAction action) => action == SchemeAction.PageOut ? SchemePriority.Cold : SchemePriority.None;

    /// <summary>Where a slot begins. The first one begins behind address 0, which the oldest reports take for none.</summary>
    public ulong AddressOf(int slot) => ((ulong)slot + 1) * slotSize;

    int SlotOf(ulong address) => (int)(address / slotSize) - 1;
}
