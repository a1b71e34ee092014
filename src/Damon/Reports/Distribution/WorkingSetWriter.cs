using System.Globalization;
using System.Text.Json;
using Damon.Numbers;

namespace Damon.Reports.Distribution;

/// <summary>Writes working set sizes: as a version of the tool from 0.0.1 to 2.4 printed them, as JSON, and as CSV.</summary>
static class WorkingSetWriter
{
    /// <summary>The text of the version. Up to 2.4.0 the first line came once, later for each target.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteText(IEnumerable<WorkingSetDistribution> targets, WorkingSetOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        const string Head = "# <percentile> <wss>\n";
        bool isHeadLater = options.Style.Since(2, 4, 1);
        output.Write(isHeadLater ? "" : Head);
        ValueLines lines = new(options.RawNumbers ? NumberStyle.Raw : options.Style.Sizes, options.BarColumns, options.All);
        foreach (WorkingSetDistribution target in targets)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"# target_id\t{target.TargetId}\n{(isHeadLater ? Head : "")}"));
            lines.Write(target.Sizes, output);
        }
    }

    /// <summary>One object: what was asked for, and an array of targets.</summary>
    /// <inheritdoc cref="DistributionWriter.WriteJson" path="/param"/>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteJson(IEnumerable<WorkingSetDistribution> targets, WorkingSetOptions options, Stream output, string? granularity = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("report", "wss");
            json.WriteString("style", options.Style.ToString());
            json.WriteString("unit", "bytes");
            if (granularity is not null)
            {
                json.WriteString("granularity", granularity);
            }

            json.WriteString("sorted_by", options.SortByTime ? "time" : "size");
            json.WriteNumber("dropped_snapshots", options.Exclude);
            json.WriteNumber("threshold", options.AccessThreshold);
            json.WriteNumber("size_threshold", options.SizeThreshold);
            json.WriteNumber("work_time_us", options.WorkTimeUs);
            json.WriteStartArray("targets");
            foreach (WorkingSetDistribution target in targets)
            {
                json.WriteStartObject();
                json.WritePropertyName("target_id");
                json.WriteRawValue(target.TargetId.ToString(CultureInfo.InvariantCulture));
                ValueJson.Write(json, target.Sizes, options.All);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    /// <summary>A line per target and percentile, or value; the average stands in each line of its target.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteCsv(IEnumerable<WorkingSetDistribution> targets, WorkingSetOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        output.Write($"target_id,samples,average,{(options.All ? "index" : "percentile")},wss\n");
        foreach (WorkingSetDistribution target in targets)
        {
            foreach ((int key, ulong value) in target.Sizes.Lines(options.All))
            {
                output.Write(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{target.TargetId},{target.Sizes.Values.Count},{SizeText.Format(target.Sizes.Average, NumberStyle.Raw)},{key},{value}\n"));
            }
        }
    }
}
