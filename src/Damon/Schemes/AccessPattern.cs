using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>Which regions a scheme wants: ranges of size, access frequency and age. Both ends belong to a range.</summary>
public sealed record AccessPattern
{
    /// <summary>Least size of a region, in bytes.</summary>
    public ulong MinSize { get; init; }

    /// <summary>Greatest size of a region, in bytes.</summary>
    public ulong MaxSize { get; init; } = ulong.MaxValue;

    /// <summary>Least access frequency.</summary>
    public PatternBound MinNrAccesses { get; init; } = PatternBound.Min;

    /// <summary>Greatest access frequency.</summary>
    public PatternBound MaxNrAccesses { get; init; } = PatternBound.Max;

    /// <summary>Least age: the time for which the frequency stayed about the same.</summary>
    public PatternBound MinAge { get; init; } = PatternBound.Min;

    /// <summary>Greatest age.</summary>
    public PatternBound MaxAge { get; init; } = PatternBound.Max;

    /// <summary>The pattern in what the engine counts under these attributes.</summary>
    internal PatternCounts ToCounts(MonitoringAttributes attributes) => new(
        MinSize,
        MaxSize,
        MinNrAccesses.ToNrAccesses(attributes),
        MaxNrAccesses.ToNrAccesses(attributes),
        MinAge.ToAge(attributes),
        MaxAge.ToAge(attributes));

    /// <summary>Says what is wrong with the ranges, or null when nothing is.</summary>
    public string? Check()
    {
        return MinSize > MaxSize ? $"the least size, {MinSize} bytes, is above the greatest, {MaxSize} bytes"
            : IsAbove(MinNrAccesses, MaxNrAccesses) ? $"the least access frequency, {MinNrAccesses}, is above the greatest, {MaxNrAccesses}"
            : IsAbove(MinAge, MaxAge) ? $"the least age, {MinAge}, is above the greatest, {MaxAge}"
            : null;
    }

    static bool IsAbove(PatternBound least, PatternBound greatest) =>
        greatest.Unit != PatternUnit.Max
        && (least.Unit == PatternUnit.Max || (least.Value > greatest.Value && (least.Unit == greatest.Unit || greatest.Value == 0)));
}
