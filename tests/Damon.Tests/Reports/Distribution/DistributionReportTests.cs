using System.Text;
using Damon.Monitoring;
using Damon.Reports.Distribution;

namespace Damon.Tests.Reports.Distribution;

public sealed class DistributionReportTests
{
    static readonly DistributionOptions s_regions = new() { Kind = DistributionKind.NrRegions };

    static DistributionReport Report(DistributionOptions options, Action<DistributionReport> fill)
    {
        DistributionReport report = new(options);
        fill(report);
        return report;
    }

    /// <summary>One snapshot of one target, with a region of so many bytes.</summary>
    static void Add(DistributionReport report, Int128 id, ulong bytes, uint nrAccesses = 1, int times = 1)
    {
        Snapshot snapshot = new();
        for (int i = 0; i < times; i++)
        {
            snapshot.Reset(1);
            snapshot.AddTarget(id);
            snapshot.AddRegion(new SnapshotRegion(4096, 4096 + bytes, nrAccesses, 0));
            report.Add(snapshot);
        }
    }

    static string Text(DistributionReport report) => Written(report, DistributionWriter.WriteText);

    static string Written(DistributionReport report, Action<IEnumerable<TargetDistribution>, DistributionOptions, Stream> write)
    {
        MemoryStream output = new();
        write(report.Finish(), report.Options, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    [Fact]
    public void Values_are_sorted_and_the_first_20_snapshots_dropped()
    {
        DistributionReport report = Report(new(), r =>
        {
            Add(r, 7, 1_000_000, times: 20);
            foreach (ulong bytes in (ulong[])[50, 10, 40, 20, 31])
            {
                Add(r, 7, bytes);
            }
        });
        Assert.Equal("# <percentile> <wss>\n# pid\t7\n# avr:\t30\n0\t10\n25\t20\n50\t31\n75\t40\n100\t50\n", Text(report));
    }

    [Fact]
    public void By_time_the_values_keep_their_order()
    {
        DistributionReport report = Report(new() { SortByTime = true, TargetIdLabel = true, Percentiles = [0, 60, 99, 100] }, r =>
        {
            Add(r, 7, 1_000_000, times: 20);
            foreach (ulong bytes in (ulong[])[50, 10, 40, 20, 31])
            {
                Add(r, 7, bytes);
            }
        });
        Assert.Equal("# <percentile> <wss>\n# target_id\t7\n# avr:\t30\n0\t50\n60\t20\n99\t31\n100\t31\n", Text(report));
    }

    [Fact]
    public void Regions_count_from_the_threshold_on()
    {
        string Wss(long threshold) => Text(Report(new() { Threshold = threshold, Percentiles = [0] }, r =>
        {
            Snapshot snapshot = new();
            snapshot.AddTarget(1);
            snapshot.AddRegion(new SnapshotRegion(0, 1, 0, 0));
            snapshot.AddRegion(new SnapshotRegion(1, 11, 1, 0));
            snapshot.AddRegion(new SnapshotRegion(11, 111, 2, 0));
            for (int i = 0; i < 21; i++)
            {
                r.Add(snapshot);
            }
        }));
        Assert.EndsWith("\n0\t111\n", Wss(0));
        Assert.EndsWith("\n0\t110\n", Wss(1));
        Assert.EndsWith("\n0\t100\n", Wss(2));
        Assert.EndsWith("\n0\t0\n", Wss(3));
    }

    [Fact]
    public void The_index_is_cut_after_dividing_by_100_first()
    {
        int[] all = [.. Enumerable.Range(0, 101)];
        DistributionReport report = Report(s_regions with { Percentiles = all, SortByTime = true }, r =>
        {
            Snapshot snapshot = new();
            for (int i = -20; i < 100; i++)
            {
                snapshot.Reset(1);
                snapshot.AddTarget(1);
                for (int j = 0; j < i; j++)
                {
                    snapshot.AddRegion(new SnapshotRegion(0, 1, 0, 0));
                }

                r.Add(snapshot);
            }
        });
        IReadOnlyList<PercentileValue> values = Assert.Single(report.Finish()).Percentiles;
        ulong[] differing = [.. values.Where(v => v.Value != (ulong)v.Percentile).Select(v => v.Value)];
        Assert.Equal(28UL, values[29].Value);
        Assert.Equal(99UL, values[100].Value);
        Assert.Equal([28, 56, 57, 99], differing);
    }

    [Fact]
    public void Number_of_regions_of_two_targets_in_the_order_of_their_appearance()
    {
        DistributionReport report = Report(s_regions with { Percentiles = [100] }, r =>
        {
            Snapshot snapshot = new();
            for (int i = 0; i < 25; i++)
            {
                snapshot.Reset(1);
                foreach (int id in i == 0 ? (int[])[9, 3] : i % 2 == 0 ? [3] : [3, 9])
                {
                    snapshot.AddTarget(id);
                    snapshot.AddRegion(new SnapshotRegion(0, 1, 0, 0));
                    snapshot.AddRegion(new SnapshotRegion(1, 2, 0, 0));
                }
            }

            for (int i = 0; i < 22; i++)
            {
                snapshot.Reset(1);
                snapshot.AddTarget(9);
                snapshot.AddTarget(3);
                snapshot.AddRegion(new SnapshotRegion(0, 1, 0, 0));
                r.Add(snapshot);
            }
        });
        Assert.Equal("# <percentile> <# regions>\n# pid\t9\n# avr:\t0\n100\t0\n# pid\t3\n# avr:\t1\n100\t1\n", Text(report));
    }

    [Fact]
    public void Targets_of_up_to_20_snapshots_are_named_and_not_shown()
    {
        DistributionReport report = Report(new() { Percentiles = [] }, r =>
        {
            Add(r, 1, 4096, times: 20);
            Add(r, -2, 4096, times: 21);
            Add(r, ulong.MaxValue, 4096);
        });
        Assert.Equal([new ShortTarget(1, 20), new ShortTarget(ulong.MaxValue, 1)], report.ShortTargets);
        Assert.Equal("# <percentile> <wss>\n# pid\t-2\n# avr:\t4096\n", Text(report));
    }

    [Fact]
    public void The_average_is_the_quotient_as_a_double_cut()
    {
        // 2^53 + 1 is no double: 3 * (2^53 + 1) / 3 is 2^53.
        DistributionReport report = Report(new() { Percentiles = [0] }, r => Add(r, 1, (1UL << 53) + 1, times: 23));
        Assert.Equal($"# <percentile> <wss>\n# pid\t1\n# avr:\t{1UL << 53}\n0\t{(1UL << 53) + 1}\n", Text(report));
    }

    [Fact]
    public void Sizes_beyond_64_bits_are_refused() =>
        Assert.Throws<OverflowException>(() => Report(new(), r =>
        {
            Snapshot snapshot = new();
            snapshot.AddTarget(1);
            snapshot.AddRegion(new SnapshotRegion(0, ulong.MaxValue, 1, 0));
            snapshot.AddRegion(new SnapshotRegion(0, ulong.MaxValue, 1, 0));
            r.Add(snapshot);
        }));

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public void A_percentile_out_of_range_is_refused(int percentile) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistributionReport(new() { Percentiles = [percentile] }));

    [Fact]
    public void Json_and_csv_hold_the_same()
    {
        void Fill(DistributionReport r) => Add(r, 5, 4096, times: 22);
        DistributionOptions options = new() { Percentiles = [0, 100] };
        Assert.Equal(
            "target_id,snapshots,average,percentile,wss\n5,2,4096,0,4096\n5,2,4096,100,4096\n",
            Written(Report(options, Fill), DistributionWriter.WriteCsv));
        Assert.Equal(
            """{"report":"wss","unit":"bytes","dropped_snapshots":20,"sorted_by":"size","threshold":1,"targets":[{"target_id":5,"snapshots":2,"average":4096,"percentiles":[{"percentile":0,"value":4096},{"percentile":100,"value":4096}]}]}""",
            Written(Report(options, Fill), static (targets, asked, output) => DistributionWriter.WriteJson(targets, asked, output)).ReplaceLineEndings("")
                .Replace(" ", ""));
    }
}
