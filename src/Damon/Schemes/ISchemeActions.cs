using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>
/// Carries out the actions of schemes on regions. Implement it to have schemes act in a way of your own. All members run on the thread that owns the context.
/// </summary>
public interface ISchemeActions
{
    /// <summary>Does what the scheme wants to a region.</summary>
    /// <param name="context">The context.</param>
    /// <param name="target">The region's target.</param>
    /// <param name="region">The region, <c>[Start, End)</c> in bytes.</param>
    /// <param name="scheme">Its action, and the filters by kind of page, which are not looked at before.</param>
    /// <param name="isAllowed">Whether a filter by address or target allowed the region already, so that the other filters do not count.</param>
    /// <returns>On how many bytes something was done, and how many passed the filters by kind of page; both at most the size of the region.</returns>
    /// <remarks>
    /// An action that is not known here, or that fails, is no error: nothing was applied. What is thrown ends the run. Regions that a scheme does nothing but
    /// count, without filters, a quota and anybody who watches, do not come here.
    /// </remarks>
    SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed);

    /// <summary>Which regions come first when a quota does not suffice.</summary>
    SchemePriority PriorityOf(SchemeAction action) => SchemePriority.None;
}
