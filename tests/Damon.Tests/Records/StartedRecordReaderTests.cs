using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;

namespace Damon.Tests.Records;

public sealed class StartedRecordReaderTests
{
    static readonly RecordSeries s_series = new();

    static (RecordSeries Series, Snapshot Snapshot) At(long timeNs, params IEnumerable<Int128> targets)
    {
        Snapshot snapshot = new();
        snapshot.Reset(timeNs);
        foreach (Int128 target in targets)
        {
            snapshot.AddTarget(target);
        }

        return (s_series, snapshot);
    }

    static List<long?> Starts(IRecordReader reader)
    {
        List<long?> starts = [];
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            starts.Add(snapshot.StartNs);
        }

        return starts;
    }

    [Fact]
    public void A_snapshot_begins_where_the_last_one_of_any_of_its_targets_ended()
    {
        ListedRecord record = new(At(100, 1), At(150, 2), At(200, 1, 2), At(210, 2), At(300, 2, 1, 3), At(400, 3), At(500, 4));
        using IRecordReader reader = RecordReaders.WithStartTimes(record);
        Assert.Equal([null, null, 150, 200, 210, 300, null], Starts(reader));
    }

    [Fact]
    public void A_start_time_in_the_record_stays()
    {
        (RecordSeries Series, Snapshot Snapshot) told = At(200, 1);
        told.Snapshot.StartNs = 180;
        using IRecordReader reader = RecordReaders.WithStartTimes(new ListedRecord(At(100, 1), told, At(300, 1)));
        Assert.Equal([null, 180, 200], Starts(reader));
    }

    [Fact]
    public void The_first_of_a_target_begins_as_the_times_tell()
    {
        ListedRecord record = new(At(100, 1), At(130, 1), At(140), At(160, 1), At(170, 2));
        RecordTimes times = RecordTimes.Scan(new ListedRecord(At(100, 1), At(130, 1), At(140), At(160, 1), At(170, 2)));
        using IRecordReader reader = RecordReaders.WithStartTimes(record, times);
        Assert.Equal([70, 100, null, 130, null], Starts(reader));
    }

    [Fact]
    public void A_snapshot_of_no_target_begins_at_no_time()
    {
        ListedRecord record = new(At(140), At(160, 0), At(180, 0));
        using IRecordReader reader = RecordReaders.WithStartTimes(record, RecordTimes.Scan(new ListedRecord(At(160, 0), At(180, 0))));
        Assert.Equal([null, 140, 160], Starts(reader));
    }

    [Fact]
    public void Of_very_many_targets_the_first_have_a_beginning()
    {
        Int128[] all = [.. Enumerable.Range(0, RecordTimes.MaxSeries + 1).Select(i => (Int128)i)];
        ListedRecord record = new(At(100, all), At(200, all[^1]), At(300, all[^2]), At(400, all[0]), At(500, all[^2]));
        using IRecordReader reader = RecordReaders.WithStartTimes(record);
        Assert.Equal([null, null, 100, 100, 300], Starts(reader));
    }

    [Fact]
    public void Everything_else_is_that_of_the_record()
    {
        ListedRecord record = new(At(100, 1)) { Damage = new RecordDamage(RecordDamageKind.CutOff, 1, 2, 3, "a line", null, 4) };
        IRecordReader reader = RecordReaders.WithStartTimes(record);
        Assert.Equal(["100 [1]"], SnapshotText.Of(reader));
        Assert.Same(s_series, reader.Series);
        Assert.Equal((RecordContent.Json, true, record.Damage), (reader.Content, reader.IsCompressed, reader.Damage));
        reader.Dispose();
        Assert.True(record.IsDisposed);
    }
}
