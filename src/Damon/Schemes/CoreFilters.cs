using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>The filters that the engine evaluates by itself: by address and by target.</summary>
static class CoreFilters
{
    /// <summary>Whether a scheme may be applied to a region; splits the region where only its beginning falls under a filter by address.</summary>
    /// <param name="context">The context.</param>
    /// <param name="target">The region's target.</param>
    /// <param name="index">The region's place in the target. After a split it is the left part that is answered for.</param>
    /// <param name="filters">All filters of the scheme.</param>
    /// <param name="isAllowed">Whether a filter allowed it expressly, so that no filter by kind of page counts.</param>
    public static bool Pass(MonitoringContext context, Target target, int index, IReadOnlyList<SchemeFilter> filters, out bool isAllowed)
    {
        isAllowed = false;
        for (int i = 0; i < filters.Count; i++)
        {
            SchemeFilter filter = filters[i];
            if (filter.IsCore && Matches(context, target, index, filter) == filter.Matching)
            {
                isAllowed = filter.Allow;
                return filter.Allow;
            }
        }

        (bool core, _) = RejectsByDefault(filters);
        return !core;
    }

    /// <summary>What becomes of memory that no filter matches, for the filters of the engine and for those by kind of page.</summary>
    public static (bool Core, bool Page) RejectsByDefault(IReadOnlyList<SchemeFilter> filters)
    {
        SchemeFilter? lastCore = null;
        SchemeFilter? lastPage = null;
        for (int i = 0; i < filters.Count; i++)
        {
            if (filters[i].IsCore)
            {
                lastCore = filters[i];
            }
            else
            {
                lastPage = filters[i];
            }
        }

        return (lastPage is null && lastCore is { Allow: true }, lastPage is { Allow: true });
    }

    /// <summary>Whether the region at <paramref name="index"/>, or the left part that it is cut to, is what the filter looks for.</summary>
    public static bool Matches(MonitoringContext context, Target target, int index, SchemeFilter filter)
    {
        if (filter.Kind == SchemeFilterKind.Target)
        {
            return filter.TargetIndex >= 0 && filter.TargetIndex < context.Targets.Length && context.Targets[filter.TargetIndex] == target;
        }

        ulong start = RegionAdjustment.AlignDown(filter.Range.Start, context.MinRegionSize);
        ulong end = RegionAdjustment.AlignDown(filter.Range.End, context.MinRegionSize);
        ref readonly Region region = ref target.Regions[index];
        if (start <= region.Start && region.End <= end)
        {
            return true;
        }

        if (region.End <= start || end <= region.Start)
        {
            return false;
        }

        if (region.Start < start)
        {
            RegionAdjustment.SplitAt(target.Regions, index, start - region.Start);
            return false;
        }

        RegionAdjustment.SplitAt(target.Regions, index, end - region.Start);
        return true;
    }
}
