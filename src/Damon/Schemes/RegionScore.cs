using System.Numerics;
using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>Ranks regions by heat, for quotas that do not suffice for all (kernel: damon_hot_score, damon_cold_score).</summary>
public static class RegionScore
{
    /// <summary>The highest score.</summary>
    public const int Max = 99;

    const int MaxSubscore = 100;
    const int MaxAgeLog = 32;

    /// <summary>How much a region is wanted first, [0, 99].</summary>
    /// <param name="region">The region.</param>
    /// <param name="attributes">The attributes under which it was counted.</param>
    /// <param name="quota">The weights.</param>
    /// <param name="priority">What is wanted first.</param>
    public static int Of(in Region region, MonitoringAttributes attributes, SchemeQuota quota, SchemePriority priority) => priority switch
    {
        SchemePriority.Hot => Hot(in region, attributes, quota),
        SchemePriority.Cold => Max - Hot(in region, attributes, quota),
        _ => Max,
    };

    static int Hot(in Region region, MonitoringAttributes attributes, SchemeQuota quota)
    {
        ulong weights = (ulong)quota.NrAccessesWeight + quota.AgeWeight;
        if (weights == 0)
        {
            return 0;
        }

        ulong frequency = region.NrAccessesBp / 10_000 * MaxSubscore / Math.Max(attributes.MaxNrAccesses, 1);
        ulong ageSeconds = (ulong)UInt128.Min((UInt128)region.Age * attributes.AggregationUs / 1_000_000, uint.MaxValue);
        int ageLog = Math.Min(64 - BitOperations.LeadingZeroCount(ageSeconds), MaxAgeLog);

        // The longer something is idle, the colder it is; the longer it is in use, the hotter.
        ulong age = (ulong)((frequency == 0 ? -ageLog : ageLog) + MaxAgeLog) * MaxSubscore / MaxAgeLog / 2;
        ulong hotness = ((quota.NrAccessesWeight * frequency) + (quota.AgeWeight * age)) / weights;
        return (int)Math.Min(hotness * Max / MaxSubscore, Max);
    }
}
