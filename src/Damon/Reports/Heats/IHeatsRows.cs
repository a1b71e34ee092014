namespace Damon.Reports.Heats;

/// <summary>Takes the rows of a heats report as they are finished.</summary>
interface IHeatsRows
{
    /// <summary>One row.</summary>
    /// <param name="timeNs">Label of the row, from the start of the grid. The data is that of the row before: see <see cref="HeatsReport"/>.</param>
    /// <param name="heats">A value per cell, valid during the call.</param>
    void Add(long timeNs, ReadOnlySpan<double> heats);
}
