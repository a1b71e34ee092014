using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;

namespace Damon.Tests.Records.Series;

public sealed class SeriesOrderReaderTests
{
    static readonly RecordSeries s_series = new() { SchemeIndex = 3 };

    static Snapshot At(long timeNs, params (Int128 Id, int NrRegions)[] targets)
    {
        Snapshot snapshot = new();
        snapshot.Reset(timeNs);
        foreach ((Int128 id, int nrRegions) in targets)
        {
            snapshot.AddTarget(id);
            for (int i = 0; i < nrRegions; i++)
            {
                snapshot.AddRegion(new SnapshotRegion((ulong)i, (ulong)i + 1, (uint)(timeNs + i), i));
            }
        }

        return snapshot;
    }

    [Fact]
    public void Each_snapshot_keeps_its_times_intervals_and_statistics()
    {
        Snapshot both = new();
        both.Reset(100);
        both.StartNs = 50;
        both.SampleUs = 5;
        both.SchemeStatistics = new SnapshotSchemeStatistics(1, 2, 3, 4, 5, 6, 7, 8);
        for (ulong i = 1; i <= 5; i++)
        {
            if (i is 1 or 3)
            {
                both.AddTarget(i);
            }

            both.AddRegion(new SnapshotRegion(i, i + 1, 0, 0));
            both.SetFilterPassed(i * 100);
        }

        ListedRecord record = new(
            (s_series, both),
            (RecordSeries.Unknown, At(200, (3, 1))))
        { Damage = new RecordDamage(RecordDamageKind.CutOff, 1, 2, 3, "a line", null, 4) };
        using IRecordReader reader = RecordReaders.InSeriesOrder(record);
        Assert.Equal((RecordContent.Json, true, record.Damage, RecordSeries.Unknown), (reader.Content, reader.IsCompressed, reader.Damage, reader.Series));
        Snapshot snapshot = new();
        foreach (ulong[] passed in (ulong[][])[[100, 200], [300, 400, 500]])
        {
            Assert.True(reader.Read(snapshot));
            Assert.Equal((100, 50, 5ul, both.SchemeStatistics), (snapshot.TimeNs, snapshot.StartNs, snapshot.SampleUs, snapshot.SchemeStatistics));
            Assert.Equal(passed, snapshot.FilterPassed.ToArray());
            Assert.Same(s_series, reader.Series);
        }

        Assert.True(reader.Read(snapshot));
        Assert.Equal((200, null, null, null), (snapshot.TimeNs, snapshot.StartNs, snapshot.SampleUs, snapshot.SchemeStatistics));
        Assert.True(snapshot.FilterPassed.IsEmpty);
        Assert.Same(RecordSeries.Unknown, reader.Series);
    }

    [Fact]
    public void The_record_is_read_once_and_disposed_with_the_reader()
    {
        ListedRecord record = new((s_series, At(100, (1, 1), (2, 1))), (s_series, At(200, (1, 1))));
        IRecordReader reader = RecordReaders.InSeriesOrder(record);
        Assert.Equal(0, record.Reads);
        Assert.Equal(3, SnapshotText.Of(reader).Count);
        Assert.Equal(3, record.Reads);
        Snapshot snapshot = At(5, (9, 9));
        Assert.False(reader.Read(snapshot));
        Assert.Equal((0, 0), (snapshot.TimeNs, snapshot.NrTargets));
        Assert.False(record.IsDisposed);
        reader.Dispose();
        Assert.True(record.IsDisposed);
    }

    [Fact]
    public void Snapshots_larger_than_a_buffer_come_back_whole()
    {
        Snapshot large = At(100, (1, 30_000), (2, 20_000));
        using IRecordReader reader = RecordReaders.InSeriesOrder(new ListedRecord((s_series, large), (s_series, At(200, (1, 30_000)))));
        Snapshot snapshot = new();
        foreach ((long time, int id, int count) in ((long, int, int)[])[(100, 1, 30_000), (200, 1, 30_000), (100, 2, 20_000)])
        {
            Assert.True(reader.Read(snapshot));
            Assert.Equal((time, id), (snapshot.TimeNs, (int)snapshot[0].Id));
            Assert.True(snapshot[0].Regions.SequenceEqual(At(time, (id, count))[0].Regions));
        }
    }

    [Fact]
    public void Disposing_closes_the_temporary_file()
    {
        // Of so many series each has 512 bytes in memory; snapshots of 20 regions are more.
        Snapshot many = At(1, [.. Enumerable.Range(0, 16_384).Select(i => ((Int128)i, 0))]);
        IRecordReader reader = RecordReaders.InSeriesOrder(new ListedRecord((s_series, many), (s_series, At(2, (0, 30))), (s_series, At(3, (0, 30)))));
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot));
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() =>
        {
            while (reader.Read(snapshot))
            {
            }
        });
    }
}
