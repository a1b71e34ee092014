using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Engine;

/// <summary>Counts what schemes would do to an address space, and leaves it alone.</summary>
/// <param name="inner">Tells which regions an action takes first.</param>
sealed class RehearsedActions(ISchemeActions inner) : ISchemeActions
{
    /// <inheritdoc/>
    public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed) =>
        new(scheme.Action == SchemeAction.Stat ? 0 : region.Size, region.Size);

    /// <inheritdoc/>
    public SchemePriority PriorityOf(SchemeAction action) => inner.PriorityOf(action);
}
