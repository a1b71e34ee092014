using System.Globalization;
using System.Text;
using Damon.Numbers;

namespace Damon.Reports.Access;

/// <summary>A snapshot as one line of digits, from cold to hot, in the order of its regions.</summary>
static class AccessHeatmap
{
    /// <summary>A gap of more columns is shortened.</summary>
    const int MaxGap = 4;

    const int MaxLevel = 9;
    const string ShortGap = "[...]";

    /// <summary>A column of the line: its temperature, or a gap before the next one.</summary>
    readonly record struct Column(double Temperature, long Gap);

    /// <summary>The line, and a second one that says what it means.</summary>
    /// <param name="snapshot">What is drawn.</param>
    /// <param name="options">Width, colours, and how numbers are written.</param>
    /// <param name="filterPassed">Whether only regions count of which something passed the filters of the scheme; these count as a whole.</param>
    public static string Of(AccessSnapshot snapshot, AccessReportOptions options, bool filterPassed)
    {
        IReadOnlyList<AccessRegion> regions = [.. snapshot.Regions.Where(r => !filterPassed || r.FilterPassed > 0).OrderBy(r => r.Region.Start)];
        double span = regions.Count == 0 ? 0
            : options.HeatmapStatic ? (double)regions.Max(r => r.Region.End) - regions[0].Region.Start
            : regions.Sum(r => (double)r.Region.Size);
        double unit = span / options.HeatmapWidth;
        if (!(unit > 0))
        {
            return "n/a (no region)";
        }

        List<Column> columns = Columns(regions, unit, options);
        double min = double.MaxValue;
        double max = double.MinValue;
        foreach (Column column in columns)
        {
            if (column.Gap == 0)
            {
                min = Math.Min(min, column.Temperature);
                max = Math.Max(max, column.Temperature);
            }
        }

        StringBuilder line = new();
        foreach (Column column in columns)
        {
            if (column.Gap > 0)
            {
                line.Append(column.Gap > MaxGap && !options.HeatmapStatic ? ShortGap : new string('.', (int)column.Gap));
                continue;
            }

            int level = max > min ? Math.Clamp((int)((column.Temperature - min) / ((max - min) / MaxLevel)), 0, MaxLevel) : 0;
            AppendLevel(line, level, 1, options.Colored ? options.HeatmapColors : null);
        }

        NumberStyle style = options.RawNumbers ? NumberStyle.Raw : NumberStyle.Current;
        return $"{line}\n# min/max temperatures: {Number(min, options)}, {Number(max, options)}, column size: {SizeText.Format(unit, style)}";
    }

    /// <summary>A digit some times, coloured or not.</summary>
    public static void AppendLevel(StringBuilder text, int level, int count, HeatColors? colors)
    {
        if (colors is not null)
        {
            text.Append(colors.Begin(level));
        }

        text.Append((char)('0' + level), count);
        if (colors is not null)
        {
            text.Append(HeatColors.End);
        }
    }

    static List<Column> Columns(IReadOnlyList<AccessRegion> regions, double unit, AccessReportOptions options)
    {
        // Sums of parts of a column are not exact.
        const double Rounding = 1e-6;
        List<Column> columns = [];
        double heat = 0;
        double size = 0;
        ulong end = regions[0].Region.Start;
        foreach (AccessRegion region in regions)
        {
            if (region.Region.Start > end)
            {
                Close();
                double gap = Math.Truncate((region.Region.Start - end) / unit);
                if (gap >= 1)
                {
                    columns.Add(new Column(0, (long)(options.HeatmapStatic ? Math.Min(gap, options.HeatmapWidth) : gap)));
                }
            }

            double left = region.Region.Size;
            while (left > 0)
            {
                double part = Math.Min(left, unit - size);
                heat += ((double)options.Weights.Temperature((ulong)part, region.Percent, region.AgeUs)) * part;
                size += part;
                left -= part;
                if (size >= unit * (1 - Rounding))
                {
                    Close();
                }
            }

            end = Math.Max(end, region.Region.End);
        }

        Close();
        return columns;

        void Close()
        {
            // A rest this small came from rounding.
            if (size > unit * Rounding)
            {
                // A part of the column that no region covers counts as neither hot nor cold.
                columns.Add(new Column(heat / unit, 0));
            }

            (heat, size) = (0, 0);
        }
    }

    static string Number(double value, AccessReportOptions options) => options.RawNumbers
        ? ((Int128)value).ToString(CultureInfo.InvariantCulture)
        : CountText.Format((Int128)value);
}
