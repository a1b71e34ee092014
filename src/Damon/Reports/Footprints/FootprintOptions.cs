using Damon.Numbers;

namespace Damon.Reports.Footprints;

/// <summary>How footprints are shown.</summary>
sealed record FootprintOptions
{
    /// <summary>The percentiles shown, each in [0, 100].</summary>
    public IReadOnlyList<int> Percentiles { get; init; } = [0, 25, 50, 75, 100];

    /// <summary>Whether the values keep the order of time, so that percentiles are parts of the run, rather than being sorted.</summary>
    public bool SortByTime { get; init; }

    /// <summary>Whether every value is shown instead of percentiles.</summary>
    public bool All { get; init; }

    /// <summary>Length of the longest bar in characters; 0 for no bars.</summary>
    public int BarColumns { get; init; } = 59;

    /// <summary>How sizes are written.</summary>
    public NumberStyle Style { get; init; } = NumberStyle.Current;
}
