using Damon.Monitoring;

namespace Damon.Samples.PageCache;

/// <summary>The page cache of files as an address space. This class and a check are all that the engine needs to monitor something new.</summary>
sealed class PageCacheOperations(FileSpace space, IPageCacheCheck check) : IOperations
{
    /// <summary>Somebody who wants to know where the files are; called on the thread that monitors, first before the first sample.</summary>
    public Action<Target>? Located { get; set; }

    /// <inheritdoc/>
    public void Init(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            // As many regions as are asked for at least, cut evenly; where it is worth it, the engine will cut finer.
            ThreeRegions.SetInitialRegions(target.Regions, space.Extents(), context.Attributes.MinNrRegions, context.MinRegionSize);
            Located?.Invoke(target);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Files grow and shrink: the regions follow, and what is known of the rest stays.</remarks>
    public void Update(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            RegionAdjustment.SetRegions(target.Regions, space.Extents(), context.MinRegionSize);
            Located?.Invoke(target);
        }
    }

    /// <inheritdoc/>
    public void PrepareAccessChecks(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            foreach (ref Region region in target.Regions.AsSpan())
            {
                // The context's own random numbers, so that a run can be repeated.
                region.SamplingAddress = context.Random.Next(region.Start, region.End);
            }
        }

        check.Prepare();
    }

    /// <inheritdoc/>
    public void CheckAccesses(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            check.Check(target.Regions.AsSpan());
        }
    }
}
