using Damon.Reports.Distribution;

namespace Damon.Reports.Footprints;

/// <summary>How one metric is distributed over the samples.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Sizes">In bytes.</param>
sealed record FootprintDistribution(FootprintMetric Metric, ValueDistribution Sizes)
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
        return values.Length == 0 ? null : new FootprintDistribution(metric, ValueDistribution.Of(values, options.Percentiles, options.SortByTime));
    }
}
