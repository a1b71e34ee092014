using System.Globalization;
using System.Text.Json;

namespace Damon.Reports.Validation;

/// <summary>Writes what a validation found.</summary>
static class ValidationWriter
{
    /// <summary>A line for each limit of each series that was broken too often; nothing for a sound record.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteText(IEnumerable<SeriesValidation> series, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(output);
        foreach (ValidationFault fault in series.SelectMany(s => s.Failures))
        {
            output.Write($"{fault}\n");
        }
    }

    /// <summary>One object: the verdict, and all that was found, also what is allowed.</summary>
    /// <param name="series">What was found.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="isWhole">Whether the record was read to its end without damage; one that was not is not valid.</param>
    /// <param name="output">Where to write.</param>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteJson(IReadOnlyList<SeriesValidation> series, ValidationOptions options, bool isWhole, Stream output)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteBoolean("valid", isWhole && series.All(s => s.Failures.Count == 0));
            json.WriteBoolean("whole", isWhole);
            json.WriteNumber("allowed_error_percent", options.AllowedErrorPercent);
            json.WriteStartArray("records");
            foreach (SeriesValidation one in series)
            {
                json.WriteStartObject();
                Write(json, "kdamond_idx", one.Series.KdamondIndex);
                Write(json, "context_idx", one.Series.ContextIndex);
                Write(json, "scheme_idx", one.Series.SchemeIndex);
                json.WritePropertyName("target_id");
                json.WriteRawValue(one.TargetId.ToString(CultureInfo.InvariantCulture));
                json.WriteNumber("snapshots", one.Snapshots);
                json.WriteStartArray("faults");
                foreach (ValidationFault fault in one.Faults)
                {
                    Write(json, fault, one.Failures.Contains(fault));
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    static void Write(Utf8JsonWriter json, ValidationFault fault, bool isFailure)
    {
        json.WriteStartObject();
        json.WriteString("name", fault.Name);
        json.WriteNumber("least", fault.Limits.Least);
        json.WriteNumber("most", fault.Limits.Most);
        json.WriteNumber("snapshots", fault.Snapshots);
        json.WriteBoolean("allowed", !isFailure);
        json.WriteNumber("first_time_ns", fault.FirstTimeNs);
        if (fault.Check != ValidationCheck.Boundary)
        {
            json.WriteNumber("first_value", fault.FirstValue);
        }

        if (fault.FirstRegion is { } region)
        {
            json.WriteStartArray("first_region");
            json.WriteNumberValue(region.Start);
            json.WriteNumberValue(region.End);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
