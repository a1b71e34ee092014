using System.Globalization;
using System.Text;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;
using Damon.Reports.Distribution;

namespace Damon.Tests.Records;

/// <summary>Whose a line is: several kdamonds and several schemes in one trace.</summary>
public sealed class TraceTextSeriesTests
{
    static IRecordReader Open(string text) => RecordReaders.Open(new MemoryStream(Encoding.ASCII.GetBytes(text)));

    /// <summary>Snapshots of two kdamonds that take turns: the first sees 1 MiB accessed of 2, the second both.</summary>
    static string TwoKdamonds(Func<int, string> head, bool isMixed = false)
    {
        StringBuilder text = new();
        for (int i = 0; i < 30; i++)
        {
            string[] lines =
            [
                Line(0, 0, "268435456-269484032: 0 4"), Line(0, 2, "269484032-270532608: 10 4"),
                Line(1, 50, "536870912-537919488: 10 4"), Line(1, 52, "537919488-538968064: 10 4"),
            ];
            foreach (int line in (int[])(isMixed ? [0, 2, 1, 3] : [0, 1, 2, 3]))
            {
                text.Append(lines[line]);
            }

            string Line(int kdamond, int us, string region) => string.Create(
                CultureInfo.InvariantCulture, $"{string.Format(CultureInfo.InvariantCulture, head(kdamond), string.Create(CultureInfo.InvariantCulture, $"{90 + (i / 10)}.{i % 10}000{us:00}"))} target_id=0 nr_regions=2 {region}\n");
        }

        return text.ToString();
    }

