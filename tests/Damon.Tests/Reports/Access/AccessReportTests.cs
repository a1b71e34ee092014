using System.Text;
using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Reports.Access;
using Damon.Tests.Records;
using static Damon.Tests.Reports.Access.AccessFixture;

namespace Damon.Tests.Reports.Access;

public sealed class AccessReportTests
{
    const ulong Page = 4096;

    [Fact]
    public void Boxes_are_those_of_the_current_tool_to_the_byte()
    {
        // Sizes in pages, counts and ages of the live snapshot that the Python tool 3.3.0 drew.
        (ulong Pages, uint Accesses, int Age)[] regions =
        [
            (3154, 0, 87), (119_391, 0, 103), (4099, 6, 0), (3187, 0, 100), (9517, 0, 103), (6210, 0, 100),
            (6287, 0, 99), (3149, 0, 98), (3161, 0, 91), (2134, 0, 10), (31, 0, 97), (2, 3, 1),
        ];
        List<SnapshotRegion> all = [];
        ulong at = Page;
        foreach ((ulong pages, uint accesses, int age) in regions)
        {
            all.Add(Region(at, pages * Page, accesses, age));
            at += (pages + 1) * Page;
        }

        string text = Report(new AccessReportOptions { Style = AccessStyle.SimpleBoxes, Colored = true }, Snapshot(0, 100 * Ms, [.. all]));
        Assert.Equal(Encoding.UTF8.GetString(GenuineRecord.Bytes("v3.3.0-report-access-simple-boxes.txt")), text);
    }

    [Fact]
    public void The_detailed_style_has_heat_intervals_regions_and_sums()
    {
        string text = Report(
            new AccessReportOptions { HeatmapWidth = 8 },
            Snapshot(0, 100 * Ms, Region(4 * Page, 4 * Page, 0, 10), Region(8 * Page, 4 * Page, 20, 5)),
            Snapshot(100 * Ms, 200 * Ms, Region(4 * Page, 4 * Page, 0, 11), Region(64 * Page, 4 * Page, 1, 0)));
        Assert.Equal(
            """
            snapshot time: [0 ns, 100 ms] (100 ms)
            heatmap: 00009999
            # min/max temperatures: -100,000,000, 50,010,000, column size: 4.000 KiB
            intervals: sample 5 ms aggr 100 ms (max access hz 200)
            0   addr 16.000 KiB   size 16.000 KiB  access 0 hz   age 1 s          
            1   addr 32.000 KiB   size 16.000 KiB  access 200 hz age 500 ms       
            memory bw estimate: 3.125 MiB per second
            total size: 32.000 KiB

            snapshot time: [100 ms, 200 ms] (100 ms)
            heatmap: 0000[...]9999
            # min/max temperatures: -110,000,000, 500, column size: 4.000 KiB
            intervals: sample 5 ms aggr 100 ms (max access hz 200)
            0   addr 16.000 KiB   size 16.000 KiB  access 0 hz   age 1.100 s      
            1   addr 256.000 KiB  size 16.000 KiB  access 10 hz  age 0 ns         
            memory bw estimate: 160.000 KiB per second
            total size: 32.000 KiB
            record DAMON intervals: sample 5 ms, aggr 100 ms

            """,
            text);
    }

    [Theory]
    [InlineData(30_000_000, false, "0.033")]
    [InlineData(2_000_000, false, "0.500")]
    [InlineData(150_000, false, "6.667")]
    [InlineData(50_000, false, "20")]
    [InlineData(150_000, true, "6.666666666666667")]
    [InlineData(50_000, true, "20")]
    public void Rates_below_ten_have_three_decimals_and_plain_ones_all(double sampleUs, bool raw, string rate)
    {
        RecordSeries series = new() { TargetId = 0, Intervals = new RecordIntervals { SampleUs = sampleUs, AggrUs = sampleUs } };
        string text = Report(new AccessReportOptions { RawNumbers = raw }, new AccessFilter(), series, Snapshot(0, 100 * Ms, Region(Page, Page, 1, 0)));
        Assert.Contains($"(max access hz {rate})\n", text);
    }

