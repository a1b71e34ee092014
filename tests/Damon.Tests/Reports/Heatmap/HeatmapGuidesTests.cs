using System.Text;
using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Reports.Heatmap;

namespace Damon.Tests.Reports.Heatmap;

public sealed class HeatmapGuidesTests
{
    const ulong MiB = 1 << 20;

    static readonly RecordSeries s_series = new()
    {
        KdamondIndex = 0,
        ContextIndex = 1,
        TargetId = 7,
        Intervals = new RecordIntervals { SampleUs = 5_000, AggrUs = 100_000 },
    };

    static Snapshot At(long startNs, long endNs, params (ulong Start, ulong End, int Age)[] regions)
    {
        Snapshot snapshot = new();
        snapshot.Reset(endNs);
        snapshot.StartNs = startNs;
        snapshot.AddTarget(7);
        foreach ((ulong start, ulong end, int age) in regions)
        {
            snapshot.AddRegion(new SnapshotRegion(start, end, 0, age));
        }

        return snapshot;
    }

    static HeatmapGuide Guide(RecordSeries series, params Snapshot[] snapshots)
    {
        HeatmapGuides guides = new(new AccessRates(null));
        Array.ForEach(snapshots, s => guides.Add(series, s));
        return Assert.Single(guides.ToGuides());
    }

    [Fact]
    public void The_text_names_the_indexes_and_begins_earlier_by_the_greatest_age()
    {
        HeatmapGuide guide = Guide(
            s_series,
            At(900_000_000, 1_000_000_000, (MiB, 3 * MiB, 2), (3 * MiB, 4 * MiB, 5)),
            At(1_000_000_000, 1_100_000_000, (MiB, 4 * MiB, 9)));
        Assert.Equal(900_000_000, guide.FirstNs);
        StringBuilder text = new();
        using StringWriter output = new(text);
        HeatmapWriter.WriteGuides([guide], human: false, output);
        Assert.Equal(
            "kdamond_idx: 0\ncontext_idx: 1\ntarget_id: 7\ntime: [400000000, 1100000000) (700000000)\nregion\t 0: [1048576, 4194304) (3145728)\n",
            text.ToString());
    }

    [Fact]
    public void A_snapshot_alone_lasts_an_aggregation_interval()
    {
        Snapshot alone = At(0, 1_000_000_000, (MiB, 2 * MiB, 0));
        alone.StartNs = null;
        Assert.Equal(900_000_000, Guide(s_series, alone).FirstNs);
    }

    [Fact]
    public void An_area_that_is_nearly_empty_is_drawn_in_parts()
    {
        // Another layout than before: the gap that both share is small, and what lies around it is mostly empty.
        HeatmapGuide guide = Guide(
            s_series,
            At(0, 1, (MiB, 2 * MiB, 0), (5000 * MiB, 5010 * MiB, 0)),
            At(1, 2, (90 * MiB, 92 * MiB, 0), (92 * MiB, 94 * MiB, 0), (4000 * MiB, 4090 * MiB, 0)));
        Assert.Equal([new AddressRange(MiB, 94 * MiB), new(4000 * MiB, 5010 * MiB)], guide.Regions);
        Assert.Equal([new AddressRange(MiB, 2 * MiB), new(90 * MiB, 94 * MiB), new(4000 * MiB, 4090 * MiB), new(5000 * MiB, 5010 * MiB)], guide.Areas);
        Assert.Equal([new AddressRange(MiB, 40 * MiB)], Guide(s_series, At(0, 1, (MiB, 20 * MiB, 0)), At(1, 2, (21 * MiB, 40 * MiB, 0))).Areas);
    }

    [Fact]
    public void Rates_follow_the_tuned_sampling_interval()
    {
        AccessRates rates = new(null);
        Snapshot tuned = At(0, 1);
        Assert.Equal(10, rates.Scale(s_series, tuned));
        tuned.SampleUs = 10_000;
        Assert.Equal(5, rates.Scale(s_series, tuned));
        Assert.Equal(1, rates.Scale(RecordSeries.Unknown, tuned));
        Assert.Null(rates.AggregationUs(RecordSeries.Unknown));
    }
}
