using System.Globalization;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Reports.Heats;

/// <summary>Writes guides: as the seed's <c>report heats --guide</c> to the byte, as JSON, and as CSV.</summary>
internal static class HeatsGuideWriter
{
    /// <summary>The seed's text: a block for each target, without anything between blocks.</summary>
    /// <param name="guides">In the order of the text.</param>
    /// <param name="targetIdLabel">Whether a target is named <c>target_id</c>, as later tools did, rather than <c>pid</c>.</param>
    /// <param name="output">Takes ASCII; stays open.</param>
    /// <param name="style">The version of the tool; since 0.0.3 lengths are for people. Null for the first tool.</param>
    public static void WriteText(IEnumerable<HeatsGuide> guides, bool targetIdLabel, Stream output, ToolStyle? style = null)
    {
        ArgumentNullException.ThrowIfNull(guides);
        bool forPeople = style?.Since(0, 0, 3) == true;
        ReportBuffer text = new(output);
        foreach (HeatsGuide guide in guides)
        {
            text.Text(targetIdLabel ? "target_id:"u8 : "pid:"u8);
            text.Number(guide.TargetId);
            text.Text("\ntime: "u8);
            text.Number(guide.StartNs);
            text.Text("-"u8);
            text.Number(guide.EndNs);
            text.Text(" ("u8);
            Length(text, (Int128)guide.EndNs - guide.StartNs, forPeople ? ns => DurationText.Format(ns, style!.Times) : null);
            text.Text(")\n"u8);
            for (int i = 0; i < guide.Regions.Count; i++)
            {
                AddressRange region = guide.Regions[i];
                text.Text(i < 10 ? "region\t "u8 : "region\t"u8);
                text.Number((long)i);
                text.Text(": "u8);
                text.Number(region.Start, 20);
                text.Text("-"u8);
                text.Number(region.End, 20);
                text.Text(" ("u8);
                Length(text, HeatsGuide.SizeOf(region), forPeople ? bytes => SizeText.Format(bytes, style!.Sizes) : null);
                text.Text(")\n"u8);
            }
        }

        text.Flush();
    }

    static void Length(ReportBuffer text, Int128 length, Func<double, string>? forPeople)
    {
        if (forPeople is null)
        {
            text.Number(length);
        }
        else
        {
            text.Text(forPeople((double)length));
        }
    }

    /// <summary>A line per region, under a line of names.</summary>
    public static void WriteCsv(IEnumerable<HeatsGuide> guides, Stream output)
    {
        ArgumentNullException.ThrowIfNull(guides);
        ReportBuffer text = new(output);
        text.Text("target_id,start_ns,end_ns,region,start_address,end_address\n"u8);
        foreach (HeatsGuide guide in guides)
        {
            for (int i = 0; i < guide.Regions.Count; i++)
            {
                text.Number(guide.TargetId);
                text.Text(","u8);
                text.Number(guide.StartNs);
                text.Text(","u8);
                text.Number(guide.EndNs);
                text.Text(","u8);
                text.Number((long)i);
                text.Text(","u8);
                text.Number(guide.Regions[i].Start);
                text.Text(","u8);
                text.Number(guide.Regions[i].End);
                text.Text("\n"u8);
            }
        }

        text.Flush();
    }

    /// <summary>One object with an array of targets.</summary>
    public static void WriteJson(IEnumerable<HeatsGuide> guides, Stream output)
    {
        ArgumentNullException.ThrowIfNull(guides);
        ArgumentNullException.ThrowIfNull(output);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("report", "heats_guide");
            json.WriteStartArray("targets");
            foreach (HeatsGuide guide in guides)
            {
                WriteGuide(json, guide);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    static void WriteGuide(Utf8JsonWriter json, HeatsGuide guide)
    {
        json.WriteStartObject();
        json.WritePropertyName("target_id");
        json.WriteRawValue(guide.TargetId.ToString(CultureInfo.InvariantCulture));
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
}
