using System.Globalization;
using System.Text;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Reports.Heatmap;

/// <summary>Writes heatmaps and guides as text, JSON and CSV.</summary>
static class HeatmapWriter
{
    /// <summary>Time, address and heat of each cell, separated by tabs; <c>NaN</c> where nothing is known.</summary>
    /// <param name="models">One after the other.</param>
    /// <param name="labels">Whether times and addresses count from the start of the grid.</param>
    /// <param name="output">Takes ASCII; stays open.</param>
    public static void WriteRaw(IEnumerable<HeatmapModel> models, HeatmapLabels labels, Stream output) =>
        WriteLines(models, labels, output, "\t"u8, "NaN"u8, null);

    /// <summary>Like <see cref="WriteRaw"/>, but separated by commas and below a line of names; empty where nothing is known.</summary>
    /// <inheritdoc cref="WriteRaw" path="/param"/>
    public static void WriteCsv(IEnumerable<HeatmapModel> models, HeatmapLabels labels, Stream output) =>
        WriteLines(models, labels, output, ","u8, ""u8, "time_ns,address,heat\n");

    /// <summary>One object: the unit, and for each area its grid and an array of heats per row; null where nothing is known.</summary>
    /// <param name="targetId">The target.</param>
    /// <param name="unit">What heats are: <c>hz</c> or <c>samples</c>.</param>
    /// <param name="models">The areas.</param>
    /// <param name="output">Takes UTF-8; stays open.</param>
    /// <param name="granularity">What an access was known of where that is more than a page, such as <c>mapping</c>: a member then. Null for none.</param>
    public static void WriteJson(Int128 targetId, string unit, IEnumerable<HeatmapModel> models, Stream output, string? granularity = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        ReportBuffer text = new(output);
        text.Text("{\"report\": \"heatmap\", \"target_id\": "u8);
        text.Number(targetId);
        text.Text(unit == "hz" ? ", \"unit\": \"hz\""u8 : ", \"unit\": \"samples\""u8);
        text.Text(granularity is null ? [] : Encoding.ASCII.GetBytes($", \"granularity\": \"{granularity}\""));
        text.Text(", \"areas\": ["u8);
        bool any = false;
        foreach (HeatmapModel model in models)
        {
            HeatmapGrid grid = model.Grid;
            text.Text(any ? ",\n"u8 : "\n"u8);
            any = true;
            text.Text(Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"start_ns\": {grid.StartNs}, \"end_ns\": {grid.EndNs}, \"start_address\": {grid.Addresses.Start}, \"end_address\": {grid.Addresses.End}, "
                    + $"\"time_cells\": {grid.TimeCells}, \"address_cells\": {grid.AddressCells}, \"heats\": [")));
            for (int row = 0; row < grid.TimeCells; row++)
            {
                text.Text(row == 0 ? "\n["u8 : ",\n["u8);
                for (int column = 0; column < grid.AddressCells; column++)
                {
                    text.Text(column == 0 ? ""u8 : ", "u8);
                    Heat(text, model.Mean(row, column), "null"u8);
                }

                text.Text("]"u8);
            }

