namespace Damon.Reports.Access;

/// <summary>How the ranges of a histogram are chosen.</summary>
sealed record HistogramOptions
{
    /// <summary>Whether each range is twice as wide as the one before.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Whether all ranges begin at the least value.</summary>
    public bool Cumulative { get; init; }

    /// <summary>The ranges, first value and first value behind; empty for ten of the same width.</summary>
    public IReadOnlyList<(Int128 Start, Int128 End)> Ranges { get; init; } = [];
}
