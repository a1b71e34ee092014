using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Json;
using Damon.Records.Streams;

namespace Damon.Tests.Records;

public sealed class RecordAdjustmentTests
{
    static readonly RecordSeries s_series = new() { Intervals = new RecordIntervals { SampleUs = 5000, AggrUs = 100_000 } };

    static Snapshot At(long timeNs, long? startNs, params (Int128 Id, uint NrAccesses)[] targets)
    {
        Snapshot snapshot = new();
        snapshot.Reset(timeNs);
        snapshot.StartNs = startNs;
        foreach ((Int128 id, uint nrAccesses) in targets)
        {
            snapshot.AddTarget(id);
            snapshot.AddRegion(new SnapshotRegion(4096, 8192, nrAccesses, 0));
            snapshot.SetFilterPassed((ulong)id * 100);
        }

        return snapshot;
    }

    static string Text(Snapshot snapshot) =>
        $"{snapshot.StartNs}-{snapshot.TimeNs}: "
            + string.Join(' ', Enumerable.Range(0, snapshot.NrTargets).Select(i => $"{snapshot[i].Id}={snapshot[i].Regions[0].NrAccesses}"));

    [Fact]
    public void A_target_that_came_later_is_skipped_for_itself()
    {
        RecordAdjustment adjustment = new(skip: 2, aggregationUs: null);
        List<string> written = [];
        List<string> passed = [];
        void Add(Snapshot snapshot) => adjustment.Add(s_series, snapshot, (_, output) =>
        {
            written.Add(Text(output));
            passed.Add(string.Join(' ', output.FilterPassed.ToArray()));
        });

        Add(At(100, 0, (1, 10)));
        Add(At(200, 100, (7, 70), (1, 11)));
        Add(At(300, 200, (7, 71), (1, 12)));
        Add(At(400, 300, (7, 72), (1, 13)));
        Assert.Equal(["200-300: 1=12", "300-400: 7=72 1=13"], written);
        Assert.Equal(["100", "700 100"], passed);
    }

    [Fact]
    public void A_filtered_snapshot_keeps_the_order_and_everything_of_its_targets()
    {
        RecordAdjustment adjustment = new(skip: 1, aggregationUs: null);
        List<Snapshot> written = [];
        void Add(Snapshot snapshot) => adjustment.Add(s_series, snapshot, (_, output) => written.Add(output.Clone()));
        Add(At(100, 0, (1, 10), (2, 20)));
        Snapshot mixed = At(200, 100, (1, 11), (7, 70), (2, 21));
        mixed.AddRegion(new SnapshotRegion(8192, 9000, 22, 0));
        mixed.SetFilterPassed(201);
        mixed.AddTarget(8);
        mixed.AddRegion(new SnapshotRegion(0, 1, 80, 0));
        mixed.SetFilterPassed(800);
        mixed.SampleUs = 77;
        mixed.SchemeStatistics = new SnapshotSchemeStatistics(5, 0, 0, 0, 0, 0, 0, 0);
        Add(mixed);
        Snapshot plain = new();
        plain.Reset(300);
        plain.AddTarget(1);
        plain.AddRegion(new SnapshotRegion(0, 1, 12, 0));
        plain.AddTarget(9);
        plain.AddRegion(new SnapshotRegion(0, 1, 90, 0));
        Add(plain);
        Add(At(400, 300));
        Assert.Equal(["100-200: 1=11 2=21", "-300: 1=12"], written.Select(Text));
        Assert.Equal([100, 200, 201], written[0].FilterPassed.ToArray());
        Assert.Equal((77ul, 5ul), (written[0].SampleUs, written[0].SchemeStatistics?.NrTried));
        Assert.True(written[1].FilterPassed.IsEmpty || written[1].FilterPassed[0] == 0);
        Assert.Null(written[1].SampleUs);
    }

