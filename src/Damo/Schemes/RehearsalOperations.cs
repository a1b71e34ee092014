using Damon.Monitoring;
using Damon.Schemes;

namespace Damo.Schemes;

/// <summary>Counts what schemes would do to an address space and leaves it alone.</summary>
/// <param name="inner">Tells which regions an action takes first.</param>
sealed class RehearsalOperations(ISchemeOperations inner) : ISchemeOperations
{
    public void PrepareAccessChecks(MonitoringContext context) => inner.PrepareAccessChecks(context);

    public void CheckAccesses(MonitoringContext context) => inner.CheckAccesses(context);

    public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed) =>
        new(scheme.Action == SchemeAction.Stat ? 0 : region.Size, region.Size);

    public SchemePriority PriorityOf(SchemeAction action) => inner.PriorityOf(action);
}
