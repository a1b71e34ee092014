using Damon.Reports.Heatmap;

namespace Damon.Reports.Access;

/// <summary>What a report of accesses shows, and how.</summary>
sealed record AccessReportOptions
{
    /// <summary>What is shown of each snapshot.</summary>
    public AccessStyle Style { get; init; }

    /// <summary>Whether numbers are plain: bytes, nanoseconds, microseconds for ages.</summary>
    public bool RawNumbers { get; init; }

    /// <summary>The percentiles shown, each in [0, 100].</summary>
    public IReadOnlyList<int> Percentiles { get; init; } = [0, 1, 25, 50, 75, 99, 100];

    /// <summary>The ranges of histograms.</summary>
    public HistogramOptions Histogram { get; init; } = new();

    /// <summary>The order of regions, the last key counting most; empty for the order of the record.</summary>
    public IReadOnlyList<AccessSortOrder> SortBy { get; init; } = [];

    /// <summary>What temperatures are made of, for the headings; the filter has the same.</summary>
    public TemperatureWeights Weights { get; init; } = TemperatureWeights.Default;

    /// <summary>Columns of the line of heat, at least 1.</summary>
    public int HeatmapWidth { get; init; } = 80;

    /// <summary>Whether the line of heat keeps its scale across gaps, rather than shortening them.</summary>
    public bool HeatmapStatic { get; init; }

    /// <summary>Colours of the line of heat.</summary>
    public HeatColors HeatmapColors { get; init; } = HeatColors.Emotion;

    /// <summary>Whether levels of heat are coloured, for a terminal with 256 colours.</summary>
    public bool Colored { get; init; }

    /// <summary>Whether only the size of each snapshot is shown.</summary>
    public bool TotalSizeOnly { get; init; }

    /// <summary>Changes of the templates of the style.</summary>
    public IReadOnlyList<AccessTemplateChange> Templates { get; init; } = [];

    /// <summary>Least widths of keywords other than the usual ones.</summary>
    public IReadOnlyDictionary<string, int> MinWidths { get; init; } = new Dictionary<string, int>();

    /// <summary>Whether regions are for people: exact addresses instead of rounded ones, and the names of mappings after them.</summary>
    public bool ForPeople { get; init; }

    /// <summary>Names of the mappings of a target, in address order.</summary>
    public Func<Int128, IReadOnlyList<HeatmapName>> NamesOf { get; init; } = static _ => [];

    /// <summary>Whether the output is a file or a pipe: as the current tool, whose pager copies long texts without the last line feed.</summary>
    public bool PagerRule { get; init; } = true;
}
