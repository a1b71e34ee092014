namespace Damon.Reports.Access;

/// <summary>A range of values.</summary>
/// <param name="Start">First value within.</param>
/// <param name="End">First value behind.</param>
/// <param name="Bytes">Bytes whose value is within.</param>
readonly record struct HistogramBin(Int128 Start, Int128 End, UInt128 Bytes);
