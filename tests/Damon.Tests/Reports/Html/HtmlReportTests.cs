using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Reports.Heatmap;
using Damon.Reports.Heats;
using Damon.Reports.Html;

namespace Damon.Tests.Reports.Html;

public sealed partial class HtmlReportTests
{
    const ulong Page = 4096;
    const ulong Start = 0x7f00_0000_0000;

    static readonly RecordSeries s_series = new() { Intervals = new RecordIntervals { SampleUs = 5_000, AggrUs = 100_000 } };

    [Fact]
    public void Cells_are_the_rounded_means_of_the_model()
    {
        HtmlReport report = Report(30, 20, (13, 17));
        byte[] cells = Data(Text(report), "cells");
        HeatmapModel model = report.Models[0];
        for (int i = 0; i < 13 * 17; i++)
        {
            Assert.Equal(HeatCode.Of(model.Mean(i / 17, i % 17)), (cells[i] << 8) | cells[(13 * 17) + i]);
        }
    }

    [Fact]
    public void Regions_come_back_from_their_columns()
    {
        const int Count = 40;
        string page = Text(Report(Count, 25, (5, 5)));
        JsonElement details = Model(page).GetProperty("details");
        int[] lengths = [.. details.GetProperty("lengths").EnumerateArray().Select(l => l.GetInt32())];
        Queue<ulong>[] columns = new Queue<ulong>[lengths.Length];
        byte[] bytes = Data(page, "details");
        Assert.Equal(bytes.Length, lengths.Sum());
        for (int i = 0, at = 0; i < lengths.Length; at += lengths[i++])
        {
            columns[i] = Numbers(bytes.AsSpan(at, lengths[i]));
        }

        int shift = details.GetProperty("shift").GetInt32();
        Assert.Equal(10.0, Assert.Single(details.GetProperty("scales").EnumerateArray()).GetDouble());
        foreach (Snapshot snapshot in Snapshots(Count, 25))
        {
            Assert.Equal((0UL, 100_000_000UL, 0UL, 25UL), (columns[0].Dequeue(), columns[0].Dequeue(), columns[0].Dequeue(), columns[0].Dequeue()));
            ulong end = 0;
            foreach (SnapshotRegion region in snapshot[0].Regions)
            {
                ulong gap = columns[1].Dequeue();
                ulong start = (end >> shift) + ((gap >> 1) ^ (0 - (gap & 1)));
                end = (start + columns[2].Dequeue()) << shift;
                Assert.Equal(region, new SnapshotRegion(start << shift, end, (uint)columns[3].Dequeue(), (int)columns[4].Dequeue() - 1));
            }
        }

        Assert.All(columns, Assert.Empty);
    }

