using System.Globalization;
using System.Text.Json;

namespace Damon.Reports.Distribution;

/// <summary>Writes distributions: as the first tool's text to the byte, as JSON, and as CSV.</summary>
static class DistributionWriter
{
    /// <summary>The first tool's text. The first line comes once, the rest for each target.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteText(IEnumerable<TargetDistribution> targets, DistributionOptions options, Stream output)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        ReportBuffer text = new(output);
        text.Text(options.Kind == DistributionKind.NrRegions ? "# <percentile> <# regions>\n"u8 : "# <percentile> <wss>\n"u8);
        foreach (TargetDistribution target in targets)
        {
            text.Text(options.TargetIdLabel ? "# target_id\t"u8 : "# pid\t"u8);
            text.Number(target.TargetId);
            text.Text("\n# avr:\t"u8);
            text.Number(target.Average);
            text.Text("\n"u8);
            foreach (PercentileValue value in target.Percentiles)
            {
                text.Number((long)value.Percentile);
                text.Text("\t"u8);
                text.Number(value.Value);
                text.Text("\n"u8);
            }
        }

        text.Flush();
    }

    /// <summary>One object: what was asked for, and an array of targets.</summary>
    /// <param name="targets">In the order of the text.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="output">Takes UTF-8; stays open.</param>
    /// <param name="granularity">What an access was known of where that is more than a page, such as <c>mapping</c>: a member then. Null for none.</param>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteJson(IEnumerable<TargetDistribution> targets, DistributionOptions options, Stream output, string? granularity = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("report", Name(options));
            json.WriteString("unit", options.Kind == DistributionKind.NrRegions ? "regions" : "bytes");
            if (granularity is not null)
            {
                json.WriteString("granularity", granularity);
            }

            json.WriteNumber("dropped_snapshots", DistributionReport.DroppedSnapshots);
            json.WriteString("sorted_by", options.SortByTime ? "time" : "size");
            if (options.Kind == DistributionKind.WorkingSetSize)
            {
                json.WriteNumber("threshold", options.Threshold);
            }

            json.WriteStartArray("targets");
            foreach (TargetDistribution target in targets)
            {
                WriteTarget(json, target);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    /// <summary>A line per target and percentile; the average stands in each line of its target.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteCsv(IEnumerable<TargetDistribution> targets, DistributionOptions options, Stream output)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        ReportBuffer text = new(output);
        text.Text(options.Kind == DistributionKind.NrRegions
            ? "target_id,snapshots,average,percentile,nr_regions\n"u8
            : "target_id,snapshots,average,percentile,wss\n"u8);
        foreach (TargetDistribution target in targets)
        {
            foreach (PercentileValue value in target.Percentiles)
            {
                text.Number(target.TargetId);
                text.Text(","u8);
                text.Number((long)target.Snapshots);
                text.Text(","u8);
                text.Number(target.Average);
                text.Text(","u8);
                text.Number((long)value.Percentile);
                text.Text(","u8);
                text.Number(value.Value);
                text.Text("\n"u8);
            }
        }

        text.Flush();
    }

    static void WriteTarget(Utf8JsonWriter json, TargetDistribution target)
    {
        json.WriteStartObject();
        json.WritePropertyName("target_id");
        json.WriteRawValue(target.TargetId.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("snapshots", target.Snapshots);
        json.WriteNumber("average", target.Average);
        json.WriteStartArray("percentiles");
        foreach (PercentileValue value in target.Percentiles)
        {
            json.WriteStartObject();
            json.WriteNumber("percentile", value.Percentile);
            json.WriteNumber("value", value.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static string Name(DistributionOptions options) => options.Kind == DistributionKind.NrRegions ? "nr_regions" : "wss";
}
