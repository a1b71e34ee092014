using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>Operations of an address space on which schemes can act. All members run on the thread that owns the context.</summary>
public interface ISchemeOperations : IOperations
{
    /// <summary>Does what the scheme wants to a region.</summary>
    /// <param name="context">The context.</param>
    /// <param name="target">The region's target.</param>
    /// <param name="region">The region.</param>
    /// <param name="scheme">Its action, and the filters by kind of page, which are the operations' business.</param>
    /// <param name="isAllowed">Whether a filter by address or target allowed the region already, so that the other filters do not count.</param>
    /// <remarks>
    /// An action that this address space does not know, or that fails, is no error: nothing was applied. Regions that a scheme does nothing but
    /// count, without filters, a quota and anybody who watches, do not come here.
    /// </remarks>
    SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed);

    /// <summary>Which regions come first when a quota does not suffice.</summary>
    SchemePriority PriorityOf(SchemeAction action) => SchemePriority.None;
}
