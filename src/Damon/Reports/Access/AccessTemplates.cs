namespace Damon.Reports.Access;

/// <summary>The templates of a style.</summary>
sealed class AccessTemplates
{
    const string SnapshotTime = "snapshot time: [<start time>, <end time>] (<duration>)";
    const string Filters = "# damos filters (df): <filters passed type>";

    readonly AccessTemplate[] _byArea = new AccessTemplate[5];

    /// <param name="options">Style and changes.</param>
    /// <param name="severalRecords">Whether there is more than one series.</param>
    /// <param name="severalSnapshots">Whether any series has more than one snapshot.</param>
    /// <param name="hasFilters">Whether the scheme of any series has filters.</param>
    /// <param name="hasPageFilters">Whether any of these is one that operations apply to pages.</param>
    /// <exception cref="FormatException">A changed template has an unknown keyword.</exception>
    public AccessTemplates(AccessReportOptions options, bool severalRecords, bool severalSnapshots, bool hasFilters, bool hasPageFilters)
    {
        string[] texts = new string[_byArea.Length];
        texts[(int)AccessArea.RecordHead] = severalRecords
            ? "kdamond <kdamond index> / context <context index> / scheme <scheme index> / target id <target id> / recorded for <duration> from "
                + "<abs start time>"
            : "";
        texts[(int)AccessArea.SnapshotHead] = Head(options.Style, severalSnapshots, hasFilters, hasPageFilters);
        texts[(int)AccessArea.Region] = Region(options.Style, hasFilters)
            + (options.ForPeople && Region(options.Style, hasFilters).Length > 0 ? " <mapping>" : "");
        texts[(int)AccessArea.SnapshotTail] = hasFilters
            ? "memory bw estimate: <estimated memory bandwidth>  df-passed: <filters passed estimated memory bandwidth>\ntotal size: <total bytes>  df-passed "
                + "<filters passed bytes>"
            : "memory bw estimate: <estimated memory bandwidth>\ntotal size: <total bytes>";
        texts[(int)AccessArea.RecordTail] = "record DAMON intervals: <intervals>";
        foreach (AccessTemplateChange change in options.Templates)
        {
            ref string text = ref texts[(int)change.Area];
            text = change.Append ? text + change.Text : change.Text;
        }

        if (options.TotalSizeOnly)
        {
            texts[(int)AccessArea.RecordHead] = "";
            texts[(int)AccessArea.SnapshotHead] = "";
            texts[(int)AccessArea.Region] = "";
            texts[(int)AccessArea.SnapshotTail] = "<total bytes>";
        }

        // Two lines come only where there is something to say, which the template cannot tell.
        HasOwnTail = options.Templates.Any(t => t.Area == AccessArea.RecordTail && !t.Append);
        for (int i = 0; i < texts.Length; i++)
        {
            _byArea[i] = AccessTemplate.Parse(texts[i], (AccessArea)i, options.MinWidths);
        }
    }

    /// <summary>Whether the end of a record is what the user wrote.</summary>
    public bool HasOwnTail { get; }

    public AccessTemplate this[AccessArea area] => _byArea[(int)area];

    static string Head(AccessStyle style, bool severalSnapshots, bool hasFilters, bool hasPageFilters)
    {
        List<string> lines = [];
        bool isHistogram = style is AccessStyle.RecencyHistogram or AccessStyle.TemperatureHistogram;
        if ((severalSnapshots && !isHistogram) || style == AccessStyle.SimpleBoxes)
        {
            lines.Add(SnapshotTime);
        }

        switch (style)
        {
            case AccessStyle.Detailed or AccessStyle.Hot or AccessStyle.Cold:
                lines.Add("heatmap: <heatmap>\nintervals: <snapshot intervals>");
                if (hasFilters)
                {
                    lines.Add($"{Filters}\ndf-pass: <filters passed heatmap>");
                }

                break;
            case AccessStyle.RecencyPercentiles or AccessStyle.TemperaturePercentiles:
                string name = style == AccessStyle.RecencyPercentiles ? "recency" : "temperature";
                if (hasPageFilters)
                {
                    lines.Add($"{Filters}\n# df-passed {name} percentiles\n<df-passed {name} percentiles>\n");
                }

                lines.Add($"# total {name} percentiles\n<{name} percentiles>");
                break;
            case AccessStyle.RecencyHistogram or AccessStyle.TemperatureHistogram:
                string value = style == AccessStyle.RecencyHistogram ? "recency" : "temperature";
                if (hasPageFilters)
                {
                    lines.Add($"{Filters}\n<{value}-df-passed-sz histogram>\n");
                }

                lines.Add($"<{value}-sz histogram>");
                break;
        }

        return string.Join('\n', lines);
    }

    static string Region(AccessStyle style, bool hasFilters) => style switch
    {
        AccessStyle.Detailed =>
            "<index> addr <start address> size <size> access <access hz> age <age>" + (hasFilters ? " df-passed <filters passed bytes>" : ""),
        AccessStyle.SimpleBoxes => "<box> size <size> access <access hz> age <age>",
        AccessStyle.Hot or AccessStyle.Cold => "<box> <size> access <access hz> <age>",
        _ => "",
    };
}
