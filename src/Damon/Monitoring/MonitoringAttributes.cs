namespace Damon.Monitoring;

/// <summary>How a context monitors: the three intervals and the limits on the number of regions.</summary>
/// <remarks>Defaults are those of the first DAMON: 5 ms, 100 ms, 1 s, 10 to 1000 regions.</remarks>
public sealed record MonitoringAttributes
{
    /// <summary>Fewest regions that the lower limit may ask for: the three parts of a virtual address space.</summary>
    public const int LeastMinNrRegions = 3;

    /// <summary>Time between two access checks, in microseconds. 0 means as often as possible.</summary>
    public ulong SampleUs { get; init; } = 5_000;

    /// <summary>Time over which accesses are counted, in microseconds; at least <see cref="SampleUs"/>.</summary>
    public ulong AggregationUs { get; init; } = 100_000;

    /// <summary>Time between two looks at what is mapped, in microseconds.</summary>
    public ulong UpdateUs { get; init; } = 1_000_000;

    /// <summary>Lower limit of the number of regions, at least 3.</summary>
    public int MinNrRegions { get; init; } = 10;

    /// <summary>Upper limit of the number of regions, at least <see cref="MinNrRegions"/>.</summary>
    public int MaxNrRegions { get; init; } = 1_000;

    /// <summary>Samples of one aggregation interval, and so the largest possible <see cref="Region.NrAccesses"/>.</summary>
    public uint MaxNrAccesses => (uint)Math.Min(AggregationUs / Math.Max(SampleUs, 1), uint.MaxValue);

    /// <summary>Samples of one update interval.</summary>
    public ulong SamplesPerUpdate => UpdateUs / Math.Max(SampleUs, 1);

    /// <summary>Says what is wrong with the values, or null when nothing is.</summary>
    public string? Check()
    {
        if (MinNrRegions < LeastMinNrRegions)
        {
            return $"the minimum number of regions is {MinNrRegions}, but must be at least {LeastMinNrRegions}";
        }

        if (MaxNrRegions < MinNrRegions)
        {
            return $"the maximum number of regions is {MaxNrRegions}, but must be at least the minimum, {MinNrRegions}";
        }

        if (SampleUs > AggregationUs)
        {
            return $"the sampling interval is {SampleUs} us, but must not be above the aggregation interval, {AggregationUs} us";
        }

        return null;
    }

    /// <summary>A number of accesses as 1/10000 of the largest possible one.</summary>
    internal uint NrAccessesToBp(uint nrAccesses) =>
        MaxNrAccesses == 0 ? 0 : (uint)Math.Min((ulong)nrAccesses * 10_000 / MaxNrAccesses, uint.MaxValue);

    /// <summary>
    /// Converts what a region has gathered under these attributes to the scale of <paramref name="next"/>, so that a change while
    /// monitoring loses nothing (kernel: damon_update_monitoring_result).
    /// </summary>
    internal void ConvertResult(ref Region region, MonitoringAttributes next)
    {
        if (IsWithoutScale || next.IsWithoutScale)
        {
            return;
        }

        region.NrAccesses = ConvertNrAccesses(region.NrAccesses, next);
        region.NrAccessesBp = region.NrAccesses * 10_000UL;
        region.Age = ConvertAge(region.Age, next);
    }

    /// <summary>
    /// As <see cref="ConvertResult"/>, for a region in the middle of an aggregation interval: the interval starts over, as the kernel's
    /// does. What was counted in it so far is dropped, or it would come on top of a whole interval.
    /// </summary>
    internal void RestartResult(ref Region region, MonitoringAttributes next)
    {
        region.NrAccesses = 0;
        if (IsWithoutScale || next.IsWithoutScale)
        {
            return;
        }

        region.LastNrAccesses = ConvertNrAccesses(region.LastNrAccesses, next);
        region.NrAccessesBp = region.LastNrAccesses * 10_000UL;
        region.Age = ConvertAge(region.Age, next);
    }

    /// <summary>Whether counts have no scale. An aggregation interval of 0 is one, too: a sampling interval is never longer.</summary>
    bool IsWithoutScale => SampleUs == 0;

    uint ConvertNrAccesses(uint nrAccesses, MonitoringAttributes next) =>
        (uint)Math.Min((ulong)NrAccessesToBp(nrAccesses) * next.MaxNrAccesses / 10_000, uint.MaxValue);

    uint ConvertAge(uint age, MonitoringAttributes next) =>
        (uint)UInt128.Min((UInt128)age * AggregationUs / next.AggregationUs, uint.MaxValue);
}
