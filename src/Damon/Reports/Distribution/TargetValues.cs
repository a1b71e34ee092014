using System.Runtime.InteropServices;

namespace Damon.Reports.Distribution;

/// <summary>One number per snapshot of one target. What is dropped is only counted, so that very many short-lived targets cost little.</summary>
sealed class TargetValues(Int128 targetId)
{
    readonly List<ulong> _values = [];

    public Int128 TargetId { get; } = targetId;

    public int Snapshots { get; private set; }

    public void Add(ulong value)
    {
        if (Snapshots++ >= DistributionReport.DroppedSnapshots)
        {
            _values.Add(value);
        }
    }

    /// <summary>Works out the distribution; afterwards the values may be in another order.</summary>
    public TargetDistribution Distribution(DistributionOptions options)
    {
        Span<ulong> values = CollectionsMarshal.AsSpan(_values);
        if (!options.SortByTime)
        {
            values.Sort();
        }

        Int128 sum = 0;
        foreach (ulong value in values)
        {
            sum += value;
        }

        PercentileValue[] percentiles = new PercentileValue[options.Percentiles.Count];
        for (int i = 0; i < percentiles.Length; i++)
        {
            int percentile = options.Percentiles[i];
            percentiles[i] = new PercentileValue(percentile, values[ValueDistribution.Index(percentile, values.Length)]);
        }

        return new TargetDistribution(TargetId, values.Length, (ulong)ExactRatio.Divide(sum, values.Length), percentiles);
    }
}