    [Fact]
    public void Members_after_the_snapshots_reach_the_adjusted_record()
    {
        RecordAdjustment adjustment = new(skip: 0, aggregationUs: 200_000);
        RecordSeries series = s_series with { TargetId = 1 };
        RecordSeries? adjusted = null;
        Snapshot snapshot = At(300_000_000, 0, (1, 1));
        snapshot.SchemeStatistics = new SnapshotSchemeStatistics(6, 0, 0, 0, 0, 0, 0, 0);
        adjustment.Add(series, snapshot, (written, output) =>
        {
            adjusted = written;
            Assert.Equal(6ul, output.SchemeStatistics?.NrTried);
        });
        series.DataSource = "a tracepoint";
        Assert.Null(adjusted!.DataSource);
        adjustment.Complete();
        Assert.Equal("a tracepoint", adjusted.DataSource);
    }

    [Theory]
    [InlineData(null, 100_000.0, 0)]
    [InlineData(50_000.0, 100_000.0, 50)]
    [InlineData(null, null, 100)]
    [InlineData(1e30, null, long.MinValue / 1_000_000)]
    public void An_unknown_beginning_is_an_interval_before_the_end(double? ofSeries, double? ofRecord, long beginningMs)
    {
        const long Ms = 1_000_000;
        RecordAdjustment adjustment = new(skip: 0, aggregationUs: 200_000, ofRecord is null ? null : new RecordIntervals { AggrUs = ofRecord });
        RecordSeries series = new() { Intervals = ofSeries is null ? null : new RecordIntervals { AggrUs = ofSeries } };
        List<long?> beginnings = [];
        for (int i = 1; i <= 3; i++)
        {
            adjustment.Add(series, At(i * 100 * Ms, null, (1, 1)), (_, output) => beginnings.Add(output.StartNs / Ms));
        }

        Assert.Equal(beginningMs, beginnings[0]);
    }

    [Theory]
    [InlineData(5000, 5000, 400_000)]
    [InlineData(0, 5000, null)]
    [InlineData(null, 5000, null)]
    [InlineData(5000, null, null)]
    public void Without_a_proportion_no_sampling_interval_is_made_up(int? sampleUs, int? aggrUs, int? expected)
    {
        const long Ms = 1_000_000;
        RecordAdjustment adjustment = new(skip: 0, aggregationUs: 5000);
        Snapshot snapshot = At(600 * Ms, 200 * Ms, (1, 1));
        snapshot.SampleUs = 1;
        List<ulong?> sampling = [];
        adjustment.Add(
            new RecordSeries { Intervals = new RecordIntervals { SampleUs = sampleUs, AggrUs = aggrUs } },
            snapshot,
            (_, output) => sampling.Add(output.SampleUs));
        Assert.Equal([(ulong?)expected], sampling);
    }

    [Fact]
    public void Targets_whose_intervals_began_apart_do_not_share_a_snapshot()
    {
        // Both are complete with the snapshot at 400 ms, one since 100 ms, the other since 190 ms.
        const long Ms = 1_000_000;
        RecordAdjustment adjustment = new(skip: 0, aggregationUs: 200_000);
        List<string> written = [];
        void Add(Snapshot snapshot) => adjustment.Add(s_series, snapshot, (_, output) => written.Add(Text(output)));
        Add(At(190 * Ms, 100 * Ms, (1, 2)));
        Add(At(299 * Ms, 190 * Ms, (1, 3), (2, 4)));
        Add(At(400 * Ms, 299 * Ms, (1, 5), (2, 6)));
        Assert.Equal([$"{100 * Ms}-{400 * Ms}: 1=10", $"{190 * Ms}-{400 * Ms}: 2=10"], written);
    }

    [Fact]
    public void A_tuned_sampling_interval_keeps_its_proportion()
    {
        const long Ms = 1_000_000;
        RecordAdjustment adjustment = new(skip: 0, aggregationUs: 400_000);
        List<ulong?> sampling = [];
        for (int i = 0; i < 8; i++)
        {
            Snapshot snapshot = At((i + 1) * 100 * Ms, i * 100 * Ms, (1, 1));
            snapshot.SampleUs = 2500;
            adjustment.Add(s_series, snapshot, (series, output) =>
            {
                Assert.Equal(400_000, series.Intervals!.AggrUs);
                sampling.Add(output.SampleUs);
            });
        }

        // 400 ms and 5 ms in the header of the adjusted series.
        Assert.Equal([5000, 5000], sampling);
    }

