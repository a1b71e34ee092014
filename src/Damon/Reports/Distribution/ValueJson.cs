using System.Text.Json;

namespace Damon.Reports.Distribution;

/// <summary>The members of a distribution in JSON.</summary>
static class ValueJson
{
    /// <param name="json">Stands in an object.</param>
    /// <param name="values">The distribution.</param>
    /// <param name="all">Whether every value is written instead of percentiles.</param>
    public static void Write(Utf8JsonWriter json, ValueDistribution values, bool all)
    {
        json.WriteNumber("samples", values.Values.Count);
        if (values.Values.Count > 0)
        {
            json.WriteNumber("average", values.Average);
        }
        else
        {
            json.WriteNull("average");
        }

        json.WriteStartArray(all ? "values" : "percentiles");
        foreach ((int key, ulong value) in values.Lines(all))
        {
            if (all)
            {
                json.WriteNumberValue(value);
                continue;
            }

            json.WriteStartObject();
            json.WriteNumber("percentile", key);
            json.WriteNumber("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