    [Fact]
    public void A_plain_access_rate_keeps_its_fraction()
    {
        RecordSeries series = new() { TargetId = 0, Intervals = new RecordIntervals { SampleUs = 5000, AggrUs = 300_000 } };
        Assert.Contains(
            " access 3.3333333333333335 age",
            Report(new AccessReportOptions { RawNumbers = true }, new AccessFilter(), series, Snapshot(0, 300 * Ms, Region(Page, Page, 1, 0))));
    }

    [Fact]
    public void A_column_that_is_covered_in_part_is_divided_as_a_whole()
    {
        // Three columns of 4 pages; the second region, alone in the rest of the second column, fills half of it before a gap.
        string text = Report(
            new AccessReportOptions { HeatmapWidth = 3, Templates = [new(AccessArea.Region, false, "")] },
            Snapshot(0, 100 * Ms, Region(4 * Page, 4 * Page, 0, 0), Region(8 * Page, 2 * Page, 20, 0), Region(100 * Page, 6 * Page, 20, 0)));
        Assert.StartsWith("heatmap: 04[...]94\n# min/max temperatures: 0, 10,000, column size: 16.000 KiB\n", text);
    }

    [Fact]
    public void A_snapshot_without_regions_has_no_heat() =>
        Assert.StartsWith("heatmap: n/a (no region)\nintervals: ", Report(new AccessReportOptions(), Snapshot(0, 100 * Ms)));

    [Fact]
    public void The_total_is_that_of_the_record_whatever_the_filters_leave()
    {
        Snapshot snapshot = Snapshot(0, 100 * Ms, Region(Page, Page, 1, 0), Region(8 * Page, 3 * Page, 0, 9));
        Assert.Contains(
            "total size: 16.000 KiB\n",
            Report(new AccessReportOptions(), new AccessFilter { AccessRate = new ClosedRange(1, 100) }, RecordSeries.Unknown, snapshot));
        Assert.StartsWith(
            "16384\n",
            Report(
                new AccessReportOptions { TotalSizeOnly = true, RawNumbers = true },
                new AccessFilter { RegionSize = new ClosedRange(0, 4096) },
                RecordSeries.Unknown,
                snapshot));
    }

    [Fact]
    public void Histograms_have_no_times_and_only_filters_of_pages_a_block_of_what_passed()
    {
        Snapshot[] two = [Snapshot(0, 100 * Ms, Region(Page, Page, 1, 0)), Snapshot(100 * Ms, 200 * Ms, Region(Page, Page, 1, 0))];
        AccessReportOptions histogram = new() { Style = AccessStyle.TemperatureHistogram };
        AccessReportOptions percentiles = new() { Style = AccessStyle.TemperaturePercentiles };
        Assert.StartsWith("<temperature> <total size>\n", Report(histogram, two));
        Assert.StartsWith("snapshot time: [0 ns, 100 ms] (100 ms)\n# total temperature percentiles\n", Report(percentiles, two));

        RecordSeries core = new()
        {
            TargetId = 0,
            SchemeFilters = """[{"filter_type":"addr","matching":true,"allow":true,"address_range":{"start":"4,096","end":"8,192"}}]""",
        };
        Assert.StartsWith("<temperature> <total size>\n", Report(histogram, new AccessFilter(), core, two[0]));
        Assert.StartsWith("# total temperature percentiles\n", Report(percentiles, new AccessFilter(), core, two[0]));

        RecordSeries pages = new()
        {
            TargetId = 0,
            SchemeFilters = """[{"filter_type":"hugepage_size","matching":true,"allow":true,"hugepage_size":["2097152","18446744073709551615"]}]""",
        };
        Assert.StartsWith(
            "# damos filters (df): allow hugepage_size [2.000 MiB, max]\n<temperature> <df-passed size>\n",
            Report(histogram, new AccessFilter(), pages, two[0]));
        Assert.StartsWith(
            "# damos filters (df): allow hugepage_size [2.000 MiB, max]\n# df-passed temperature percentiles\n<df-passed percentile> "
                + "<temperature (weights: [0, 100, 100])>",
            Report(percentiles, new AccessFilter(), pages, two[0]));
    }

