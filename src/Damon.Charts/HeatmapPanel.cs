using Damon.Reports.Heatmap;

namespace Damon.Charts;

/// <summary>One area of addresses of a heatmap.</summary>
/// <param name="Model">Its cells.</param>
/// <param name="Names">Names of parts of it, in any order.</param>
public sealed record HeatmapPanel(HeatmapModel Model, IReadOnlyList<HeatmapName> Names);
