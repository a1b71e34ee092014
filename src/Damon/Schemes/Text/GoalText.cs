using Damon.Numbers;

namespace Damon.Schemes.Text;

/// <summary>Values of quota goals, whose unit depends on the metric.</summary>
static class GoalText
{
    const ulong BpScale = 10_000;

    /// <summary>Reads one.</summary>
    /// <param name="text">What was read.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="isBp">Whether the key says that the unit is 1/10000, whatever the metric.</param>
    /// <param name="value">The result.</param>
    public static bool TryParse(string text, QuotaGoalMetric metric, bool isBp, out ulong value)
    {
        Amount amount;
        bool known = isBp || IsBp(metric) ? QuantityText.TryPart(text, BpScale, out amount)
            : metric == QuotaGoalMetric.SomeMemoryPsiUs ? QuantityText.TryMicroseconds(text, 1, out amount)
            : QuantityText.TryNumber(text, out amount);
        value = known ? amount.Cut() : 0;
        return known;
    }

    /// <summary>What is accepted.</summary>
    public static string Forms(QuotaGoalMetric metric) =>
        IsBp(metric) ? "a number in 1/10000, or a percentage with %"
            : metric == QuotaGoalMetric.SomeMemoryPsiUs ? "microseconds, or a time like 5ms"
            : "a number";

    /// <summary>Whether its values are in 1/10000 and take a percentage.</summary>
    static bool IsBp(QuotaGoalMetric metric) =>
        metric is not (QuotaGoalMetric.UserInput or QuotaGoalMetric.SomeMemoryPsiUs or QuotaGoalMetric.NodeEligibleMemoryBp);

    /// <summary>Whether it is of a node.</summary>
    public static bool HasNode(QuotaGoalMetric metric) =>
        HasMemcg(metric) || metric is QuotaGoalMetric.NodeMemoryUsedBp or QuotaGoalMetric.NodeMemoryFreeBp or QuotaGoalMetric.NodeEligibleMemoryBp;

    /// <summary>Whether it is of a memory cgroup on a node.</summary>
    public static bool HasMemcg(QuotaGoalMetric metric) => metric is QuotaGoalMetric.NodeMemcgUsedBp or QuotaGoalMetric.NodeMemcgFreeBp;
}