    [Fact]
    public void Heat_of_what_passed_is_that_of_whole_regions()
    {
        RecordSeries series = new() { TargetId = 0, SchemeFilters = """[{"filter_type":"anon","matching":true,"allow":true}]""" };
        Snapshot snapshot = Snapshot(0, 100 * Ms, Region(Page, Page, 0, 9), Region(2 * Page, Page, 20, 0));
        snapshot.SetFilterPassed(1);
        Snapshot none = Snapshot(100 * Ms, 200 * Ms, Region(Page, Page, 0, 9));
        string text = Report(new AccessReportOptions { HeatmapWidth = 2 }, new AccessFilter(), series, snapshot, none);
        Assert.Contains("df-pass: 00\n# min/max temperatures: 10,000, 10,000, column size: 2.000 KiB\n", text);
        Assert.Contains("df-pass: n/a (no region)\n", text);
    }

    [Fact]
    public void Hot_and_cold_have_the_head_of_the_details_and_bare_values()
    {
        string text = Report(new AccessReportOptions { Style = AccessStyle.Hot, HeatmapWidth = 2 }, Snapshot(0, 100 * Ms, Region(Page, Page, 20, 3)));
        Assert.Equal(
            $"""
            heatmap: 00
            # min/max temperatures: 30,010,000, 30,010,000, column size: 2.000 KiB
            intervals: sample 5 ms aggr 100 ms (max access hz 200)
            |{new string('9', 40)}| 4.000 KiB   access 200 hz 300 ms       
            memory bw estimate: 800.000 KiB per second
            total size: 4.000 KiB
            record DAMON intervals: sample 5 ms, aggr 100 ms

            """,
            text);
    }

    [Fact]
    public void A_long_text_ends_with_a_line_feed_on_a_terminal_but_not_in_a_pipe()
    {
        Snapshot[] snapshots = [.. Enumerable.Range(0, 51).Select(i => Snapshot(i * Ms, (i + 1) * Ms, Region(Page, Page, 1, 0)))];
        AccessReportOptions options = new() { TotalSizeOnly = true };

        // 50 sizes and the intervals are 51 lines joined by 50 line feeds; one more size is one too many.
        Assert.EndsWith("100 ms\n", Report(options, snapshots[..50]));
        Assert.EndsWith("100 ms", Report(options, snapshots));
        Assert.EndsWith("100 ms\n", Report(options with { PagerRule = false }, snapshots));
    }

    [Fact]
    public void Percentiles_are_of_bytes_and_padded()
    {
        Snapshot snapshot = Snapshot(0, 100 * Ms, Region(Page, Page, 1, 4), Region(8 * Page, 2 * Page, 0, 19), Region(16 * Page, Page, 0, 9));
        Assert.StartsWith(
            """
            # total recency percentiles
            <percentile> <idle time>
              0  0 ns  |                    |
             25  0 ns  |                    |
             50   1 s  |**********          |
            100   2 s  |********************|
            memory
            """,
            Report(new AccessReportOptions { Style = AccessStyle.RecencyPercentiles, Percentiles = [0, 25, 50, 100] }, snapshot));
        Assert.StartsWith(
            "# total temperature percentiles\n<percentile> <temperature (weights: [0, 100, 100])>\n  0  -190000000  |                    |\n100    40000500  "
                + "|********************|\n",
            Report(new AccessReportOptions { Style = AccessStyle.TemperaturePercentiles, Percentiles = [0, 100], RawNumbers = true }, snapshot));
    }

