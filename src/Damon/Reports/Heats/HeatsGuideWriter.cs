using System.Globalization;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Reports.Heats;

/// <summary>Writes guides: as the first tool's <c>report heats --guide</c> to the byte, as JSON, and as CSV.</summary>
static class HeatsGuideWriter
{
    /// <summary>The first tool's text: a block for each target, without anything between blocks.</summary>
    /// <param name="guides">In the order of the text.</param>
    /// <param name="targetIdLabel">Whether a target is named <c>target_id</c>, as later tools did, rather than <c>pid</c>.</param>
    /// <param name="output">Takes ASCII; stays open.</param>
    /// <param name="style">The version of the tool; since 0.0.3 lengths are for people. Null for the first tool.</param>
    public static void WriteText(IEnumerable<HeatsGuide> guides, bool targetIdLabel, Stream output, ToolStyle? style = null)
    {
        ArgumentNullException.ThrowIfNull(guides);
        bool forPeople = style?.Since(0, 0, 3) == true;
        ReportBuffer text = new(output);
        HeatsGuide[] all = [.. guides];
        foreach (HeatsGuide guide in all)
        {
            Index(text, "kdamond_idx: "u8, guide, all, static one => one.Series.KdamondIndex);
            Index(text, "context_idx: "u8, guide, all, static one => one.Series.ContextIndex);
            Index(text, "scheme_idx: "u8, guide, all, static one => one.Series.SchemeIndex);
            text.Text(targetIdLabel ? "target_id:"u8 : "pid:"u8);
            text.Number(guide.TargetId);
            if (guide.Ordinal is { } ordinal)
            {
                text.Text("\nseries: "u8);
                text.Number((long)ordinal);
            }

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

    /// <summary>A line that tells targets apart; where all are of the same, there is none, as in the first tool.</summary>
    static void Index(ReportBuffer text, ReadOnlySpan<byte> name, HeatsGuide guide, HeatsGuide[] all, Func<HeatsGuide, int?> index)
    {
        if (index(guide) is { } number && index(all[0]) is var first && Array.Exists(all, one => index(one) != first))
        {
            text.Text(name);
            text.Number((long)number);
            text.Text("\n"u8);
        }
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
        text.Text("target_id,start_ns,end_ns,region,start_address,end_address,kdamond_idx,context_idx,scheme_idx,series\n"u8);
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
                Column(text, guide.Series.KdamondIndex);
                Column(text, guide.Series.ContextIndex);
                Column(text, guide.Series.SchemeIndex);
                Column(text, guide.Ordinal);
                text.Text("\n"u8);
            }
        }

        text.Flush();
    }

    static void Column(ReportBuffer text, int? value)
    {
        text.Text(","u8);
        if (value is { } number)
        {
            text.Number((long)number);
        }
    }

    /// <summary>One object with an array of targets.</summary>
    /// <param name="guides">In the order of the array.</param>
    /// <param name="output">Takes UTF-8; stays open.</param>
    /// <param name="granularity">What an access was known of where that is more than a page, such as <c>mapping</c>: a member then. Null for none.</param>
    public static void WriteJson(IEnumerable<HeatsGuide> guides, Stream output, string? granularity = null)
    {
        ArgumentNullException.ThrowIfNull(guides);
        ArgumentNullException.ThrowIfNull(output);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("report", "heats_guide");
            if (granularity is not null)
            {
                json.WriteString("granularity", granularity);
            }

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
        Write(json, "kdamond_idx", guide.Series.KdamondIndex);
        Write(json, "context_idx", guide.Series.ContextIndex);
        Write(json, "scheme_idx", guide.Series.SchemeIndex);
        json.WritePropertyName("target_id");
        json.WriteRawValue(guide.TargetId.ToString(CultureInfo.InvariantCulture));
        Write(json, "series", guide.Ordinal);
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
    }
}