            text.Text("]}"u8);
        }

        text.Text("\n]}\n"u8);
        text.Flush();
    }

    /// <summary>Guides, a block for each without anything between.</summary>
    /// <param name="guides">In the order of the text.</param>
    /// <param name="human">Times and sizes with units rather than plain numbers.</param>
    /// <param name="output">Takes ASCII.</param>
    public static void WriteGuides(IEnumerable<HeatmapGuide> guides, bool human, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(guides);
        ArgumentNullException.ThrowIfNull(output);
        NumberStyle style = human ? NumberStyle.Current : NumberStyle.Raw;
        foreach (HeatmapGuide guide in guides)
        {
            Index(output, "kdamond_idx", guide.Series.KdamondIndex);
            if (TargetName.Thread(guide.Series) is { } thread)
            {
                output.Write($"thread: {thread}\n");
            }

            Index(output, "context_idx", guide.Series.ContextIndex);
            Index(output, "scheme_idx", guide.Series.SchemeIndex);
            Index(output, "target_id", guide.TargetId);
            Index(output, "series", guide.Ordinal);
            output.Write($"time: [{Time(guide.StartNs, human)}, {Time(guide.EndNs, human)}) ({Time(guide.EndNs - guide.StartNs, human)})\n");
            for (int i = 0; i < guide.Regions.Count; i++)
            {
                AddressRange region = guide.Regions[i];
                output.Write(string.Create(
                    CultureInfo.InvariantCulture, $"region\t{i,2}: [{Address(region.Start, human)}, {Address(region.End, human)}) "
                        + $"({SizeText.Format(region.Size, style)})\n"));
            }
        }
    }

    /// <summary>The guides as one JSON object.</summary>
    /// <param name="guides">In the order of the array.</param>
    /// <param name="output">Takes UTF-8; stays open.</param>
    /// <param name="granularity">As of <see cref="WriteJson"/>.</param>
    public static void WriteGuidesJson(IEnumerable<HeatmapGuide> guides, Stream output, string? granularity = null)
    {
        ArgumentNullException.ThrowIfNull(guides);
        ArgumentNullException.ThrowIfNull(output);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("report", "heatmap_guide");
            if (granularity is not null)
            {
                json.WriteString("granularity", granularity);
            }

            json.WriteStartArray("targets");
            foreach (HeatmapGuide guide in guides)
            {
                json.WriteStartObject();
                if (TargetName.Thread(guide.Series) is { } thread)
                {
                    json.WriteNumber("kdamond_idx", guide.Series.KdamondIndex!.Value);
                    json.WriteString("thread", thread);
                }

                json.WritePropertyName("target_id");
                json.WriteRawValue(guide.TargetId.ToString(CultureInfo.InvariantCulture));
                if (guide.Ordinal is { } ordinal)
                {
                    json.WriteNumber("series", ordinal);
                }

                json.WriteNumber("start_ns", guide.StartNs);
                json.WriteNumber("first_snapshot_start_ns", guide.FirstNs);
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

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    static void WriteLines(
        IEnumerable<HeatmapModel> models,
        HeatmapLabels labels,
        Stream output,
        ReadOnlySpan<byte> separator,
        ReadOnlySpan<byte> unknown,
        string? names)
    {
        ArgumentNullException.ThrowIfNull(models);
        ReportBuffer text = new(output);
        text.Text(Encoding.ASCII.GetBytes(names ?? ""));
        foreach (HeatmapModel model in models)
        {
            long startNs = labels.HasFlag(HeatmapLabels.AbsoluteTimes) ? 0 : model.Grid.StartNs;
            ulong start = labels.HasFlag(HeatmapLabels.AbsoluteAddresses) ? 0 : model.Grid.Addresses.Start;
            for (int row = 0; row < model.Grid.TimeCells; row++)
            {
                for (int column = 0; column < model.Grid.AddressCells; column++)
                {
                    text.Number(model.Grid.RowStartNs(row) - startNs);
                    text.Text(separator);
                    text.Number(model.Grid.ColumnStart(column) - start);
                    text.Text(separator);
                    Heat(text, model.Mean(row, column), unknown);
                    text.Text("\n"u8);
                }
            }
        }

        text.Flush();
    }

    static void Heat(ReportBuffer text, double heat, ReadOnlySpan<byte> unknown)
    {
        if (double.IsNaN(heat))
        {
            text.Text(unknown);
        }
        else
        {
            text.Number(heat);
        }
    }

    static void Index(TextWriter output, string name, Int128? value)
    {
        if (value is { } known)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{name}: {known}\n"));
        }
    }

    static string Time(long ns, bool human) => human ? DurationText.Format(ns) : ns.ToString(CultureInfo.InvariantCulture);

    static string Address(ulong address, bool human) => human ? SizeText.FormatAccurate(address) : SizeText.Format(address, NumberStyle.Raw);
}