    [Fact]
    public void Histograms_have_ten_ranges_doubling_ones_or_those_given()
    {
        (Int128, ulong)[] values = [(0, 10), (50, 20), (99, 30)];
        IReadOnlyList<HistogramBin> ten = AccessHistogram.Of(values, new HistogramOptions());
        Assert.Equal(10, ten.Count);
        Assert.Equal(new HistogramBin(0, 10, 10), ten[0]);
        Assert.Equal(new HistogramBin(50, 60, 20), ten[5]);
        Assert.Equal(new HistogramBin(90, 100, 30), ten[9]);

        IReadOnlyList<HistogramBin> doubling = AccessHistogram.Of(values, new HistogramOptions { Logarithmic = true });
        Assert.Equal([1, 3, 7, 15, 31, 63, 127], doubling.Select(b => (int)b.End));
        Assert.Equal(60UL, (ulong)AccessHistogram.Of(values, new HistogramOptions { Cumulative = true })[9].Bytes);
        Assert.Equal(
            [new HistogramBin(40, 60, 20), new HistogramBin(0, 99, 30)],
            AccessHistogram.Of(values, new HistogramOptions { Ranges = [(40, 60), (0, 99)] }));
        Assert.Empty(AccessHistogram.Of([], new HistogramOptions()));
    }

    [Fact]
    public void A_histogram_shows_times_for_people_under_the_words_of_the_current_tool()
    {
        Snapshot snapshot = Snapshot(0, 100 * Ms, Region(Page, Page, 1, 4), Region(8 * Page, 3 * Page, 0, 8));
        Assert.StartsWith(
            "<idle time (us)> <total size>\n[0 ns, 1 s) 16.000 KiB |********************|\n[1 s, 2 s)  0 B        |                    |\nmemory",
            Report(
                new AccessReportOptions
                {
                    Style = AccessStyle.RecencyHistogram,
                    Histogram = new HistogramOptions { Ranges = [(0, 1_000_000), (1_000_000, 2_000_000)] },
                },
                snapshot));
    }

    [Fact]
    public void Hot_comes_first_and_of_several_keys_the_last_counts_most()
    {
        Snapshot snapshot = Snapshot(
            0,
            100 * Ms,
            Region(Page, Page, 1, 0),
            Region(8 * Page, Page, 0, 9),
            Region(16 * Page, Page, 9, 0),
            Region(32 * Page, 2 * Page, 1, 0));
        AccessReportOptions plain = new()
        {
            Templates = [
                new(AccessArea.Region, Append: false, "<start address>;"),
                new(AccessArea.SnapshotHead, false, ""),
                new(AccessArea.SnapshotTail, false, ""),
                new(AccessArea.RecordTail, false, ""),
            ],
            MinWidths = new Dictionary<string, int> { ["start address"] = 0 },
            RawNumbers = true,
        };
        Assert.Equal("65536;\n4096;\n131072;\n32768;\n", Report(plain with { Style = AccessStyle.Hot }, snapshot));
        Assert.Equal("32768;\n4096;\n131072;\n65536;\n", Report(plain with { Style = AccessStyle.Cold }, snapshot));
        Assert.Equal(
            "65536;\n131072;\n4096;\n32768;\n",
            Report(
                plain with { SortBy = [new AccessSortOrder(AccessSortKey.Size, Descending: true), new AccessSortOrder(AccessSortKey.AccessRate, true)] },
                snapshot));
    }