    public static TheoryData<string> Columns => new()
    {
        "    kdamond.{n}-61{n}  [00{n}] ..... {0}: damon_aggregated:    ",
        "    kdamond.{n}-61{n}  ({n}) [00{n}] ..... {0}: damon_aggregated:    ",
        "    kdamond.{n}   61{n}  [00{n}] {0}: damon:damon_aggregated:",
        "    kdamond.{n}   61{n}/61{n}  [000] {0}:          1 damon:damon_aggregated:",
        "    kdamond.{n}   61{n} {0}: damon:damon_aggregated:",
        "    kdamond.0   61{n} {0}: damon:damon_aggregated:",
        "    kdamond.{n} {0}: damon:damon_aggregated:",
        "    kdamond.{n}-61{n}   [000]   {0}: (+5)    damon_aggregated:    ",
        "kdamond.-61{n}       0..... {0}: damon_aggregated:",
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public void Targets_of_several_kdamonds_are_not_one(string columns)
    {
        foreach (bool isMixed in (bool[])[false, true])
        {
            using IRecordReader reader = Open(
                TwoKdamonds(n => columns.Replace("{n}", n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), isMixed));
            DistributionReport report = new(new DistributionOptions { Kind = DistributionKind.WorkingSetSize, Percentiles = [0, 100] });
            Snapshot snapshot = new();
            while (reader.Read(snapshot))
            {
                report.Add(snapshot);
            }

            Assert.Null(reader.Damage);
            Assert.Equal([[1048576UL, 1048576], [2097152, 2097152]], report.Finish().Select(target => target.Percentiles.Select(p => p.Value).ToArray()));
        }
    }

    [Fact]
    public void Threads_have_names_and_from_the_second_on_numbers()
    {
        using IRecordReader reader = Open(TwoKdamonds(n => $"  kdamond.0   61{n} [000] {{0}}: damon:damon_aggregated:"));
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot));
        RecordSeries first = reader.Series;
        Assert.Equal(("kdamond.0-610", null, 0), (first.Thread, first.KdamondIndex, snapshot[0].Instance));
        Assert.True(reader.Read(snapshot));
        Assert.Equal(("kdamond.0-611", 1, 1), (reader.Series.Thread, reader.Series.KdamondIndex, snapshot[0].Instance));
        Assert.Equal(0, first.KdamondIndex);
        Assert.True(reader.Read(snapshot));
        Assert.Same(first, reader.Series);
    }

    [Fact]
    public void Genuine_text_of_two_kdamonds_has_both_hot_ranges()
    {
        using IRecordReader reader = RecordReaders.Open(
            File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", "trace-text", "perf-script-two-kdamonds.txt")));
        Snapshot snapshot = new();
        List<(string?, int)> seen = [];
        while (reader.Read(snapshot))
        {
            seen.Add((reader.Series.Thread, snapshot.NrRegions));
        }

        Assert.Null(reader.Damage);
        Assert.Equal([("kdamond.1-196", 16), ("kdamond.0-194", 15), ("kdamond.0-194", 15), ("kdamond.1-196", 16)], seen);
    }

    [Fact]
    public void Json_and_text_keep_kdamonds_apart_and_binary_refuses()
    {
        string text = TwoKdamonds(n => $"  kdamond.{n}   61{n} [000] {{0}}: damon:damon_aggregated:");
        foreach (RecordFormat format in (RecordFormat[])[RecordFormat.Json, RecordFormat.JsonCompressed, RecordFormat.PerfScript])
        {
            using IRecordReader again = RecordReaders.Open(new MemoryStream(Converted(text, format)));
            Snapshot snapshot = new();
            int nrSnapshots = 0;
            while (again.Read(snapshot))
            {
                Assert.Equal(snapshot[0].Regions[0].Start == 268435456 ? 0 : 1, snapshot[0].Instance);
                nrSnapshots++;
            }

            Assert.Equal(60, nrSnapshots);
        }

        RecordFormatException refusal = Assert.Throws<RecordFormatException>(() => Converted(text, RecordFormat.Binary));
        Assert.Equal(
            "Target 0 has several series, of different schemes, contexts or kdamonds (threads kdamond.0-610 and kdamond.1-611): the binary format cannot tell "
                + "them apart; JSON can.", refusal.Message);
    }

    static byte[] Converted(string text, RecordFormat format)
    {
        MemoryStream output = new();
        using (IRecordReader reader = Open(text))
        using (IRecordWriter writer = RecordWriters.Create(format, output, new RecordWriterOptions { LeaveOpen = true }))
        {
            Snapshot snapshot = new();
            while (reader.Read(snapshot))
            {
                writer.Write(snapshot, reader.Series);
            }

            writer.Complete();
        }

        return output.ToArray();
    }

    static string Tried(string time, int scheme, int target, int nrRegions, string region) =>
        $"     kdamond.0   812 [003] {time}: damon:damos_before_apply: ctx_idx=0 scheme_idx={scheme} target_idx={target} nr_regions={nrRegions} {region}\n";

    [Fact]
    public void A_pass_of_a_scheme_ends_where_the_addresses_stop_rising()
    {
        StringBuilder text = new();
        for (int i = 0; i < 25; i++)
        {
            string time = string.Create(CultureInfo.InvariantCulture, $"{500 + (i / 10)}.{i % 10}0000");
            text.Append(Tried(time + "0", 0, 0, 6, $"4259840-4325376: 1 {40 + i}")).Append(Tried(time + "4", 0, 0, 6, $"4456448-4521984: 1 {40 + i}"));
        }

        using IRecordReader reader = Open(text.ToString());
        List<string> all = SnapshotText.Of(reader);
        Assert.Null(reader.Damage);
        Assert.Equal(25, all.Count);
        Assert.Equal("500000000000 [0 410000-420000:1/40 440000-450000:1/40]", all[0]);
        Assert.Equal("502400000000 [0 410000-420000:1/64 440000-450000:1/64]", all[^1]);
    }

    [Fact]
    public void Schemes_take_turns_at_regions_whose_number_changes_on_the_way()
    {
        string pass = Tried("1.125", 0, 0, 5, "4096-8192: 1 0") + Tried("1.25", 1, 0, 5, "4096-8192: 1 0") + Tried("1.375", 1, 0, 6, "8192-12288: 2 0")
            + Tried("1.5", 0, 0, 6, "12288-16384: 3 0") + Tried("1.625", 0, 1, 9, "4096-8192: 4 0");
        string next = Tried("2.125", 1, 0, 6, "12288-16384: 5 0") + Tried("2.25", 0, 1, 9, "65536-131072: 6 0");
        using IRecordReader reader = Open(pass + next);
        List<string> seen = [];
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            seen.Add($"{reader.Series.SchemeIndex}: {SnapshotText.Of(snapshot)}");
        }

        Assert.Null(reader.Damage);
        Assert.Equal(
            [
                "0: 1125000000 [0 1000-2000:1/0 3000-4000:3/0]", "1: 1250000000 [0 1000-2000:1/0 2000-3000:2/0]", "0: 1625000000 [1 1000-2000:4/0]",
                "1: 2125000000 [0 3000-4000:5/0]", "0: 2250000000 [1 10000-20000:6/0]",
            ],
            seen);
    }

    [Fact]
    public void An_aggregation_ends_a_pass_and_regions_that_overlap_begin_one()
    {
        const string Aggregated = "     kdamond.0   812 [003] 1.200000: damon:damon_aggregated: target_id=0 nr_regions=1 4096-8192: 0 1\n";
        using IRecordReader reader = Open(
            Tried("1.000000", 0, 0, 5, "4096-8192: 1 0")
                + Tried("1.100000", 0, 0, 5, "8000-12288: 2 0")
                + Aggregated
                + Tried("1.300000", 0, 0, 5, "16384-20480: 3 0"));
        Assert.Equal(
            [
                "1000000000 [0 1000-2000:1/0]",
                "1100000000 [0 1f40-3000:2/0]",
                "1200000000 [0 1000-2000:0/1]",
                "1300000000 [0 4000-5000:3/0]",
            ], SnapshotText.Of(reader));
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void A_pass_that_lost_events_or_has_a_broken_line_is_left_out()
    {
        foreach (string between in (string[])[
            "CPU:3 [LOST 1 EVENTS]\n",
            "     kdamond.0   812 [003] 1.0: damon:damos_before_apply: ctx_idx=0 scheme_idx=0 target_idx=0 nr_regions=5 8192-x: 1 0\n",
        ])
        {
            using IRecordReader reader = Open(
                Tried("1.000000", 0, 0, 5, "4096-8192: 1 0")
                    + between
                    + Tried("2.000000", 0, 0, 5, "4096-8192: 2 0")
                    + Tried("3.000000", 0, 0, 5, "4096-8192: 3 0"));
            Assert.Equal(["2000000000 [0 1000-2000:2/0]", "3000000000 [0 1000-2000:3/0]"], SnapshotText.Of(reader));
            Assert.Equal((RecordDamageKind.Incomplete, 1), (reader.Damage!.Kind, reader.Damage.Gaps));
        }
    }

    [Fact]
    public void More_targets_than_there_is_room_for_end_the_reading()
    {
        StringBuilder text = new();
        for (int i = 0; i <= RecordTimes.MaxSeries; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"k 1 [0] 1.0: damon_aggregated: target_id={i} nr_regions=1 1-2: 0\n");
        }

        using IRecordReader reader = Open(text.ToString());
        Snapshot snapshot = new();
        long count = 0;
        while (reader.Read(snapshot))
        {
            count++;
        }

        Assert.Equal(RecordTimes.MaxSeries, count);
        Assert.Equal("there are more than 65536 targets", reader.Damage!.Problem);
    }
}