    [Fact]
    public void The_shortest_tuned_sampling_interval_is_a_microsecond()
    {
        RecordAdjustment adjustment = new(skip: 0, aggregationUs: 1);
        Snapshot snapshot = At(1000, 0, (1, 1));
        snapshot.SampleUs = 1;
        ulong? sampling = null;
        adjustment.Add(
            s_series with { Intervals = new RecordIntervals { SampleUs = 5000, AggrUs = 100_000 } },
            snapshot,
            (_, output) => sampling = output.SampleUs);
        Assert.Equal(1ul, sampling);
    }

    [Fact]
    public void Without_intervals_ages_count_the_snapshots_that_were_added_up()
    {
        const long Ms = 1_000_000;
        RecordAdjustment adjustment = new(skip: 0, aggregationUs: 200_000);
        List<string> written = [];
        for (int i = 0; i < 6; i++)
        {
            Snapshot snapshot = new();
            snapshot.Reset((i + 1) * 100 * Ms);
            snapshot.StartNs = i * 100 * Ms;
            snapshot.AddTarget(1);
            snapshot.AddRegion(new SnapshotRegion(4096, 8192, 1, 100 + i));
            adjustment.Add(
                RecordSeries.Unknown,
                snapshot,
                (_, output) => written.Add($"{output.StartNs / Ms}-{output.TimeNs / Ms}: {output[0].Regions[0].Age}"));
        }

        Assert.Equal(["0-200: 50", "200-400: 51", "400-600: 52"], written);
    }

    [Theory]
    [InlineData(100_000, 1)]
    [InlineData(100_001, 2)]
    [InlineData(1, 1)]
    [InlineData(ulong.MaxValue, 1L << 40)]
    public void The_interval_becomes_a_whole_multiple(ulong wanted, long factor)
    {
        RecordAdjustment adjustment = new(0, wanted);
        Assert.Equal(factor, adjustment.Factor(s_series.Intervals));
        Assert.Equal(100_000.0 * factor, adjustment.Lengthen(s_series.Intervals)!.AggrUs);
        Assert.Null(adjustment.Factor(null));
        Assert.Null(adjustment.Lengthen(null));
    }

    [Fact]
    public void The_shortest_interval_can_be_lengthened_and_without_a_request_it_stays()
    {
        RecordIntervals shortest = new() { AggrUs = 1 };
        Assert.Equal(5, new RecordAdjustment(0, 5).Factor(shortest));
        Assert.Null(new RecordAdjustment(0, 5).Factor(new RecordIntervals { AggrUs = 0 }));
        Assert.Equal(1, new RecordAdjustment(0, null).Factor(shortest));
        Assert.Equal(shortest, new RecordAdjustment(0, null).Lengthen(shortest));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecordAdjustment(-1, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecordAdjustment(0, 0));
    }

    [Fact]
    public void Targets_of_a_record_that_knows_no_series_keep_their_ids_in_json()
    {
        RecordAdjustment adjustment = new(skip: 0, aggregationUs: 200, new RecordIntervals { AggrUs = 100, SampleUs = 5 });
        MemoryStream output = new();
        using (JsonRecordWriter writer = new(output, leaveOpen: true))
        {
            for (int i = 1; i <= 4; i++)
            {
                adjustment.Add(
                    RecordSeries.Unknown,
                    At(i * 100_000, (i - 1) * 100_000, (4, 10), (7, 20)),
                    (series, snapshot) => writer.Write(snapshot, series));
            }

            writer.Complete();
        }

        output.Position = 0;
        using IRecordReader reader = RecordReaders.Open(output);
        List<Int128?> ids = [];
        Snapshot read = new();
        while (reader.Read(read))
        {
            ids.Add(reader.Series.TargetId);
        }

        Assert.Equal([4, 4, 7, 7], ids);
    }
}
