using System.Globalization;
using System.Text.Json;
using Damon.Reports.Distribution;
using Damon.Reports.Numbers;

namespace Damon.Reports.Footprints;

/// <summary>Writes distributions of footprints: as the tools' text, as JSON, and as CSV.</summary>
public static class FootprintWriter
{
    /// <summary>A block for each metric: its name, the average, and percentiles with bars, or all values.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteText(IEnumerable<FootprintDistribution> metrics, FootprintOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        foreach (FootprintDistribution metric in metrics)
        {
            output.Write($"# <percentile> <{metric.Name}>\n# avr:\t{SizeText.Format(metric.Average, options.Style)}\n");
            if (options.All)
            {
                for (int i = 0; i < metric.Values.Count; i++)
                {
                    output.Write(string.Create(CultureInfo.InvariantCulture, $"{i} {SizeText.Format(metric.Values[i], options.Style)}\n"));
                }

                continue;
            }

            ulong most = metric.Percentiles.Select(p => p.Value).DefaultIfEmpty(0ul).Max();
            foreach (PercentileValue value in metric.Percentiles)
            {
                output.Write(string.Create(CultureInfo.InvariantCulture, $"{value.Percentile,3} {SizeText.Format(value.Value, options.Style),15}{Bar(value.Value, most, options.BarColumns)}\n"));
            }
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
                WriteMetric(json, metric, options);
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
            IEnumerable<(int Key, ulong Value)> lines = options.All ? metric.Values.Select((value, i) => (i, value)) : metric.Percentiles.Select(p => (p.Percentile, p.Value));
            foreach ((int key, ulong value) in lines)
            {
                output.Write(string.Create(CultureInfo.InvariantCulture, $"{metric.Name},{metric.Values.Count},{SizeText.Format(metric.Average, NumberStyle.Raw)},{key},{value}\n"));
            }
        }
    }

    static void WriteMetric(Utf8JsonWriter json, FootprintDistribution metric, FootprintOptions options)
    {
        json.WriteStartObject();
        json.WriteString("metric", metric.Name);
        json.WriteNumber("samples", metric.Values.Count);
        json.WriteNumber("average", metric.Average);
        json.WriteStartArray(options.All ? "values" : "percentiles");
        if (options.All)
        {
            foreach (ulong value in metric.Values)
            {
                json.WriteNumberValue(value);
            }
        }
        else
        {
            foreach (PercentileValue value in metric.Percentiles)
            {
                json.WriteStartObject();
                json.WriteNumber("percentile", value.Percentile);
                json.WriteNumber("value", value.Value);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static string Bar(ulong value, ulong most, int columns)
    {
        if (columns == 0)
        {
            return "";
        }

        double perColumn = most == 0 ? 1 : (double)most / columns;
        int stars = (int)Math.Min(value / perColumn, columns);
        return $" |{new string('*', stars)}{new string(' ', columns - stars)}|";
    }
}
