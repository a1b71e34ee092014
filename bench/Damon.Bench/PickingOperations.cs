using Damon.Monitoring;

namespace Damon.Bench;

/// <summary>Picks sampling addresses, and answers without looking anywhere.</summary>
sealed class PickingOperations(ulong start, ulong size, bool churn) : IOperations
{
    public void Init(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            ThreeRegions.SetInitialRegions(target.Regions, [new AddressRange(start, start + size)], context.Attributes.MinNrRegions, context.MinRegionSize);
        }
    }

    public void PrepareAccessChecks(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            foreach (ref Region region in target.Regions.AsSpan())
            {
                region.SamplingAddress = context.Random.Next(region.Start, region.End);
            }
        }
    }

    public void CheckAccesses(MonitoringContext context)
    {
        if (!churn)
        {
            return;
        }

        // Stripes of 1/800 of the space, each twentieth as hot as its number says.
        ulong stripe = size / 800;
        foreach (Target target in context.Targets)
        {
            foreach (ref Region region in target.Regions.AsSpan())
            {
                ulong heat = (region.SamplingAddress - start) / stripe * 7 % 20;
                region.Accessed = context.Random.Next(0, 20) < heat;
            }
        }
    }
}
