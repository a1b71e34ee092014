namespace Damon.Reports.Heatmap;

/// <summary>What was added to a column of the row that is being filled. Sums of whole numbers are exact, so that taking away leaves nothing.</summary>
struct HeatmapColumn
{
    /// <summary>Accesses times bytes times nanoseconds of regions that begin or end in this column.</summary>
    public double Mass;

    /// <summary>Bytes times nanoseconds of those.</summary>
    public double Covered;

    /// <summary>How much more this column has than the one before, in accesses times nanoseconds, of regions that fill whole columns.</summary>
    public Int128 MassStep;

    /// <summary>As <see cref="MassStep"/>, in nanoseconds.</summary>
    public Int128 CoveredStep;
}
