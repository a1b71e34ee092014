using System.Numerics;
using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>Ranks regions by heat, for quotas that do not suffice for all (kernel: damon_hot_score, damon_cold_score).</summary>
/// <remarks>Its constructor calculates what all regions of a pass share.</remarks>
readonly struct RegionScore
{
    /// <summary>The highest score.</summary>
    public const int Max = 99;

    const int MaxSubscore = 100;
    const int MaxAgeLog = 32;

    readonly SchemePriority _priority;
    readonly ulong _mostAccesses;
    readonly ulong _aggregationUs;
    readonly ulong _frequencyWeight;
    readonly ulong _ageWeight;

    /// <summary>A ranking.</summary>
    /// <param name="attributes">The attributes under which the regions were counted.</param>
    /// <param name="quota">The weights.</param>
    /// <param name="priority">What is wanted first.</param>
    public RegionScore(MonitoringAttributes attributes, SchemeQuota quota, SchemePriority priority)
    {
        _priority = priority;
        _mostAccesses = Math.Max(attributes.MaxNrAccesses, 1);
        _aggregationUs = attributes.AggregationUs;
        _frequencyWeight = quota.NrAccessesWeight;
        _ageWeight = quota.AgeWeight;
    }

    /// <summary>How much a region is wanted first, [0, 99].</summary>
    public int Of(in Region region) => _priority switch
    {
        SchemePriority.Hot => Hot(in region),
        SchemePriority.Cold => Max - Hot(in region),
        _ => Max,
    };

    int Hot(in Region region)
    {
        ulong weights = _frequencyWeight + _ageWeight;
        if (weights == 0)
        {
            return 0;
        }

        ulong frequency = region.NrAccessesBp / 10_000 * MaxSubscore / _mostAccesses;
        ulong beyond = Math.BigMul(region.Age, _aggregationUs, out ulong ageUs);
        ulong ageSeconds = beyond > 0 ? uint.MaxValue : Math.Min(ageUs / 1_000_000, uint.MaxValue);
        int ageLog = Math.Min(64 - BitOperations.LeadingZeroCount(ageSeconds), MaxAgeLog);

        // The longer something is idle, the colder it is; the longer it is in use, the hotter.
        ulong age = (ulong)((frequency == 0 ? -ageLog : ageLog) + MaxAgeLog) * MaxSubscore / MaxAgeLog / 2;
        ulong hotness = ((_frequencyWeight * frequency) + (_ageWeight * age)) / weights;
        return (int)Math.Min(hotness * Max / MaxSubscore, Max);
    }
}
