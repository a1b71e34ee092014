using System.Globalization;
using System.Text;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Reports.Heats;

namespace Damon.Tests.Reports.Heats;

public sealed class HeatsGuideTests
{
    static void Add(HeatsGuides guides, long time, Int128 id, params (ulong Start, ulong End)[] regions)
    {
        Snapshot snapshot = new();
        snapshot.Reset(time);
        snapshot.AddTarget(id);
        foreach ((ulong start, ulong end) in regions)
        {
            snapshot.AddRegion(new SnapshotRegion(start, end, 0, 0));
        }

        guides.Add(RecordSeries.Unknown, snapshot);
    }

    static AddressRange[] Regions(params (ulong Start, ulong End)[][] snapshots)
    {
        HeatsGuides guides = new();
        foreach ((ulong, ulong)[] snapshot in snapshots)
        {
            Add(guides, 1, 1, snapshot);
        }

        return [.. Assert.Single(guides.ToGuides()).Regions];
    }

    [Fact]
    public void The_text_is_that_of_the_first_tool_largest_target_first()
    {
        HeatsGuides guides = new();
        Add(guides, 1000, 5, (4096, 8192));
        Add(guides, 1500, -1, (4096, 8192), (8192, 12288), (65536, 131072));
        Add(guides, 4000, 5, (4096, 8193));
        MemoryStream output = new();
        HeatsGuideWriter.WriteText(guides.ToGuides(), targetIdLabel: false, output);
        Assert.Equal(
            "pid:-1\n" +
            "time: 1500-1500 (0)\n" +
            "region\t 0: 00000000000000004096-00000000000000012288 (8192)\n" +
            "region\t 1: 00000000000000065536-00000000000000131072 (65536)\n" +
            "pid:5\n" +
            "time: 1000-4000 (3000)\n" +
            "region\t 0: 00000000000000004096-00000000000000008193 (4097)\n",
            Encoding.ASCII.GetString(output.ToArray()));
    }

    [Fact]
    public void Csv_has_a_line_per_region()
    {
        HeatsGuides guides = new();
        Add(guides, 1000, 5, (4096, 8192));
        Add(guides, 1500, -1, (4096, 12288), (65536, ulong.MaxValue));
        MemoryStream output = new();
        HeatsGuideWriter.WriteCsv(guides.ToGuides(), output);
        Assert.Equal(
            "target_id,start_ns,end_ns,region,start_address,end_address,kdamond_idx,context_idx,scheme_idx,series\n" +
            "-1,1500,1500,0,4096,12288,,,,\n" +
            "-1,1500,1500,1,65536,18446744073709551615,,,,\n" +
            "5,1000,1000,0,4096,8192,,,,\n",
            Encoding.ASCII.GetString(output.ToArray()));
    }

    [Fact]
    public void Json_has_numbers_that_lose_nothing()
    {
        HeatsGuides guides = new();
        Add(guides, 1000, Int128.MaxValue, (4096, ulong.MaxValue));
        Add(guides, 4000, Int128.MaxValue, (4096, ulong.MaxValue));
        MemoryStream output = new();
        HeatsGuideWriter.WriteJson(guides.ToGuides(), output);
        string text = Encoding.ASCII.GetString(output.ToArray());
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.Equal("heats_guide", json.RootElement.GetProperty("report").GetString());
        JsonElement target = Assert.Single(json.RootElement.GetProperty("targets").EnumerateArray());
        Assert.Equal(Int128.MaxValue.ToString(CultureInfo.InvariantCulture), target.GetProperty("target_id").GetRawText());
        Assert.Equal((1000, 4000), (target.GetProperty("start_ns").GetInt64(), target.GetProperty("end_ns").GetInt64()));
        JsonElement region = Assert.Single(target.GetProperty("regions").EnumerateArray());
        Assert.Equal((4096UL, ulong.MaxValue), (region.GetProperty("start_address").GetUInt64(), region.GetProperty("end_address").GetUInt64()));
    }

    [Fact]
    public void Gaps_shrink_to_what_all_snapshots_share() =>
        Assert.Equal([new(1, 20), new(80, 200)], Regions([(1, 10), (90, 200)], [(1, 20), (80, 100)]));

    [Fact]
    public void A_gap_without_an_overlap_stays() =>
        Assert.Equal([new(1, 10), new(20, 200)], Regions([(1, 10), (20, 200)], [(1, 100), (150, 200)], [(1, 200)]));

