namespace Damon.Reports.Heatmap;

/// <summary>What the labels of cells count from.</summary>
[Flags]
enum HeatmapLabels
{
    /// <summary>The start of the grid.</summary>
    Relative = 0,

    /// <summary>Times are those of the record.</summary>
    AbsoluteTimes = 1,

    /// <summary>Addresses are those of the record.</summary>
    AbsoluteAddresses = 2,
}
