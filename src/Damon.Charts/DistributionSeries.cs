namespace Damon.Charts;

/// <summary>One line of a <see cref="DistributionChart"/>.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Points">Percentages, [0, 100], and values, in the order of the line.</param>
public sealed record DistributionSeries(string Name, IReadOnlyList<(double Percent, double Value)> Points);
