using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Tests.Records.Streams;

public sealed class RecordTimesTests
{
    [Fact]
    public void The_first_and_the_last_time_are_those_of_any_snapshot()
    {
        RecordTimes times = new();
        List<(long First, long Last, long Snapshots)> seen = [(times.FirstNs, times.LastNs, times.Snapshots)];
        foreach (long time in new long[] { 300, 200, 400, 350 })
        {
            Snapshot snapshot = new();
            snapshot.Reset(time);
            times.Add(new RecordSeries(), snapshot);
            seen.Add((times.FirstNs, times.LastNs, times.Snapshots));
        }

        Assert.Equal([(0, 0, 0), (300, 300, 1), (200, 300, 2), (200, 400, 3), (200, 400, 4)], seen);
    }

    [Fact]
    public void Null_records_series_and_snapshots_throw()
    {
        RecordTimes times = new();
        Assert.Throws<ArgumentNullException>(() => RecordTimes.Scan(null!));
        Assert.Throws<ArgumentNullException>(() => times.Add(null!, new Snapshot()));
        Assert.Throws<ArgumentNullException>(() => times.Add(new RecordSeries(), null!));
        Assert.Throws<ArgumentNullException>(() => times.FirstStartNs(null!, default));
        Assert.Equal(0, times.Snapshots);
    }

    [Fact]
    public void Of_very_many_targets_the_first_are_told_apart()
    {
        RecordSeries series = new();
        RecordTimes times = new();
        foreach (long time in new long[] { 300, 400, 500 })
        {
            Snapshot snapshot = new();
            snapshot.Reset(time);
            for (int target = 0; target <= RecordTimes.MaxSeries; target++)
            {
                snapshot.AddTarget(target);
            }

            times.Add(series, snapshot);
        }

        Assert.Equal(200, times.FirstStartNs(series, new TargetKey(0)));
        Assert.Equal(200, times.FirstStartNs(series, new TargetKey(RecordTimes.MaxSeries - 1)));
        Assert.Null(times.FirstStartNs(series, new TargetKey(RecordTimes.MaxSeries)));
    }

    [Fact]
    public void A_series_began_as_long_before_its_first_snapshot_as_one_took()
    {
        RecordSeries series = new();
        RecordTimes times = new();
        foreach (long? expected in (long?[])[null, 200, 150])
        {
            Snapshot snapshot = new();
            snapshot.Reset(times.Snapshots switch { 0 => 300, 1 => 400, _ => 600 });
            snapshot.AddTarget(7);
            times.Add(series, snapshot);
            Assert.Equal(expected, times.FirstStartNs(series, new TargetKey(7)));
        }

        Assert.Null(times.FirstStartNs(series, new TargetKey(8)));
    }
}
