namespace Damo.Views;

/// <summary>Heat over time (rows) and addresses (columns): each cell the mean of what was added to it, by area.</summary>
/// <param name="nrRows">Number of rows, at least 1.</param>
/// <param name="nrColumns">Number of columns, at least 1.</param>
sealed class HeatMeans(int nrRows, int nrColumns)
{
    readonly double[] _sums = new double[nrRows * nrColumns];
    readonly double[] _weights = new double[nrRows * nrColumns];

    /// <summary>The mean heat of a cell, not a number where nothing was added.</summary>
    public double this[int row, int column]
    {
        get
        {
            int cell = (row * nrColumns) + column;
            return _weights[cell] > 0 ? _sums[cell] / _weights[cell] : double.NaN;
        }
    }

    /// <summary>Adds a rectangle of one heat. What lies outside of the grid is left out.</summary>
    /// <param name="top">First row, as a part of all: 0 to 1.</param>
    /// <param name="bottom">End of the rows, as a part of all.</param>
    /// <param name="left">First column, as a part of all.</param>
    /// <param name="right">End of the columns, as a part of all.</param>
    /// <param name="heat">0 to 1.</param>
    public void Add(double top, double bottom, double left, double right, double heat)
    {
        (top, bottom) = (Math.Max(top, 0) * nrRows, Math.Min(bottom, 1) * nrRows);
        (left, right) = (Math.Max(left, 0) * nrColumns, Math.Min(right, 1) * nrColumns);
        for (int row = (int)top; row < bottom && row < nrRows; row++)
        {
            double height = Math.Min(bottom, row + 1) - Math.Max(top, row);
            for (int column = (int)left; column < right && column < nrColumns; column++)
            {
                double area = height * (Math.Min(right, column + 1) - Math.Max(left, column));
                _sums[(row * nrColumns) + column] += heat * area;
                _weights[(row * nrColumns) + column] += area;
            }
        }
    }
}
