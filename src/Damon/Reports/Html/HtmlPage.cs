using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Reports.Distribution;
using Damon.Reports.Heatmap;

namespace Damon.Reports.Html;

/// <summary>Fills the template. All that comes from the record passes <see cref="HtmlText"/> or the JSON writer, which escapes markup.</summary>
sealed class HtmlPage(HtmlReport report)
{
    const int MaxNames = 1000;
    const int MaxNameLength = 60;
    const int MaxTitleLength = 160;
    const int MaxTargets = 20;
    const int MaxMappings = 10;
    const int MaxListed = 20;

    readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    public void Write(Stream output)
    {
        string cells = Base64(Cells(out int cellsLength));
        using MemoryStream raw = new();
        report.Details.Write(raw);
        string? details = report.Details.IsWhole && report.Details.Regions > 0 ? Base64(raw.ToArray()) : null;
        Dictionary<string, string> parts = new(StringComparer.Ordinal)
        {
            ["style-hash"] = HtmlPageHashes.Style,
            ["script-hash"] = HtmlPageHashes.Script,
            ["style"] = Part("page.css"),
            ["script"] = Part("page.js"),
            ["title"] = Title(),
            ["facts"] = Facts(),
            ["areas"] = Areas(),
            ["unit"] = report.IsPerSecond ? "accesses per second" : "accesses per aggregation interval",
            ["wss"] = WorkingSet(),
            ["mappings"] = Mappings(),
            ["cells"] = cells,
            ["model"] = Model(cellsLength, raw.Length),
            ["details"] = details ?? "",
        };
        string template = Part("page.html");
        if (details is null || template.Length + parts.Values.Sum(part => (long)Encoding.UTF8.GetByteCount(part)) > HtmlReport.MaxBytes)
        {
            parts["details"] = "";
            parts["model"] = Model(cellsLength, 0);
        }

        using StreamWriter writer = new(output, new UTF8Encoding(false), leaveOpen: true);
        int at = 0;
        while (template.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open)
        {
            int close = template.IndexOf("}}", open, StringComparison.Ordinal);
            writer.Write(template.AsSpan(at, open - at));
            writer.Write(parts[template[(open + 2)..close]]);
            at = close + 2;
        }

        writer.Write(template.AsSpan(at));
    }

    static string Part(string name)
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("html/" + name) ?? throw new InvalidOperationException(name);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    static string Base64(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(bytes);
        }

        return Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    static string Hex(ulong value) => $"0x{value:x}";

    /// <summary>For each area the high bytes of all cells, then the low bytes; then the points of the working set.</summary>
    byte[] Cells(out int length)
    {
        length = 0;
        using MemoryStream bytes = new();
        foreach (HeatmapModel model in report.Models)
        {
            int cells = model.Grid.TimeCells * model.Grid.AddressCells;
            byte[] codes = new byte[2 * cells];
            int at = 0;
            for (int row = 0; row < model.Grid.TimeCells; row++)
            {
                for (int column = 0; column < model.Grid.AddressCells; column++)
                {
                    ushort code = HeatCode.Of(model.Mean(row, column));
                    codes[at] = (byte)(code >> 8);
                    codes[cells + at++] = (byte)code;
                }
            }

            bytes.Write(codes);
        }

        VarintBuffer points = new();
        long untilNs = report.Models[0].Grid.StartNs;
        foreach (WorkingSetPoint point in report.WorkingSet.Points)
        {
            points.AddSigned(point.StartNs - untilNs);
            points.Add((ulong)(point.EndNs - point.StartNs));
            points.Add(point.Least);
            points.Add(point.Greatest - point.Least);
            untilNs = point.EndNs;
        }

        bytes.Write(points.Bytes);
        length = (int)bytes.Length;
        return bytes.ToArray();
    }

