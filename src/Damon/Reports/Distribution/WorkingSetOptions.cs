namespace Damon.Reports.Distribution;

/// <summary>What <see cref="WorkingSetReport"/> shows.</summary>
public sealed record WorkingSetOptions
{
    /// <summary>The version of the tool that is followed; not the first one.</summary>
    internal ToolStyle Style { get; init; } = ToolStyle.Today;

    /// <summary>The percentiles shown, each in [0, 100].</summary>
    public IReadOnlyList<int> Percentiles { get; init; } = [0, 25, 50, 75, 100];

    /// <summary>Least number of accesses of a region that belongs to the working set.</summary>
    public long AccessThreshold { get; init; } = 1;

    /// <summary>Least size in bytes of a region that belongs to the working set.</summary>
    public ulong SizeThreshold { get; init; } = 1;

    /// <summary>Snapshots are added up until they cover this time, in microseconds.</summary>
    public ulong WorkTimeUs { get; init; } = 1;

    /// <summary>Number of snapshots at the beginning of each target that do not count.</summary>
    public int Exclude { get; init; } = DistributionReport.DroppedSnapshots;

    /// <summary>
    /// Whether only what people would call the beginning is left out: no more than 2 s and half of the snapshots, where <see cref="Exclude"/> is the most.
    /// </summary>
    internal bool HasShortStart { get; init; }

    /// <summary>Whether the values of all targets are added up; null for what the style does.</summary>
    public bool? Collapse { get; init; }

    /// <summary>Whether the values keep the order of time, so that percentiles are parts of the run, rather than being sorted.</summary>
    public bool SortByTime { get; init; }

    /// <summary>Whether every value is shown instead of percentiles.</summary>
    public bool All { get; init; }

    /// <summary>Length of the longest bar in characters; 0 for no bars.</summary>
    public int BarColumns { get; init; } = 59;

    /// <summary>Whether sizes are plain numbers.</summary>
    public bool RawNumbers { get; init; }

    /// <summary>Whether the values of all targets are added up, under the id 0.</summary>
    public bool CollapsesTargets => Collapse ?? Style.Since(2, 3, 3);
}
