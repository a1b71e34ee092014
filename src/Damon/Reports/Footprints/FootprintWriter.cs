using System.Globalization;
using System.Text.Json;
using Damon.Numbers;
using Damon.Reports.Distribution;

namespace Damon.Reports.Footprints;

/// <summary>Writes distributions of footprints: as the tools' text, as JSON, and as CSV.</summary>
static class FootprintWriter
{
    /// <summary>A block for each metric: its name, the average, and percentiles with bars, or all values.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteText(IEnumerable<FootprintDistribution> metrics, FootprintOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        ValueLines lines = new(options.Style, options.BarColumns, options.All);
        foreach (FootprintDistribution metric in metrics)
        {
            output.Write($"# <percentile> <{metric.Name}>\n");
            lines.Write(metric.Sizes, output);
        }
    }

    /// <summary>One object with an array of metrics.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteJson(IEnumerable<FootprintDistribution> metrics, FootprintOptions options, Stream output)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("report", "footprints");
            json.WriteString("unit", "bytes");
            json.WriteString("sorted_by", options.SortByTime ? "time" : "size");
            json.WriteStartArray("metrics");
            foreach (FootprintDistribution metric in metrics)
            {
                json.WriteStartObject();
                json.WriteString("metric", metric.Name);
                ValueJson.Write(json, metric.Sizes, options.All);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    /// <summary>A line for each metric and percentile, or value.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteCsv(IEnumerable<FootprintDistribution> metrics, FootprintOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        output.Write(options.All ? "metric,samples,average,index,bytes\n" : "metric,samples,average,percentile,bytes\n");
        foreach (FootprintDistribution metric in metrics)
        {
            foreach ((int key, ulong value) in metric.Sizes.Lines(options.All))
            {
                output.Write(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{metric.Name},{metric.Sizes.Values.Count},{SizeText.Format(metric.Sizes.Average, NumberStyle.Raw)},{key},{value}\n"));
            }
        }
    }
}
