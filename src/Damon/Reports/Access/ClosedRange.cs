namespace Damon.Reports.Access;

/// <summary>A range of values with both its ends.</summary>
/// <param name="Min">Least value within.</param>
/// <param name="Max">Greatest value within.</param>
readonly record struct ClosedRange(Int128 Min, Int128 Max)
{
    /// <summary>Whether a value is within.</summary>
    public bool Contains(Int128 value) => value >= Min && value <= Max;
}
