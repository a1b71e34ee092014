using System.Text;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Streams;
using Damon.Reports;
using Damon.Reports.Raw;

namespace Damon.Tests.Reports.Raw;

public sealed class VersionedRawReportTests
{
    static string Report(string style, bool rawNumbers, params Snapshot[] snapshots)
    {
        Assert.True(ToolStyle.TryParse(style, out ToolStyle? parsed));
        MemoryStream output = new();
        VersionedRawReport report = new(output, parsed, rawNumbers);
        foreach (Snapshot snapshot in snapshots)
        {
            report.Add(RecordSeries.Unknown, snapshot);
        }

        report.Flush();
        return Encoding.ASCII.GetString(output.ToArray());
    }

    static Snapshot Of(long? start, long end, Int128 id, params SnapshotRegion[] regions)
    {
        Snapshot snapshot = new();
        snapshot.Reset(end);
        snapshot.StartNs = start;
        snapshot.AddTarget(id);
        foreach (SnapshotRegion region in regions)
        {
            snapshot.AddRegion(region);
        }

        return snapshot;
    }

    static readonly Snapshot[] s_two =
    [
        Of(
            539_814_032_967,
            539_914_032_967,
            4321,
            new SnapshotRegion(0x560a5b39d000, 0x560a5b4de000, 3, 7),
            new SnapshotRegion(0x7f0000000000, 0x7f0000000400, 0, -1)),
        Of(539_914_032_967, 622_666_032_967, 4321),
    ];

    const string OldHead =
        "base_time_absolute: 8 m 59.814 s\n\n" +
        "monitoring_start:                0 ns\n" +
        "monitoring_end:            100.000 ms\n" +
        "monitoring_duration:       100.000 ms\n" +
        "target_id: 4321\n" +
        "nr_regions: 2\n";

    const string OldTail =
        "\n" +
        "monitoring_start:          100.000 ms\n" +
        "monitoring_end:        1 m 22.852 s\n" +
        "monitoring_duration:   1 m 22.752 s\n" +
        "target_id: 4321\n" +
        "nr_regions: 0\n\n";

    [Theory]
    [InlineData("v0.0.1")]
    [InlineData("v1.2.7")]
    public void Early_styles_print_no_ages(string style) =>
        Assert.Equal(
            Aligned(OldHead) +
            "560a5b39d000-560a5b4de000(   1.254 MiB):\t3\n" +
            "7f0000000000-7f0000000400(      1024 B):\t0\n" +
            Aligned(OldTail),
            Report(style, false, s_two));

    [Fact]
    public void Ages_at_the_end_of_the_line() =>
        Assert.Equal(
            Aligned(OldHead) +
            "560a5b39d000-560a5b4de000(   1.254 MiB):\t3 (age: 7)\n" +
            "7f0000000000-7f0000000400(      1024 B):\t0 (age: -1)\n" +
            Aligned(OldTail),
            Report("v1.2.8", false, s_two));

    [Theory]
    [InlineData("v1.3")]
    [InlineData("1.5.8")]
    public void Styles_with_a_table_keep_the_old_times(string style) =>
        Assert.Equal(
            Aligned(OldHead) +
            "# start_addr     end_addr        length  nr_accesses   age\n" +
            "560a5b39d000-560a5b4de000 (   1.254 MiB)           3     7\n" +
            "7f0000000000-7f0000000400 (      1024 B)           0    -1\n" +
            Aligned(OldTail).Replace("nr_regions: 0\n", "nr_regions: 0\n# start_addr     end_addr        length  nr_accesses   age\n"),
            Report(style, false, s_two));

    [Fact]
    public void Hours_and_plain_numbers()
    {
        Snapshot day = Of(1, 82_820_852_000_001, 1);
        Assert.Contains("monitoring_end:         23 h 20.852 s\n", Report("v1.5.9", false, day));
        Assert.Contains("monitoring_end:       1380 m 20.852 s\n", Report("v1.5.8", false, day));
        string plain = Report("v2.4.1", true, s_two);
        Assert.StartsWith("base_time_absolute: 539814032967\n\nmonitoring_start:                   0\n", plain);
        Assert.Contains("560a5b39d000-560a5b4de000 (     1314816)           3     7\n", plain);
    }

    [Fact]
    public void Each_series_has_its_own_beginning_and_an_unknown_one_is_the_end() =>
        Assert.Equal(2, Report("v1.0.0", true, Of(null, 5, 1), Of(null, 9, 2)).Split("monitoring_duration:                0\n").Length - 1);

    [Theory]
    [InlineData("")]
    [InlineData("v")]
    [InlineData("v0.0.0")]
    [InlineData("v3.4.0")]
    [InlineData("v4.0")]
    [InlineData("v1")]
    [InlineData("v1.2.3.4")]
    [InlineData("v1.-2.3")]
    [InlineData("Seed")]
    public void An_unknown_style_is_refused(string text) => Assert.False(ToolStyle.TryParse(text, out _));

    [Fact]
    public void Sizes_as_bytes_are_the_same_as_strings()
    {
        Random random = new(7);
        Span<byte> text = stackalloc byte[SizeText.MaxLength];
        for (int i = 0; i < 20_000; i++)
        {
            ulong bytes = (ulong)random.NextInt64() >> random.Next(1, 64);
            bytes = i % 3 == 0 ? (bytes & ~0xfffUL) : i % 3 == 1 ? (1UL << (i % 63)) + (ulong)(i % 5) - 2 : bytes;
            foreach (NumberStyle style in Enum.GetValues<NumberStyle>())
            {
                Assert.Equal(SizeText.Format(bytes, style), Encoding.ASCII.GetString(text[..SizeText.Format(bytes, style, text)]));
            }
        }
    }

    [Fact]
    public void Json_and_csv_of_raw_hold_every_region()
    {
        MemoryStream json = new();
        RawJson document = new(json);
        MemoryStream lines = new();
        RawCsv csv = new(lines);
        foreach (Snapshot snapshot in s_two)
        {
            document.Add(snapshot);
            csv.Add(snapshot);
        }

        document.Finish();
        csv.Flush();
        Assert.Equal(
            "time_ns,target_id,start,end,nr_accesses,age\n539914032967,4321,94602480177152,94602481491968,3,7\n539914032967,4321,139637976727552,139637976728576,0,\n",
            Encoding.ASCII.GetString(lines.ToArray()));
        json.Position = 0;
        using System.Text.Json.JsonDocument parsed = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(2, parsed.RootElement.GetArrayLength());
        Assert.Equal(
            "{\"start\": 139637976727552, \"end\": 139637976728576, \"nr_accesses\": 0, \"age\": null}",
            parsed.RootElement[0].GetProperty("targets")[0].GetProperty("regions")[1].GetRawText());
    }

    /// <summary>Sixteen columns for the values of the tail, whose width is easier to check here than to see.</summary>
    static string Aligned(string text) => string.Join('\n', text.Split('\n').Select(line =>
        line.StartsWith("monitoring", StringComparison.Ordinal) ? line[..21] + line[21..].Trim().PadLeft(16) : line));
}