    [Fact]
    public void A_page_of_noise_stays_below_its_limit()
    {
        (int times, int columns) = HtmlReport.Resolution(1, 6000);
        Assert.Equal(HtmlReport.DefaultCells, times * columns, 2.0 * columns);
        string page = Text(Report(times, 1000, (times, columns)));
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 1_000_000, HtmlReport.MaxBytes);
        Assert.False(Model(page).TryGetProperty("details", out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void Cells_that_are_chosen_keep_to_their_number(int areas)
    {
        foreach (long snapshots in (long[])[1, 20, 1000, 1_000_000])
        {
            (int times, int columns) = HtmlReport.Resolution(areas, snapshots);
            Assert.InRange(areas * times * columns, 1, HtmlReport.DefaultCells);
            Assert.InRange(times, 1, snapshots);
        }
    }

    [Fact]
    public void Mappings_are_as_hot_as_a_cell_of_the_same_addresses()
    {
        HeatmapModel[] cells = [.. Mappings().Select(m => new HeatmapModel(new HeatmapGrid(0, 30 * 100_000_000L, new AddressRange(m.Start, m.End), 1, 1)))];
        HtmlReport report = Report(30, 20, (3, 3));
        foreach (Snapshot snapshot in Snapshots(30, 20))
        {
            Array.ForEach(cells, cell => cell.Add(snapshot.StartNs!.Value, snapshot.TimeNs, snapshot[0].Regions, 10));
        }

        IReadOnlyList<MappingHeat> heats = report.Mappings.ToHeats();
        Assert.Equal(cells.Length, heats.Count);
        foreach (HeatmapModel cell in cells)
        {
            MappingHeat heat = heats.Single(h => h.Addresses == cell.Grid.Addresses);
            Assert.Equal(cell.Mean(0, 0) / cell.Coverage(0, 0), heat.Mean, 1e-9 * heat.Mean);
        }

        Assert.Equal(heats.Select(h => h.Mean).OrderDescending(), heats.Select(h => h.Mean));
    }

    [Fact]
    public void Texts_of_the_record_cannot_become_markup()
    {
        string page = Text(Report(25, 4, (2, 2)));
        string outside = DataBlock().Replace(page, "");
        Assert.DoesNotContain("<evil", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\u202e", page);
        Assert.DoesNotContain("\0", page);
        Assert.Contains("&lt;evil&gt;&amp;lt;&#39;&quot;\\u{202e}\\u{0} {{cells}}", outside);
        Assert.Equal(4, Regex.Count(page, "</script>", RegexOptions.None, TimeSpan.FromSeconds(10)));
        Assert.DoesNotContain("http://", page);
        Assert.DoesNotContain("https://", page);
    }

    [Fact]
    public void The_policy_allows_the_script_and_the_style_of_the_page_alone()
    {
        string page = Text(Report(25, 4, (2, 2)));
        string script = page[(page.LastIndexOf("<script>", StringComparison.Ordinal) + 8)..page.LastIndexOf("</script>", StringComparison.Ordinal)];
        string style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
        Assert.Contains($"style-src 'sha256-{Hash(style)}'; script-src 'sha256-{Hash(script)}'", page);
        Assert.Contains("default-src 'none'", page);
    }

    [Fact]
    public void Too_many_cells_are_refused()
    {
        HeatmapGrid grid = new(0, 1_000_000, new AddressRange(Start, Start + 1_000_000), 4000, 3000);
        HeatmapGuide guide = new(s_series, 7, 0, 0, 1_000_000, [grid.Addresses], true);
        Assert.Throws<HeatsException>(() => new HtmlReport(guide, [grid, grid], null, new RecordTimes(), 0));
        Assert.Throws<HeatsException>(() => new HtmlReport(guide, [], null, new RecordTimes(), 0));
    }

    [Fact]
    public void A_long_working_set_is_put_together()
    {
        WorkingSetLine line = new();
        for (int i = 0; i < 10_000; i++)
        {
            line.Add(i * 10, (i + 1) * 10, [new SnapshotRegion(0, (ulong)i + 1, 1, 0), new SnapshotRegion(100_000, 200_000, 0, 0)]);
        }

        Assert.InRange(line.Points.Count, WorkingSetLine.MaxPoints / 2, WorkingSetLine.MaxPoints);
        Assert.Equal((0, 1UL), (line.Points[0].StartNs, line.Points[0].Least));
        Assert.Equal((100_000, 10_000UL), (line.Points[^1].EndNs, line.Points[^1].Greatest));
        for (int i = 1; i < line.Points.Count; i++)
        {
            Assert.Equal((line.Points[i - 1].EndNs, line.Points[i - 1].Greatest + 1), (line.Points[i].StartNs, line.Points[i].Least));
        }
    }

    [GeneratedRegex("<script type=.*?</script>", RegexOptions.Singleline, 10_000)]
    private static partial Regex DataBlock();

    static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static RecordMapping[] Mappings() =>
    [
        new() { Start = Start - Page, End = Start + (3 * Page), Name = "/lib/<evil>&lt;'\"\u202e\0\n{{cells}}" },
        new() { Start = Start + (3 * Page), End = Start + (4 * Page) },
        new() { Start = Start + (9 * Page), End = Start + (500 * Page), Name = "[stack]" },
    ];

    static RecordMetadata Metadata()
    {
        MemoryStream bytes = new();
        RecordHeader header = new() { Request = new RecordRequest { Command = "<evil>&lt;'\"\u202e\0\n{{cells}}" }, HostName = "<evil>" };
        using (SidecarWriter writer = new(bytes, header, leaveOpen: true))
        {
            writer.WriteMappings(0, 7, Mappings());
            writer.WriteEnd(new RecordSummary { EndReason = "<evil>", Notes = ["<evil>"] });
        }

        return SidecarReader.Load(new MemoryStream(bytes.ToArray()));
    }

    static IEnumerable<Snapshot> Snapshots(int count, int regions)
    {
        Random random = new(1);
        for (int i = 0; i < count; i++)
        {
            Snapshot snapshot = new();
            snapshot.Reset((i + 1) * 100_000_000L);
            snapshot.StartNs = i * 100_000_000L;
            snapshot.AddTarget(7);
            ulong at = Start;
            for (int r = 0; r < regions; r++)
            {
                ulong end = at + ((ulong)random.Next(1, 30) * Page);
                snapshot.AddRegion(new SnapshotRegion(at, end, (uint)random.Next(21), random.Next(-1, 300)));
                at = end + (random.Next(5) == 0 ? Page : 0);
            }

            yield return snapshot;
        }
    }

    static HtmlReport Report(int count, int regions, (int Times, int Columns) cells)
    {
        RecordTimes times = new();
        ulong end = Start;
        foreach (Snapshot snapshot in Snapshots(count, regions))
        {
            times.Add(s_series, snapshot);
            end = Math.Max(end, snapshot[0].Regions[^1].End);
        }

        AddressRange area = new(Start, end);
        HeatmapGuide guide = new(s_series, 7, 0, 0, count * 100_000_000L, [area], true);
        HtmlReport report = new(guide, [new HeatmapGrid(0, guide.EndNs, area, cells.Times, cells.Columns)], Metadata(), times, Start | Page);
        foreach (Snapshot snapshot in Snapshots(count, regions))
        {
            report.Add(s_series, snapshot);
        }

        return report;
    }

    static string Text(HtmlReport report)
    {
        using MemoryStream bytes = new();
        report.Write(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    static string Block(string page, string id)
    {
        int at = page.IndexOf($" id=\"{id}\">", page.IndexOf("<script type=", StringComparison.Ordinal), StringComparison.Ordinal) + id.Length + 7;
        return page[at..page.IndexOf("</script>", at, StringComparison.Ordinal)];
    }

    static JsonElement Model(string page) => JsonDocument.Parse(Block(page, "model")).RootElement;

    static byte[] Data(string page, string id)
    {
        using ZLibStream zlib = new(new MemoryStream(Convert.FromBase64String(Block(page, id))), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        zlib.CopyTo(bytes);
        return bytes.ToArray();
    }

    static Queue<ulong> Numbers(ReadOnlySpan<byte> bytes)
    {
        Queue<ulong> numbers = new();
        ulong value = 0;
        int shift = 0;
        foreach (byte b in bytes)
        {
            value |= (ulong)(b & 0x7f) << shift;
            shift += 7;
            if (b < 0x80)
            {
                numbers.Enqueue(value);
                (value, shift) = (0, 0);
            }
        }

        return numbers;
    }
}
