namespace Damon.Schemes;

/// <summary>A value that a scheme's quota is to be tuned for: the quota grows while <see cref="CurrentValue"/> is below <see cref="TargetValue"/>.</summary>
public sealed class QuotaGoal
{
    /// <summary>What is looked at.</summary>
    public required QuotaGoalMetric Metric { get; init; }

    /// <summary>What it should be; above 0.</summary>
    public required ulong TargetValue { get; init; }

    /// <summary>What it is. The user sets it for <see cref="QuotaGoalMetric.UserInput"/>, the engine for all others.</summary>
    public ulong CurrentValue { get; set; }

    /// <summary>The NUMA node of the metrics that have one.</summary>
    public int NodeId { get; init; }

    /// <summary>The memory cgroup of the metrics that have one, from the root of the hierarchy.</summary>
    public string? MemcgPath { get; init; }
}
