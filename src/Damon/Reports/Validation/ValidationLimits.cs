namespace Damon.Reports.Validation;

/// <summary>Limits of a value, both allowed themselves.</summary>
/// <param name="Least">Least allowed.</param>
/// <param name="Most">Most allowed.</param>
readonly record struct ValidationLimits(ulong Least, ulong Most)
{
    /// <summary>Whether <paramref name="value"/> is allowed.</summary>
    public bool Allow(ulong value) => value >= Least && value <= Most;
}
