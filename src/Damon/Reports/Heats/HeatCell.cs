namespace Damon.Reports.Heats;

/// <summary>One cell of a row: a mean of access counts, weighted by bytes times nanoseconds.</summary>
/// <remarks>
/// Python's numbers are followed: weights, and a count that is alone in its cell, are whole numbers of any length; from the first
/// mean on the heat is a double. Each operation rounds where Python's does, so that the last digit is the same too. Adding 0.0 to a
/// product of whole numbers makes -0.0, which whole numbers do not have, 0.0.
/// </remarks>
struct HeatCell
{
    /// <summary>Whole numbers below this are doubles without loss.</summary>
    const double Exact = 1L << 53;

    /// <summary>Whole weights below this can be multiplied by any count within 128 bits. No area of a real record is larger.</summary>
    const double Widest = Exact * (1L << 41);

    double _heat;
    Int128 _size;
    CellState _state;

    public void Add(uint nrAccesses, Int128 weight)
    {
        if (_state == CellState.Empty)
        {
            _heat = nrAccesses;
            _size = weight;
            _state = CellState.Count;
            return;
        }

        Int128 size = _size + weight;

        // Where time goes backwards weights are negative and may cancel out: the first tool died of it.
        if (size != 0)
        {
            _heat = _state == CellState.Count ? MeanOfCounts(nrAccesses, weight, size) : ((_heat * (double)_size) + Product(nrAccesses, weight)) / (double)size;
        }

        _size = size;
        _state = CellState.Mean;
    }

    /// <summary>Heat times size, per cell.</summary>
    public readonly double Value(long timeUnit, ulong addressUnit)
    {
        if (_state == CellState.Empty)
        {
            return 0;
        }

        double size = (double)_size;
        double product = _state == CellState.Count ? (_heat * size) + 0.0 : _heat * size;
        bool exact = _state == CellState.Mean || (Math.Abs(size) < Exact && Math.Abs(product) < Exact && timeUnit < Exact) || Math.Abs(size) >= Widest;
        return (exact ? product / timeUnit : ExactRatio.Divide((Int128)_heat * _size, timeUnit)) / addressUnit;
    }

    readonly double MeanOfCounts(uint nrAccesses, Int128 weight, Int128 size)
    {
        double size1 = (double)_size;
        double size2 = (double)weight;
        double product1 = (_heat * size1) + 0.0;
        double product2 = (nrAccesses * size2) + 0.0;
        bool exact = Math.Abs(size1) + Math.Abs(size2) < Exact && Math.Abs(product1) + Math.Abs(product2) < Exact;
        return exact || Math.Abs(size1) + Math.Abs(size2) >= Widest
            ? (product1 + product2) / (double)size
            : ExactRatio.Divide(((Int128)_heat * _size) + (nrAccesses * weight), size);
    }

    /// <summary>The whole product, rounded once.</summary>
    static double Product(uint nrAccesses, Int128 weight)
    {
        double size = (double)weight;
        return Math.Abs(size) is < Exact or >= Widest ? (nrAccesses * size) + 0.0 : (double)(nrAccesses * weight);
    }
}
