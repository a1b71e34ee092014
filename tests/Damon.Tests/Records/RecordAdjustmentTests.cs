using Damon.Monitoring;
using Damon.Records;

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
        $"{snapshot.StartNs}-{snapshot.TimeNs}: " + string.Join(' ', Enumerable.Range(0, snapshot.NrTargets).Select(i => $"{snapshot[i].Id}={snapshot[i].Regions[0].NrAccesses}"));

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
        for (int i = 0; i < 4; i++)
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
        Assert.Equal([5000], sampling);
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
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecordAdjustment(-1, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecordAdjustment(0, 0));
    }
}
