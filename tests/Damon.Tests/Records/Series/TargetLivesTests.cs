using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Binary;
using Damon.Records.Json;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Reports.Distribution;

namespace Damon.Tests.Records.Series;

public sealed class TargetLivesTests
{
    static SidecarReader Sidecar(params (int Id, long FromNs, long? UntilNs)[] targets)
    {
        MemoryStream stream = new();
        using (SidecarWriter writer = new(stream, new RecordHeader(), leaveOpen: true))
        {
            foreach ((int id, long from, long? until) in targets)
            {
                writer.WriteTarget(new RecordTarget { Id = id, FromNs = from });
                if (until is not null)
                {
                    writer.WriteTarget(new RecordTarget { Id = id, FromNs = from, UntilNs = until });
                }
            }
        }

        stream.Position = 0;
        return new SidecarReader(stream);
    }

    static MemoryStream Record(params (long TimeNs, int[] Ids)[] snapshots)
    {
        MemoryStream stream = new();
        using BinaryRecordWriter writer = new(stream, leaveOpen: true);
        Snapshot snapshot = new();
        foreach ((long time, int[] ids) in snapshots)
        {
            snapshot.Reset(time);
            foreach (int id in ids)
            {
                snapshot.AddTarget(id);
                snapshot.AddRegion(new SnapshotRegion(4096, 8192, 1, 0));
            }

            writer.Write(snapshot);
        }

        stream.Position = 0;
        return stream;
    }

    static List<string> Read(IRecordReader record)
    {
        List<string> all = [];
        Snapshot snapshot = new();
        while (record.Read(snapshot))
        {
            all.Add(string.Join(' ', Enumerable.Range(0, snapshot.NrTargets).Select(i => $"{snapshot[i].Id}.{snapshot[i].Instance}")));
        }

        return all;
    }

    [Fact]
    public void A_pid_that_was_used_again_is_another_target()
    {
        using IRecordReader record = RecordReaders.WithLives(
            RecordReaders.Open(Record((100, [7, 8]), (200, [7, 8]), (300, [7, 7, 8]), (400, [7]), (900, [7, 8]))),
            Sidecar((7, 10, 290), (8, 20, null), (7, 295, 500), (7, 295, 501), (7, 600, null)));
        Assert.Equal(["7.0 8.0", "7.0 8.0", "7.0 7.1 8.0", "7.1", "7.2 8.0"], Read(record));
    }

    [Fact]
    public void Reports_and_json_tell_both_apart()
    {
        using IRecordReader record = RecordReaders.WithLives(
            RecordReaders.Open(Record([.. Enumerable.Range(1, 60).Select(i => (i * 100L, (int[])[7]))])), Sidecar((7, 10, 2990), (7, 3000, null)));
        MemoryStream json = new();
        DistributionReport report = new(new DistributionOptions());
        using (JsonRecordWriter writer = new(json, leaveOpen: true))
        {
            Snapshot snapshot = new();
            while (record.Read(snapshot))
            {
                report.Add(snapshot);
                writer.Write(snapshot, record.Series);
            }

            writer.Complete();
        }

        Assert.Equal(2, report.Finish().Count);
        json.Position = 0;
        using IRecordReader again = RecordReaders.Open(json);
        List<string> read = Read(again);
        Assert.Equal((29, 31), (read.Count(one => one == "7.0"), read.Count(one => one == "7.1")));
    }

    [Fact]
    public void Without_pids_used_again_the_record_is_handed_out_as_it_is()
    {
        using IRecordReader record = RecordReaders.Open(Record((100, [7])));
        Assert.Same(record, RecordReaders.WithLives(record, Sidecar((7, 10, null), (7, 10, 20), (8, 10, null))));
    }

    [Fact]
    public void A_record_of_more_targets_than_reports_have_room_for_is_refused()
    {
        int[] ids = [.. Enumerable.Range(1, RecordTimes.MaxSeries)];
        using IRecordReader full = RecordReaders.WithLimit(RecordReaders.Open(Record((100, ids), (200, ids), (300, []))));
        Assert.Equal(3, Read(full).Count);
        using IRecordReader more = RecordReaders.WithLimit(RecordReaders.Open(Record((100, ids), (200, [70_000]))));
        Assert.Contains("more than 65536 targets", Assert.Throws<RecordFormatException>(() => Read(more)).Message, StringComparison.Ordinal);
    }
}