    [Fact]
    public void Several_series_have_heads_and_filters_show_what_passed()
    {
        RecordSeries series = new()
        {
            KdamondIndex = 0,
            ContextIndex = 0,
            SchemeIndex = 1,
            TargetId = 0,
            SchemeFilters = """[{"filter_type":"memcg","matching":false,"allow":true,"memcg_path":"/a"},{"filter_type":"anon","matching":true}]""",
            DataSource = "damon_stat",
        };
        Snapshot snapshot = Snapshot(0, 100 * Ms, Region(Page, 2 * Page, 20, 0));
        snapshot.SetFilterPassed(Page);
        string text = Report(new AccessReportOptions { HeatmapWidth = 1 }, new AccessFilter(), series, snapshot);
        Assert.Contains("\n# damos filters (df): allow none memcg /a, reject anon\ndf-pass: 0\n", text);
        Assert.Contains(" age 0 ns          df-passed 4.000 KiB\n", text);
        Assert.Contains("\nmemory bw estimate: 1.562 MiB per second  df-passed: 800.000 KiB per second\ntotal size: 8.000 KiB  df-passed 4.000 KiB\n", text);
        Assert.EndsWith("\n# data source: damon_stat\n", text);

        Snapshot other = Snapshot(5 * Ms, 100 * Ms, Region(Page, Page, 1, 0));
        other.AddTarget(7);
        Assert.StartsWith("kdamond None / context None / scheme None / target id 0 / recorded for 95 ms from 5 ms\n", Report(new AccessReportOptions(), other));
    }

    [Fact]
    public void Tuned_intervals_hold_for_frequencies_and_those_of_the_record_for_ages()
    {
        RecordSeries series = new()
        {
            TargetId = 0,
            Intervals = new RecordIntervals { SampleUs = 5000, AggrUs = 100_000 },
            IntervalsGoal = new RecordIntervalsGoal { AccessBp = 400, Aggrs = 3, MinSampleUs = 5000, MaxSampleUs = 10_000_000 },
        };
        string text = Report(new AccessReportOptions(), new AccessFilter(), series, Snapshot(0, 1000 * Ms, Region(Page, Page, 10, 3)));
        Assert.Contains("intervals: sample 50 ms aggr 1 s (max access hz 20)\n", text);
        Assert.Contains("access 10 hz  age 300 ms", text);
        Assert.EndsWith("\n# target 4 % accesses per 3 aggrs, [5 ms, 10 s] sampling interval\n", text);
    }

    [Fact]
    public void An_unknown_keyword_is_refused_with_those_that_there_are()
    {
        FormatException e = Assert.Throws<FormatException>(() => AccessReport.Check(new AccessTemplateChange(AccessArea.Region, false, "<indx>")));
        Assert.StartsWith("'<indx>' is no keyword there, which are index, start address, ", e.Message);
        Assert.Throws<FormatException>(() => AccessReport.Check(new AccessTemplateChange(AccessArea.RecordHead, false, "<box>")));
        AccessReport.Check(new AccessTemplateChange(AccessArea.SnapshotTail, true, "a < b\\n<heatmap>"));
    }

    [Fact]
    public void Every_keyword_has_a_value_for_a_record_with_everything()
    {
        Snapshot snapshot = Snapshot(0, 100 * Ms, Region(Page, Page, 1, 0));
        snapshot.SchemeStatistics = new SnapshotSchemeStatistics(1, 2, 3, 4, 5, 6, 7, 8);
        string[] names =
        [
            "total bytes",
            "duration",
            "start time",
            "end time",
            "abs start time",
            "abs end time",
            "number of regions",
            "region box colors",
            "region box description",
            "heatmap",
            "filters passed heatmap",
            "positive access samples ratio",
            "damos stats",
            "snapshot intervals",
            "recency percentiles",
            "temperature-sz histogram",
        ];
        string text = Report(
            new AccessReportOptions { Templates = [new(AccessArea.SnapshotHead, false, string.Join("\\n", names.Select(n => $"{n}=<{n}>;")))] },
            snapshot);
        Assert.DoesNotContain("=;", text);
        Assert.Contains("positive access samples ratio=5 %;", text);
        Assert.Contains("qt_exceeds: 6\n", text);
    }

    [Fact]
    public void An_empty_snapshot_has_a_report_in_every_style()
    {
        foreach (AccessStyle style in Enum.GetValues<AccessStyle>())
        {
            Assert.Contains("total size: 0 B\n", Report(new AccessReportOptions { Style = style }, Snapshot(0, 100 * Ms)));
        }
    }
}