    string Model(int cellsLength, long detailsLength)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            HeatmapGrid grid = report.Models[0].Grid;
            HeatScale scale = HeatScale.Of(report.Models);
            json.WriteStartObject();
            json.WriteString("unit", report.IsPerSecond ? "hz" : "samples");
            json.WriteString("start_ns", grid.StartNs.ToString(_culture));
            json.WriteString("end_ns", grid.EndNs.ToString(_culture));
            json.WriteNumber("top", scale.Top);
            json.WriteBoolean("root", scale.IsSquareRoot);
            json.WriteBoolean("clipped", scale.IsClipped);
            json.WriteNumber("cells_bytes", cellsLength);
            json.WriteNumber("wss_points", report.WorkingSet.Points.Count);
            json.WriteStartArray("areas");
            foreach (HeatmapModel model in report.Models)
            {
                json.WriteStartObject();
                json.WriteString("start", Hex(model.Grid.Addresses.Start));
                json.WriteString("end", Hex(model.Grid.Addresses.End));
                json.WriteNumber("times", model.Grid.TimeCells);
                json.WriteNumber("columns", model.Grid.AddressCells);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("names");
            foreach (HeatmapName name in Names())
            {
                json.WriteStartArray();
                json.WriteStringValue(Hex(name.Addresses.Start));
                json.WriteStringValue(Hex(name.Addresses.End));
                json.WriteStringValue(VisibleText.Of(name.Name, MaxNameLength));
                json.WriteEndArray();
            }

            json.WriteEndArray();
            if (detailsLength > 0)
            {
                WriteDetails(json, detailsLength);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    void WriteDetails(Utf8JsonWriter json, long length)
    {
        json.WriteStartObject("details");
        json.WriteNumber("bytes", length);
        json.WriteNumber("snapshots", report.Details.Snapshots);
        json.WriteNumber("regions", report.Details.Regions);
        json.WriteNumber("shift", report.Details.Shift);
        json.WriteStartArray("lengths");
        foreach (int column in report.Details.Lengths)
        {
            json.WriteNumberValue(column);
        }

        json.WriteEndArray();
        json.WriteStartArray("scales");
        foreach (double scale in report.Details.Scales)
        {
            json.WriteNumberValue(scale);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Names in the areas shown; the largest where they are too many.</summary>
    IEnumerable<HeatmapName> Names() => report.Metadata is not { } metadata ? [] : HeatmapName.Of(metadata, report.Guide.TargetId)
        .Where(n => report.Models.Any(m => m.Grid.Addresses.Intersects(n.Addresses)))
        .OrderByDescending(n => n.Addresses.Size).Take(MaxNames).OrderBy(n => n.Addresses.Start);

    string Title() =>
        HtmlText.Escape($"Memory accesses of {Command() ?? TargetName.Of(report.Metadata, report.Guide.TargetId, report.Guide.Series)}", MaxTitleLength);

    string? Command()
    {
        if (report.Metadata is not { } metadata)
        {
            return null;
        }

        RecordTarget? target = metadata.TargetOf(report.Guide.TargetId, report.Guide.Instance);
        return metadata.Header?.Request?.Command ?? (target?.CommandLine is { Count: > 0 } line ? string.Join(' ', line) : target?.Comm);
    }

    string Facts()
    {
        StringBuilder facts = new();
        HeatmapGuide guide = report.Guide;
        RecordMetadata? metadata = report.Metadata;
        RecordHeader? header = metadata?.Header;
        RecordSummary? summary = metadata?.Summary;
        RecordTarget? target = metadata?.TargetOf(guide.TargetId, guide.Instance);
        Fact(facts, "Command", Command());
        Fact(facts, "Target", Joined(" ", guide.TargetId.ToString(_culture), target?.Comm is { } comm ? $"({comm})" : null, target?.Exe));
        Fact(facts, "Host", Joined(", ", header?.HostName, header?.KernelRelease is { } release ? $"Linux {release}" : null, header?.Architecture));
        Fact(
            facts,
            "Recorded",
            Joined(" by ", header?.StartTime?.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", _culture), Joined(" ", header?.Tool, header?.ToolVersion)));
        Fact(facts, "Length", $"{DurationText.Format(guide.EndNs - guide.FirstNs)}, {report.Snapshots.ToString(_culture)} snapshots");
        Fact(facts, "Intervals asked for", Intervals(guide.Series.Intervals ?? header?.Intervals));
        Fact(facts, "Intervals achieved", Intervals(summary?.EffectiveIntervals));
        Fact(facts, "Regions", header is { MinRegions: { } least, MaxRegions: { } most } ? string.Create(_culture, $"{least} to {most}") : null);
        Fact(
            facts,
            "Access check",
            Joined(
                ", ",
                header?.AccessCheck?.Name,
                header?.AccessCheck?.Granularity is { } granularity ? $"by {granularity}" : null,
                header?.AddressSpace,
                header?.Backend));
        Fact(facts, "Overhead", Overhead(summary?.Overhead));
        Fact(facts, "Ended", summary?.EndReason);
        if (header?.AccessCheck?.Granularity == "mapping" && summary?.Notes is not { Count: > 0 })
        {
            Fact(facts, "Note", "Accesses are known per mapping, not per page: all of a mapping shows the same rate.");
        }

        foreach (string note in (summary?.Notes ?? []).Take(MaxListed))
        {
            Fact(facts, "Note", note);
        }

        if (header is null)
        {
            Fact(facts, "Note", "There is no sidecar beside the record: host, command, intervals and mappings are not known.");
        }

        return facts.ToString();
    }

    void Fact(StringBuilder to, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            to.Append(_culture, $"<div><dt>{name}</dt><dd>{HtmlText.Escape(value)}</dd></div>\n");
        }
    }

    static string? Joined(string separator, params string?[] parts) =>
        string.Join(separator, parts.Where(p => !string.IsNullOrEmpty(p))) is { Length: > 0 } all ? all : null;

    static string? Intervals(RecordIntervals? intervals) => intervals is null ? null : Joined(
        ", ",
        intervals.SampleUs is { } sample ? $"sampling {Duration(sample)}" : null,
        intervals.AggrUs is { } aggregation ? $"aggregation {Duration(aggregation)}" : null,
        intervals.UpdateUs is { } update ? $"update {Duration(update)}" : null);

    static string Duration(double us) => DurationText.Format(Math.Round(us * 1000));

    string? Overhead(RecordOverhead? overhead) => overhead is null ? null : Joined(
        ", ",
        overhead.OwnCpuPercent is { } cpu ? string.Create(_culture, $"{cpu:0.0#} % of a CPU") : null,
        overhead.CheckTimePercent is { } check ? string.Create(_culture, $"{check:0.0#} % of the time in access checks") : null,
        overhead.ChecksPerSecond is { } checks ? string.Create(_culture, $"{checks:0} checks/s") : null,
        overhead.MissedTicks is > 0 and { } missed ? string.Create(_culture, $"{missed} ticks missed") : null,
        overhead.StretchFactor is > 1 and { } stretch ? string.Create(_culture, $"intervals stretched by {stretch:0.##}") : null);

    string Areas()
    {
        StringBuilder options = new();
        int hottest = 0;
        double most = -1;
        HeatmapName[] names = [.. Names()];
        for (int i = 0; i < report.Models.Count; i++)
        {
            double heat = Mean(report.Models[i]);
            (hottest, most) = heat > most ? (i, heat) : (hottest, most);
        }

        for (int i = 0; i < report.Models.Count; i++)
        {
            AddressRange area = report.Models[i].Grid.Addresses;
            string[] within = [.. names.Where(n => n.Addresses.Intersects(area))
                .OrderByDescending(n => n.Addresses.Size)
                .Select(n => n.Name)
                .Distinct()
                .Take(3)];
            string label =
                $"{i + 1}: {Hex(area.Start)} – {Hex(area.End)}, {SizeText.Format(area.Size)}{(within.Length > 0 ? ", " + string.Join(", ", within) : "")}";
            options.Append(_culture, $"<option value=\"{i}\"{(i == hottest ? " selected" : "")}>{HtmlText.Escape(label)}</option>\n");
        }

        return options.ToString();
    }

    static double Mean(HeatmapModel model)
    {
        double mass = 0;
        for (int row = 0; row < model.Grid.TimeCells; row++)
        {
            for (int column = 0; column < model.Grid.AddressCells; column++)
            {
                mass += model.Mass(row, column);
            }
        }

        return mass / model.Grid.Addresses.Size;
    }

    string WorkingSet()
    {
        IReadOnlyList<TargetDistribution> all = [.. report.Distribution.Finish()
            .OrderByDescending(t => t.TargetId == report.Guide.TargetId)
            .ThenByDescending(t => t.Average)];
        if (all.Count == 0)
        {
            return $"<p>Percentiles need more than {DistributionReport.DroppedSnapshots} snapshots.</p>\n";
        }

        if (all.All(t => t.Percentiles.All(p => p.Value == 0)))
        {
            return $"<p>No access was seen after the first {DistributionReport.DroppedSnapshots} snapshots.</p>\n";
        }

        StringBuilder table = new(
            "<table id=\"wss-table\">\n<thead><tr><th scope=\"col\">Target</th><th scope=\"col\">Snapshots</th><th scope=\"col\">Average</th>");
        foreach (PercentileValue value in all[0].Percentiles)
        {
            table.Append(_culture, $"<th scope=\"col\">{value.Percentile} %</th>");
        }

        table.Append("</tr></thead>\n<tbody>\n");
        foreach (TargetDistribution target in all.Take(MaxTargets))
        {
            table.Append(
                _culture,
                $"<tr><th scope=\"row\">{HtmlText.Escape(TargetName.Of(report.Metadata, target.TargetId))}</th><td>{target.Snapshots}</td>{Size(target.Average)}");
            foreach (PercentileValue value in target.Percentiles)
            {
                table.Append(Size(value.Value));
            }

            table.Append("</tr>\n");
        }

        table.Append("</tbody>\n</table>\n");
        if (all.Count > MaxTargets)
        {
            table.Append(_culture, $"<p>{all.Count - MaxTargets} more targets are not shown.</p>\n");
        }

        return table.Append(_culture, $"<p>The first {DistributionReport.DroppedSnapshots} snapshots of each target do not count in the table.</p>\n")
            .ToString();
    }

    string Size(ulong bytes) => string.Create(_culture, $"<td data-value=\"{bytes}\" title=\"{bytes} bytes\">{SizeText.Format(bytes)}</td>");

    string Mappings()
    {
        IReadOnlyList<MappingHeat> heats = report.Mappings.ToHeats();
        string what = report.Mappings.AreMappings ? "mappings" : "areas";
        StringBuilder text = new();
        int hot = Math.Min(Math.Min(MaxMappings, (heats.Count + 1) / 2), heats.Count(m => m.Mass > 0));
        int cold = Math.Min(MaxMappings, heats.Count - hot);
        if (hot > 0)
        {
            Table(text, "hottest", $"Most accessed {what}", heats.Take(hot));
        }
        else
        {
            text.Append("<p id=\"hottest\">No access was seen: all that was monitored was idle.</p>\n");
        }

        if (cold == 0)
        {
            return text.ToString();
        }

        // The largest of those that are equally cold first.
        Table(text, "coldest", $"Coldest {what}", heats.Skip(hot).OrderBy(m => m.Mean).ThenByDescending(m => m.Addresses.Size).Take(cold));
        return text.ToString();
    }

    void Table(StringBuilder to, string id, string caption, IEnumerable<MappingHeat> heats)
    {
        to.Append(
            _culture,
            $"<table id=\"{id}\">\n<caption>{caption}</caption>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Addresses</th><th scope=\"col\">Size</th><th scope=\"col\">{(report.IsPerSecond ? "Accesses/s" : "Accesses")}</th><th scope=\"col\">Share</th></tr></thead>\n<tbody>\n");
        foreach (MappingHeat heat in heats)
        {
            double share = report.Mappings.Mass > 0 ? heat.Mass / report.Mappings.Mass * 100 : 0;
            to.Append(
                _culture,
                $"<tr><th scope=\"row\">{HtmlText.Escape(heat.Name)}</th><td class=\"code\">{Hex(heat.Addresses.Start)} – {Hex(heat.Addresses.End)}</td>{Size(heat.Addresses.Size)}<td>{HeatCode.Text(HeatCode.Of(heat.Mean))}</td><td>{share:0.0} %</td></tr>\n");
        }

        to.Append("</tbody>\n</table>\n");
    }
}
