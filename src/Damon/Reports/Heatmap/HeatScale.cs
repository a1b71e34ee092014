namespace Damon.Reports.Heatmap;

/// <summary>From the heat of a cell to its place on the colour map. Chosen by the data, so that a picture that is mostly cold does not become black.</summary>
/// <param name="Top">The heat of the last colour; above 0.</param>
/// <param name="IsSquareRoot">Whether low heats get more colours than high ones.</param>
/// <param name="IsClipped">Whether cells are hotter than <paramref name="Top"/>.</param>
public sealed record HeatScale(double Top, bool IsSquareRoot, bool IsClipped)
{
    /// <summary>Part of the cells that are accessed at all which may be hotter than the last colour tells.</summary>
    const double Clipped = 0.01;

    /// <summary>Clipping must gain this much.</summary>
    const double WorthClipping = 1.5;

    /// <summary>Where the median of the accessed cells lies below this part of the scale, roots are taken.</summary>
    const double Low = 0.35;

    /// <summary>What the scale does, for the legend; null for a plain one.</summary>
    public string? Remark => (IsSquareRoot, IsClipped) switch
    {
        (true, true) => "square root scale, hottest 1 % clipped",
        (true, false) => "square root scale",
        (false, true) => "hottest 1 % clipped",
        _ => null,
    };

    /// <summary>Looks at all cells of all models.</summary>
    public static HeatScale Of(IEnumerable<HeatmapModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        List<double> accessed = [];
        foreach (HeatmapModel model in models)
        {
            for (int row = 0; row < model.Grid.TimeCells; row++)
            {
                for (int column = 0; column < model.Grid.AddressCells; column++)
                {
                    if (model.Mean(row, column) is > 0 and var heat)
                    {
                        accessed.Add(heat);
                    }
                }
            }
        }

        if (accessed.Count == 0)
        {
            return new HeatScale(1, false, false);
        }

        accessed.Sort();
        double greatest = accessed[^1];
        double nearly = accessed[(int)((accessed.Count - 1) * (1 - Clipped))];
        bool clipped = greatest > nearly * WorthClipping;
        double top = clipped ? nearly : greatest;
        return new HeatScale(top, accessed[accessed.Count / 2] < top * Low, clipped);
    }

    /// <summary>Place of a heat on the map, [0, 1].</summary>
    public double Place(double heat)
    {
        double part = Math.Clamp(heat / Top, 0, 1);
        return IsSquareRoot ? Math.Sqrt(part) : part;
    }
}
