using System.Globalization;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Reports.Heatmap;

namespace Damon.Reports.RecordInfo;

/// <summary>Writes what a record is about: where and when each series has data, and how it was recorded.</summary>
static class RecordInfoWriter
{
    /// <summary>The guide as the tools print it, then a line for each fact.</summary>
    /// <param name="guides">In the order of the text.</param>
    /// <param name="facts">What the sidecar says; empty where there is none.</param>
    /// <param name="human">Numbers with units rather than plain ones.</param>
    /// <param name="output">Where to write.</param>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteText(IReadOnlyList<HeatmapGuide> guides, IReadOnlyList<RecordFact> facts, bool human, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(output);
        HeatmapWriter.WriteGuides(guides, human, output);
        if (facts.Count > 0)
        {
            output.Write("\nrecording:\n");
        }

        foreach (RecordFact fact in facts)
        {
            output.Write(human ? $"  {fact.Label}: {fact.Text}\n" : $"  {fact.Name}: {Plain(fact)}\n");
        }
    }

    /// <summary>One object: the series, and the facts under their names; notes are an array.</summary>
    /// <inheritdoc cref="WriteText" path="/param[@name='guides' or @name='facts' or @name='output']"/>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteJson(IReadOnlyList<HeatmapGuide> guides, IReadOnlyList<RecordFact> facts, Stream output)
    {
        ArgumentNullException.ThrowIfNull(guides);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(output);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("report", "record_info");
            json.WriteStartArray("targets");
            foreach (HeatmapGuide guide in guides)
            {
                WriteGuide(json, guide);
            }

            json.WriteEndArray();
            json.WriteStartObject("recording");
            foreach (RecordFact fact in facts.Where(f => f.Name != "note"))
            {
                json.WritePropertyName(fact.Name);
                if (fact.Number is { } number)
                {
                    json.WriteNumberValue(number);
                }
                else
                {
                    json.WriteStringValue(fact.Text);
                }
            }

            json.WriteStartArray("notes");
            foreach (RecordFact note in facts.Where(f => f.Name == "note"))
            {
                json.WriteStringValue(note.Text);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    /// <summary>A line for each region of each series; what the sidecar says is no table and left out.</summary>
    /// <inheritdoc cref="WriteText" path="/param[@name='guides' or @name='output']"/>
    /// <exception cref="IOException">The output could not be written.</exception>
    public static void WriteCsv(IReadOnlyList<HeatmapGuide> guides, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(guides);
        ArgumentNullException.ThrowIfNull(output);
        output.Write("kdamond_idx,context_idx,scheme_idx,target_id,start_ns,end_ns,region,start_address,end_address,series\n");
        foreach (HeatmapGuide guide in guides)
        {
            for (int i = 0; i < guide.Regions.Count; i++)
            {
                AddressRange region = guide.Regions[i];
                output.Write(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{guide.Series.KdamondIndex},{guide.Series.ContextIndex},{guide.Series.SchemeIndex},{guide.TargetId},{guide.StartNs},{guide.EndNs},{i},{region.Start},{region.End},{guide.Ordinal}\n"));
            }
        }
    }

    static string Plain(RecordFact fact) => fact.Number?.ToString(CultureInfo.InvariantCulture) ?? fact.Text;

    static void WriteGuide(Utf8JsonWriter json, HeatmapGuide guide)
    {
        json.WriteStartObject();
        Write(json, "kdamond_idx", guide.Series.KdamondIndex);
        if (TargetName.Thread(guide.Series) is { } thread)
        {
            json.WriteString("thread", thread);
        }

        Write(json, "context_idx", guide.Series.ContextIndex);
        Write(json, "scheme_idx", guide.Series.SchemeIndex);
        json.WritePropertyName("target_id");
        json.WriteRawValue(guide.TargetId.ToString(CultureInfo.InvariantCulture));
        if (guide.Ordinal is { } ordinal)
        {
            json.WriteNumber("series", ordinal);
        }

        json.WriteNumber("start_ns", guide.StartNs);
        json.WriteNumber("end_ns", guide.EndNs);
        json.WriteStartArray("regions");
        foreach (AddressRange region in guide.Regions)
        {
            json.WriteStartObject();
            json.WriteNumber("start_address", region.Start);
            json.WriteNumber("end_address", region.End);
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
