using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>An <see cref="AccessPattern"/> in what the engine counts. Closed ranges: 0 as an upper end has no special meaning.</summary>
/// <param name="MinSize">Bytes.</param>
/// <param name="MaxSize">Bytes.</param>
/// <param name="MinNrAccesses">Samples of an aggregation interval.</param>
/// <param name="MaxNrAccesses">Samples of an aggregation interval.</param>
/// <param name="MinAge">Aggregation intervals.</param>
/// <param name="MaxAge">Aggregation intervals.</param>
readonly record struct PatternCounts(ulong MinSize, ulong MaxSize, ulong MinNrAccesses, ulong MaxNrAccesses, ulong MinAge, ulong MaxAge)
{
    /// <summary>Whether a region is wanted, by its moving access count, which at the end of an aggregation interval is the plain one.</summary>
    public bool Matches(in Region region) => Matches(region.Size, region.NrAccessesBp / 10_000, region.Age);

    /// <summary>Whether these values are wanted.</summary>
    public bool Matches(ulong size, ulong nrAccesses, ulong age) =>
        nrAccesses >= MinNrAccesses && nrAccesses <= MaxNrAccesses && age >= MinAge && age <= MaxAge && size >= MinSize && size <= MaxSize;
}
