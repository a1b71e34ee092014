using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Series;
using Damon.Records.Streams;

namespace Damon.Tests.Records.Series;

public sealed class SeriesSpoolTests
{
    static readonly RecordSeries s_first = new();
    static readonly RecordSeries s_other = new() { ContextIndex = 1 };

    static Snapshot At(long timeNs, params (Int128 Id, uint NrAccesses)[] targets)
    {
        Snapshot snapshot = new();
        snapshot.Reset(timeNs);
        foreach ((Int128 id, uint nrAccesses) in targets)
        {
            snapshot.AddTarget(id);
            snapshot.AddRegion(new SnapshotRegion(4096, 8192, nrAccesses, 7));
            snapshot.SetFilterPassed(nrAccesses * 10);
        }

        return snapshot;
    }

    [Fact]
    public void Series_come_one_after_the_other()
    {
        using SeriesSpool spool = new();
        spool.Add(s_first, At(100, (1, 11), (2, 21)));
        spool.Add(s_other, At(100, (1, 31)));
        spool.Add(s_first, At(200, (2, 22), (1, 12)));
        List<string> read = [];
        spool.Read((series, snapshot) => read.Add($"{series.ContextIndex ?? 0}: {SnapshotText.Of(snapshot)}"));
        Assert.Equal(
            ["0: 100 [1 1000-2000:11/7]", "0: 200 [1 1000-2000:12/7]", "0: 100 [2 1000-2000:21/7]", "0: 200 [2 1000-2000:22/7]", "1: 100 [1 1000-2000:31/7]"],
            read);
    }

    [Fact]
    public void Series_come_by_time_and_a_target_once_at_a_time()
    {
        using SeriesSpool spool = new();
        foreach (long time in new long[] { 100, 200, 300 })
        {
            spool.Add(s_first, At(time, (1, (uint)time)));
        }

        spool.Add(s_first, At(150, (2, 15)));
        spool.Add(s_first, At(200, (2, 20)));
        spool.Add(s_other, At(200, (1, 99)));
        spool.Add(s_other, At(400, (1, 40)));
        List<string> read = [];
        spool.ReadByTime((_, snapshot) => read.Add(SnapshotText.Of(snapshot)));
        Assert.Equal(
            [
                "100 [1 1000-2000:100/7]",
                "150 [2 1000-2000:15/7]",
                "200 [1 1000-2000:200/7] [2 1000-2000:20/7]",
                "300 [1 1000-2000:300/7]",
                "400 [1 1000-2000:40/7]",
            ],
            read);
    }

    [Fact]
    public void A_record_is_read_in_the_order_of_its_series()
    {
        MemoryStream stream = new();
        using (IRecordWriter writer = RecordWriters.Create(RecordFormat.PerfScript, stream, new RecordWriterOptions { LeaveOpen = true }))
        {
            writer.Write(At(1_000_000, (1, 11), (2, 21)));
            writer.Write(At(2_000_000, (1, 12), (2, 22), (3, 32)));
            writer.Complete();
        }

        stream.Position = 0;
        using IRecordReader reader = RecordReaders.InSeriesOrder(RecordReaders.Open(stream));
        Assert.Equal(
            [
                "1000000 [1 1000-2000:11/7]",
                "2000000 [1 1000-2000:12/7]",
                "1000000 [2 1000-2000:21/7]",
                "2000000 [2 1000-2000:22/7]",
                "2000000 [3 1000-2000:32/7]",
            ],
            SnapshotText.Of(reader));

        // There it ends, however often it is asked.
        Snapshot snapshot = At(5, (9, 9));
        Assert.False(reader.Read(snapshot));
        Assert.Equal(0, snapshot.NrTargets);
        Assert.False(reader.Read(snapshot));
    }

    [Fact]
    public void Too_many_targets_cannot_be_put_in_order()
    {
        using IRecordReader reader = RecordReaders.InSeriesOrder(Targets(RecordTimes.MaxSeries + 1));
        Assert.Contains("65536 targets", Assert.Throws<RecordFormatException>(() => reader.Read(new Snapshot())).Message, StringComparison.Ordinal);
        using IRecordReader most = RecordReaders.InSeriesOrder(Targets(RecordTimes.MaxSeries));
        Assert.True(most.Read(new Snapshot()));
    }

    /// <summary>A record of one snapshot with so many targets.</summary>
    static ListedRecord Targets(int number)
    {
        Snapshot snapshot = new();
        snapshot.Reset(1);
        for (int i = 0; i < number; i++)
        {
            snapshot.AddTarget(i);
        }

        return new ListedRecord((s_first, snapshot));
    }
}
