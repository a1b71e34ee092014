namespace Damon.Schemes;

/// <summary>What watermarks and quota goals have to know of the system.</summary>
public interface ISchemeMetrics
{
    /// <summary>Free memory in 1/1000 of all memory; null where it is unknown, and then schemes stay as they are.</summary>
    ulong? FreeMemoryRate { get; }

    /// <summary>The present value of a goal's metric; null where it is unknown. Not asked for <see cref="QuotaGoalMetric.UserInput"/>.</summary>
    ulong? ValueOf(QuotaGoal goal);
}
