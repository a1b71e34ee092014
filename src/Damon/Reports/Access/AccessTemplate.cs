using System.Text;

namespace Damon.Reports.Access;

/// <summary>A template: text with keywords in angle brackets, and <c>\n</c> for a new line.</summary>
sealed class AccessTemplate
{
    static readonly Dictionary<string, AccessKeyword> s_record = new(StringComparer.Ordinal)
    {
        ["kdamond index"] = AccessKeyword.KdamondIndex,
        ["context index"] = AccessKeyword.ContextIndex,
        ["scheme index"] = AccessKeyword.SchemeIndex,
        ["target id"] = AccessKeyword.TargetId,
        ["abs start time"] = AccessKeyword.AbsStartTime,
        ["duration"] = AccessKeyword.Duration,
        ["intervals"] = AccessKeyword.Intervals,
        ["intervals goal"] = AccessKeyword.IntervalsGoal,
        ["data source"] = AccessKeyword.DataSource,
        ["format strings"] = AccessKeyword.FormatStrings,
    };

    static readonly Dictionary<string, AccessKeyword> s_snapshot = new(StringComparer.Ordinal)
    {
        ["total bytes"] = AccessKeyword.TotalBytes,
        ["duration"] = AccessKeyword.Duration,
        ["start time"] = AccessKeyword.StartTime,
        ["end time"] = AccessKeyword.EndTime,
        ["abs start time"] = AccessKeyword.AbsStartTime,
        ["abs end time"] = AccessKeyword.AbsEndTime,
        ["number of regions"] = AccessKeyword.NumberOfRegions,
        ["region box colors"] = AccessKeyword.RegionBoxColors,
        ["region box description"] = AccessKeyword.RegionBoxDescription,
        ["temperature-sz histogram"] = AccessKeyword.TemperatureHistogram,
        ["temperature-df-passed-sz histogram"] = AccessKeyword.TemperatureDfPassedHistogram,
        ["recency-sz histogram"] = AccessKeyword.RecencyHistogram,
        ["recency-df-passed-sz histogram"] = AccessKeyword.RecencyDfPassedHistogram,
        ["recency percentiles"] = AccessKeyword.RecencyPercentiles,
        ["df-passed recency percentiles"] = AccessKeyword.DfPassedRecencyPercentiles,
        ["temperature percentiles"] = AccessKeyword.TemperaturePercentiles,
        ["df-passed temperature percentiles"] = AccessKeyword.DfPassedTemperaturePercentiles,
        ["heatmap"] = AccessKeyword.Heatmap,
        ["filters passed heatmap"] = AccessKeyword.FiltersPassedHeatmap,
        ["filters passed type"] = AccessKeyword.FiltersPassedType,
        ["filters passed bytes"] = AccessKeyword.FiltersPassedBytes,
        ["positive access samples ratio"] = AccessKeyword.PositiveAccessSamplesRatio,
        ["estimated memory bandwidth"] = AccessKeyword.EstimatedMemoryBandwidth,
        ["filters passed estimated memory bandwidth"] = AccessKeyword.FiltersPassedEstimatedMemoryBandwidth,
        ["intervals tuning status"] = AccessKeyword.IntervalsTuningStatus,
        ["damos stats"] = AccessKeyword.DamosStats,
        ["snapshot intervals"] = AccessKeyword.SnapshotIntervals,
    };

    static readonly Dictionary<string, AccessKeyword> s_region = new(StringComparer.Ordinal)
    {
        ["index"] = AccessKeyword.Index,
        ["start address"] = AccessKeyword.StartAddress,
        ["end address"] = AccessKeyword.EndAddress,
        ["size"] = AccessKeyword.Size,
        ["access rate"] = AccessKeyword.AccessRate,
        ["access hz"] = AccessKeyword.AccessHz,
        ["age"] = AccessKeyword.Age,
        ["temperature"] = AccessKeyword.Temperature,
        ["probe hits"] = AccessKeyword.ProbeHits,
        ["mapping"] = AccessKeyword.Mapping,
        ["filters passed bytes"] = AccessKeyword.FiltersPassedBytes,
        ["box"] = AccessKeyword.Box,
    };

    static readonly Dictionary<string, int> s_widths = new(StringComparer.Ordinal)
    {
        ["index"] = 3,
        ["start address"] = 12,
        ["end address"] = 11,
        ["size"] = 11,
        ["access rate"] = 5,
        ["access hz"] = 6,
        ["age"] = 13,
        ["filters passed type"] = 10,
    };

    AccessTemplate(string text, IReadOnlyList<AccessTemplatePiece> pieces)
    {
        Text = text;
        Pieces = pieces;
    }

    /// <summary>The template as it was given.</summary>
    public string Text { get; }

    public IReadOnlyList<AccessTemplatePiece> Pieces { get; }

    /// <summary>Whether nothing is to be written, not even an empty line.</summary>
    public bool IsEmpty => Text.Length == 0;

    /// <exception cref="FormatException">A keyword is not known there; the message names those that are.</exception>
    public static AccessTemplate Parse(string text, AccessArea area, IReadOnlyDictionary<string, int> minWidths)
    {
        Dictionary<string, AccessKeyword> known = area switch
        {
            AccessArea.RecordHead or AccessArea.RecordTail => s_record,
            AccessArea.Region => s_region,
            _ => s_snapshot,
        };
        List<AccessTemplatePiece> pieces = [];
        StringBuilder literal = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == 'n')
            {
                literal.Append('\n');
                i++;
                continue;
            }

            // A '<' that a blank or another '<' follows is no more than that.
            int end = text[i] == '<' ? text.IndexOf('>', i) : -1;
            if (end < 0 || text[i + 1] == ' ' || text.AsSpan(i + 1, end - i - 1).Contains('<'))
            {
                literal.Append(text[i]);
                continue;
            }

            string name = text[(i + 1)..end];
            if (!known.TryGetValue(name, out AccessKeyword keyword))
            {
                throw new FormatException($"'<{name}>' is no keyword there, which are {string.Join(", ", known.Keys)}");
            }

            int width = minWidths.TryGetValue(name, out int own) ? own : s_widths.GetValueOrDefault(name);
            pieces.Add(new AccessTemplatePiece(literal.ToString(), keyword, width));
            literal.Clear();
            i = end;
        }

        pieces.Add(new AccessTemplatePiece(literal.ToString(), AccessKeyword.None, 0));
        return new AccessTemplate(text, pieces);
    }

    /// <summary>Whether any area knows a keyword of that name.</summary>
    public static bool IsKeyword(string name) => s_record.ContainsKey(name) || s_snapshot.ContainsKey(name) || s_region.ContainsKey(name);
}
