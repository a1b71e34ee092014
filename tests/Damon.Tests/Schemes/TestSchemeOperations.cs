using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Tests.Schemes;

/// <summary>Operations that see nothing and write down what schemes want of them.</summary>
sealed class TestSchemeOperations : ISchemeOperations
{
    public List<(long Target, AddressRange Range, SchemeAction Action, bool IsAllowed)> Applied { get; } = [];

    /// <summary>What an action does; all of the region when not set.</summary>
    public Func<Region, SchemeOutcome>? Outcome { get; set; }

    public SchemePriority Priority { get; set; }

    public void PrepareAccessChecks(MonitoringContext context)
    {
    }

    public void CheckAccesses(MonitoringContext context)
    {
    }

    public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed)
    {
        Applied.Add((target.Id, region.Range, scheme.Action, isAllowed));
        return Outcome?.Invoke(region) ?? new SchemeOutcome(region.Size, region.Size);
    }

    public SchemePriority PriorityOf(SchemeAction action) => Priority;
}
