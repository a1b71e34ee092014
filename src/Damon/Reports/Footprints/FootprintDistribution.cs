using Damon.Reports.Distribution;

namespace Damon.Reports.Footprints;

/// <summary>How one metric is distributed over the samples.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Average">Arithmetic mean in bytes.</param>
/// <param name="Values">All values in bytes, in the order asked for.</param>
/// <param name="Percentiles">A value for each percentile asked for, in that order.</param>
public sealed record FootprintDistribution(FootprintMetric Metric, double Average, IReadOnlyList<ulong> Values, IReadOnlyList<PercentileValue> Percentiles)
{
    /// <summary>Name of the metric, as on the command line.</summary>
    public string Name => Metric switch
    {
        FootprintMetric.VirtualSize => "vsz",
        FootprintMetric.ResidentSize => "rss",
        _ => "sys_used",
    };

    /// <summary>Works out the distribution; null where no sample has the metric.</summary>
    public static FootprintDistribution? Of(FootprintMetric metric, IReadOnlyList<FootprintSample> samples, FootprintOptions options)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        ulong[] values = [.. samples.Select(s => s.Value(metric)).OfType<ulong>()];
        if (values.Length == 0)
        {
            return null;
        }

        if (!options.SortByTime)
        {
            Array.Sort(values);
        }

        Int128 sum = 0;
        foreach (ulong value in values)
        {
            sum += value;
        }

        return new FootprintDistribution(
            metric, ExactRatio.Divide(sum, values.Length), values, [.. options.Percentiles.Select(p => new PercentileValue(p, values[Index(p, values.Length)]))]);
    }

    /// <summary>In this order of operations, as with the other distributions: 29 % of 100 is 28.999999999999996, so 28.</summary>
    static int Index(int percentile, int count) => Math.Min((int)(percentile / 100.0 * count), count - 1);
}