    [Fact]
    public void Gaps_that_only_touch_overlap_and_leave_an_empty_gap() =>
        Assert.Equal([new(1, 20), new(20, 200)], Regions([(1, 10), (20, 200)], [(1, 20), (30, 200)]));

    [Fact]
    public void Without_gaps_so_far_those_of_the_next_snapshot_count() =>
        Assert.Equal([new(1, 50), new(60, 200)], Regions([(1, 200)], [(1, 50), (60, 200)]));

    [Fact]
    public void Further_gaps_cut_what_the_first_has_left() =>
        Assert.Equal([new(1, 15), new(30, 100)], Regions([(1, 10), (50, 100)], [(1, 15), (30, 40), (60, 100)]));

    [Fact]
    public void An_address_of_0_counts_as_unset()
    {
        Assert.Equal([new(7, 20)], Regions([(0, 10)], [(7, 20)]));
        Assert.Equal([new(0, 20)], Regions([(7, 20)], [(0, 10)]));
        Assert.Equal([new(5, 9)], Regions([(0, 0), (5, 9)]));
    }

    [Fact]
    public void Sorted_gaps_are_searched_with_the_result_of_comparing_all()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            Random random = new(seed);
            (ulong, ulong)[][] snapshots = [.. Enumerable.Range(0, 5).Select(_ => RandomRegions(random))];
            Assert.Equal(Literal(snapshots), Regions(snapshots));
        }
    }

    static (ulong, ulong)[] RandomRegions(Random random)
    {
        List<(ulong, ulong)> regions = [];
        ulong at = 1;
        for (int i = random.Next(1, 12); i > 0; i--)
        {
            at += (ulong)random.Next(-1, 8) * (at > 1 ? 1UL : 0);
            regions.Add((at, at + (ulong)random.Next(0, 9)));
            at = regions[^1].Item2;
        }

        return [.. regions];
    }

    static List<AddressRange> Literal((ulong Start, ulong End)[][] snapshots)
    {
        List<AddressRange> running = [];
        foreach ((ulong Start, ulong End)[] regions in snapshots)
        {
            List<AddressRange> gaps = [];
            for (int i = 1; i < regions.Length; i++)
            {
                if (regions[i - 1].End != regions[i].Start)
                {
                    gaps.Add(new(regions[i - 1].End, regions[i].Start));
                }
            }

            running = running.Count == 0 ? gaps : [.. running.Select(old => gaps.Aggregate(old, (r1, r2) =>
                r1.End < r2.Start || r2.End < r1.Start ? r1 : new(Math.Max(r1.Start, r2.Start), Math.Min(r1.End, r2.End))))];
        }

        ulong[] edges = [snapshots.Min(s => s.Min(r => r.Start)), .. running.SelectMany(g => new[] { g.Start, g.End }), snapshots.Max(s => s.Max(r => r.End))];
        return [.. edges.Chunk(2).Select(e => new AddressRange(e[0], e[1]))];
    }

    [Fact]
    public void Defaults_are_the_largest_target_its_times_and_its_largest_area()
    {
        HeatsGuides guides = new();
        Add(guides, 1000, 5, (10, 20), (30, 40), (50, 55));
        Add(guides, 2000, 6, (10, 12));
        Add(guides, 3000, 5, (10, 20), (30, 40), (50, 55));
        HeatsRequest all = Complete(new HeatsRequest(), guides);
        Assert.Equal(new HeatsRequest { TargetId = 5, StartNs = 1000, EndNs = 3000, StartAddress = 10, EndAddress = 20 }, all);
        HeatsRequest some = new HeatsRequest { TargetId = 6, EndNs = 9, StartAddress = 11 };
        some = Complete(some, guides);
        Assert.Equal(new HeatsRequest { TargetId = 6, StartNs = 2000, EndNs = 9, StartAddress = 10, EndAddress = 12 }, some);
        Assert.Equal(
            "there is no target 7; there is 5, 6",
            Assert.Throws<HeatsException>(() => new HeatsRequest { TargetId = 7 }.Choose(guides.ToGuides())).Message);
    }

    static HeatsRequest Complete(HeatsRequest request, HeatsGuides guides)
    {
        HeatsGuide guide = request.Choose(guides.ToGuides());
        return request.Complete(guide, guide.Largest);
    }
}
