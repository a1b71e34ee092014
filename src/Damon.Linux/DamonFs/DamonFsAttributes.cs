using System.Globalization;
using Damon.Monitoring;

namespace Damon.Linux.DamonFs;

/// <summary>The five numbers of <c>attrs</c>, kept as they were written.</summary>
/// <param name="SampleUs">Sampling interval in microseconds.</param>
/// <param name="AggregationUs">Aggregation interval in microseconds.</param>
/// <param name="UpdateUs">Update interval in microseconds.</param>
/// <param name="MinNrRegions">Lower limit of the number of regions.</param>
/// <param name="MaxNrRegions">Upper limit of the number of regions.</param>
sealed record DamonFsAttributes(ulong SampleUs, ulong AggregationUs, ulong UpdateUs, ulong MinNrRegions, ulong MaxNrRegions)
{
    /// <summary>The engine takes no more, whatever was written: a region costs it about 80 bytes.</summary>
    internal const int MostRegions = 1_000_000;

    const ulong LongestUs = long.MaxValue / 2000;

    /// <summary>Five numbers; what follows them does not count.</summary>
    /// <returns>Null where there are fewer.</returns>
    internal static DamonFsAttributes? Parse(ReadOnlySpan<byte> text)
    {
        KernelScanner scanner = new(text);
        return scanner.TryUInt64(out ulong sample) && scanner.TryUInt64(out ulong aggregation) && scanner.TryUInt64(out ulong update)
            && scanner.TryUInt64(out ulong min) && scanner.TryUInt64(out ulong max)
            ? new DamonFsAttributes(sample, aggregation, update, min, max)
            : null;
    }

    /// <summary>Whether the kernel of an era takes them.</summary>
    internal bool IsValid(DamonFsEra era) =>
        MinNrRegions >= MonitoringAttributes.LeastMinNrRegions && MinNrRegions <= MaxNrRegions && !(era.ChecksIntervals && SampleUs > AggregationUs);

    /// <summary>
    /// What the engine runs with: a sampling interval above the aggregation interval makes each sample one of its own, as in kernels that take it.
    /// </summary>
    internal MonitoringAttributes ToMonitoring() => new()
    {
        SampleUs = Math.Min(SampleUs, LongestUs),
        AggregationUs = Math.Min(Math.Max(AggregationUs, SampleUs), LongestUs),
        UpdateUs = Math.Min(UpdateUs, LongestUs),
        MinNrRegions = (int)Math.Min(MinNrRegions, MostRegions),
        MaxNrRegions = (int)Math.Min(MaxNrRegions, MostRegions),
    };

    /// <summary>As it is read.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SampleUs} {AggregationUs} {UpdateUs} {MinNrRegions} {MaxNrRegions}\n");
}
