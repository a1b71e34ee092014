using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Tests.Records;

public sealed class RecordFileTests : IDisposable
{
    static readonly MonitoringAttributes s_attributes = new()
    {
        SampleUs = 1000,
        AggregationUs = 20_000,
        UpdateUs = 300_000,
        MinNrRegions = 11,
        MaxNrRegions = 77,
    };

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("damon-tests-");

    string Record => Path.Combine(_folder.FullName, "damon.data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_run_gives_a_record_and_a_sidecar_for_their_owner_alone()
    {
        using (RecordFile file = RecordFile.Create(Record, RecordHeader.Of(s_attributes, 5) with { Tool = "test" }))
        {
            Assert.True(file.WriteTarget(new RecordTarget { Id = 3, Comm = "program" }));
            Assert.True(file.WriteMappings(6, 3, [new RecordMapping { Start = 0, End = 10, Name = "[all]" }]));
            Assert.True(file.Write(Snapshot(100)));
            Assert.True(file.Write(Snapshot(200)));
            Assert.True(file.Complete(new RecordSummary { EndReason = "first" }));
            Assert.True(file.Complete(new RecordSummary { EndReason = "second" }));
            Assert.Equal(2, file.Snapshots);
            Assert.Null(file.Fault);
        }

        Assert.Equal([100, 200], Times());
        RecordMetadata metadata = Metadata();
        Assert.Equal("test", metadata.Header!.Tool);
        Assert.Equal(5, metadata.Header.StartNs);
        Assert.Equal(new RecordIntervals { SampleUs = 1000, AggrUs = 20_000, UpdateUs = 300_000 }, metadata.Header.Intervals);
        Assert.Equal((11, 77), (metadata.Header.MinRegions, metadata.Header.MaxRegions));
        Assert.Equal("program", Assert.Single(metadata.Targets).Comm);
        Assert.Equal("[all]", Assert.Single(Assert.Single(metadata.Mappings).Mappings).Name);
        Assert.Equal("first", metadata.Summary!.EndReason);
        Assert.True(metadata.IsComplete);
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal((Owner, Owner), (File.GetUnixFileMode(Record), File.GetUnixFileMode(Record + ".meta.json")));
    }

    [Fact]
    public void A_file_that_is_there_is_left_alone()
    {
        File.WriteAllText(Record, "before");
        Assert.Throws<IOException>(() => RecordFile.Create(Record, new RecordHeader()));
        File.Move(Record, Record + ".meta.json");
        Assert.Throws<IOException>(() => RecordFile.Create(Record, new RecordHeader()));
        Assert.Equal("before", File.ReadAllText(Assert.Single(_folder.GetFiles()).FullName));
    }

    [Fact]
    public void Begun_is_called_once_and_its_failure_is_a_failed_write()
    {
        int begun = 0;
        using (RecordFile file = new(
            RecordWriters.Create(RecordFormat.Binary, new MemoryStream()),
            new MemoryStream(),
            new RecordHeader())
        { Begun = () => begun++ })
        {
            Assert.True(file.WriteTarget(new RecordTarget { Id = 3 }));
            Assert.Equal(0, begun);
            Assert.True(file.Write(Snapshot(100)));
            Assert.True(file.Write(Snapshot(200)));
            Assert.Equal(1, begun);
        }

        using RecordFile failing = new(
            RecordWriters.Create(RecordFormat.Binary, new MemoryStream()),
            new MemoryStream(),
            new RecordHeader())
        { Begun = () => throw new IOException("no place") };
        Assert.False(failing.Write(Snapshot(100)));
        Assert.Equal("no place", failing.Fault!.Message);
    }

    [Fact]
    public void Each_snapshot_has_the_ages_of_its_regions()
    {
        using (RecordFile file = RecordFile.Create(Record, new RecordHeader()))
        {
            for (int i = 1; i <= 3; i++)
            {
                Snapshot snapshot = new();
                snapshot.Reset(i * 100);
                snapshot.AddTarget(3);
                snapshot.AddRegion(new SnapshotRegion(0, 10, 4, i * 7));
                Assert.True(file.Write(snapshot));
            }
        }

        using IRecordReader reader = RecordReaders.WithAges(RecordReaders.Open(File.OpenRead(Record)), new SidecarReader(File.OpenRead(Record + ".meta.json")));
        Assert.Equal(["100 [3 0-a:4/7]", "200 [3 0-a:4/14]", "300 [3 0-a:4/21]"], SnapshotText.Of(reader));
    }

    [Fact]
    public void Others_may_read_a_record_while_it_is_written()
    {
        using RecordFile file = RecordFile.Create(Record, new RecordHeader());
        Assert.True(file.Write(Snapshot(100)));
        Assert.Equal([100], Times());
        Assert.NotNull(Metadata().Header);
    }

    [Fact]
    public void A_record_that_cannot_be_made_leaves_no_file_open()
    {
        Directory.CreateDirectory(Record);
        Assert.ThrowsAny<SystemException>(() => RecordFile.Create(Record, new RecordHeader()));
        Directory.Delete(Record);
        Directory.CreateDirectory(Record + ".meta.json");
        Assert.ThrowsAny<SystemException>(() => RecordFile.Create(Record, new RecordHeader()));
        Assert.Empty(_folder.GetFiles());
        Assert.DoesNotContain(Directory.GetFiles("/proc/self/fd"), fd => new FileInfo(fd).LinkTarget?.StartsWith(Record, StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Arguments_that_are_missing_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new RecordFile(null!, new MemoryStream(), new RecordHeader()));
        Assert.Throws<ArgumentNullException>(() => new RecordFile(RecordWriters.Create(RecordFormat.Binary, new MemoryStream()), null!, new RecordHeader()));
        Assert.Throws<ArgumentNullException>(() => new RecordFile(RecordWriters.Create(RecordFormat.Binary, new MemoryStream()), new MemoryStream(), null!));
        Assert.Throws<ArgumentException>(() => RecordFile.Create("", new RecordHeader()));
        Assert.Throws<ArgumentNullException>(() => RecordFile.Create(Record, null!));
        Assert.Empty(_folder.GetFileSystemInfos());
        using RecordFile file = RecordFile.Create(Record, new RecordHeader());
        Assert.Throws<ArgumentNullException>(() => file.Write(null!));
        Assert.Throws<ArgumentNullException>(() => file.Complete(null!));
    }

    [Fact]
    public void Json_is_complete_at_the_end()
    {
        using (RecordFile file = RecordFile.Create(Record, RecordHeader.Of(s_attributes, 5), RecordFormat.Json))
        {
            Assert.True(file.Write(Snapshot(100)));
            Assert.True(file.Write(Snapshot(200)));
            Assert.True(file.Complete(new RecordSummary()));
        }

        Assert.Equal([100, 200], Times());
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Record));
        Assert.Equal("20000", json.RootElement[0].GetProperty("intervals").GetProperty("aggr_us").GetString());
    }

    [Fact]
    public void Ages_of_many_regions_are_all_there_and_both_streams_are_closed()
    {
        MemoryStream record = new();
        MemoryStream sidecar = new();
        Snapshot snapshot = new();
        snapshot.Reset(100);
        snapshot.AddTarget(3);
        for (int i = 0; i < 20_000; i++)
        {
            snapshot.AddRegion(new SnapshotRegion((ulong)i, (ulong)i + 1, 4, int.MaxValue - i));
        }

        RecordFile file = new(RecordWriters.Create(RecordFormat.Binary, record), sidecar, new RecordHeader());
        Assert.True(file.Write(snapshot));
        file.Dispose();
        Assert.Equal((false, false), (record.CanWrite, sidecar.CanWrite));

        using SidecarReader reader = new(new MemoryStream(sidecar.ToArray()));
        Assert.True(reader.Read(SidecarEntryKinds.Ages));
        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => int.MaxValue - i), reader.Ages.ToArray());
        Assert.False(reader.Read(SidecarEntryKinds.Ages));
        Assert.Equal(SidecarEntryKinds.None, reader.Kind);
    }

    [Fact]
    public void No_link_is_followed()
    {
        string other = Path.Combine(_folder.FullName, "other");
        File.CreateSymbolicLink(Record, other);
        Assert.Throws<IOException>(() => RecordFile.Create(Record, new RecordHeader()));
        Assert.False(File.Exists(other));
    }

    [Fact]
    public void The_sidecar_says_every_five_seconds_how_it_goes()
    {
        int asked = 0;
        using (RecordFile file = RecordFile.Create(Record, new RecordHeader()))
        {
            file.Status = () => new RecordSummary { Snapshots = ++asked };
            foreach (long ms in new long[] { 1, 5000, 5001, 9999, 10_001 })
            {
                file.Write(Snapshot(ms * 1_000_000));
            }
        }

        Assert.Equal(3, asked);
        RecordMetadata metadata = Metadata();
        Assert.Equal(3, metadata.Summary!.Snapshots);
        Assert.False(metadata.IsComplete);
    }

    /// <summary>Ages and names are the lesser loss.</summary>
    [Fact]
    public void A_sidecar_that_cannot_be_written_costs_the_record_no_snapshot()
    {
        CountingStream record = new();
        CountingStream sidecar = new();
        using RecordFile file = new(RecordWriters.Create(RecordFormat.Binary, record), sidecar, new RecordHeader());
        MonitoringContext context = new(new Damon.Tests.Monitoring.NoOperations(), seed: 1);
        Assert.True(file.OnSnapshot(context, Snapshot(100)));
        (long recordLength, long sidecarLength) = (record.Length, sidecar.Length);
        sidecar.Full = sidecarLength + 5;
        Assert.True(file.OnSnapshot(context, Snapshot(200)));
        Assert.Equal("No space left on device", file.SidecarFault!.Message);
        Assert.Null(file.Fault);

        // Space that comes back later would leave a gap.
        sidecar.Full = long.MaxValue;
        Assert.True(file.Write(Snapshot(300)));
        Assert.False(file.WriteTarget(new RecordTarget { Id = 1 }));
        Assert.False(file.WriteMappings(1, 3, []));
        Assert.False(file.WriteTried(new RecordTried()));
        Assert.False(file.Complete(new RecordSummary()));
        Assert.False(file.Complete(new RecordSummary()));
        Assert.Equal((3, sidecarLength), (file.Snapshots, sidecar.Length));
        Assert.Equal((recordLength * 3) - (2 * Head), record.Length);
    }

    [Fact]
    public void A_full_disk_ends_the_run_and_leaves_whole_files()
    {
        CountingStream record = new();
        CountingStream sidecar = new();
        using RecordFile file = new(RecordWriters.Create(RecordFormat.Binary, record), sidecar, new RecordHeader());
        MonitoringContext context = new(new Damon.Tests.Monitoring.NoOperations(), seed: 1);
        Assert.True(file.OnSnapshot(context, Snapshot(100)));
        (long recordLength, long sidecarLength) = (record.Length, sidecar.Length);
        record.Full = recordLength + 5;
        Assert.False(file.OnSnapshot(context, Snapshot(200)));
        Assert.Equal("No space left on device", file.Fault!.Message);
        Assert.Equal(recordLength, record.Length);
        Assert.Equal(sidecarLength, sidecar.Length);

        // Space that comes back later would leave a gap.
        (record.Full, sidecar.Full) = (long.MaxValue, long.MaxValue);
        Assert.False(file.Write(Snapshot(300)));
        Assert.False(file.WriteTarget(new RecordTarget { Id = 1 }));
        Assert.False(file.WriteMappings(1, 3, []));
        Assert.False(file.WriteTried(new RecordTried()));
        Assert.False(file.Complete(new RecordSummary()));
        Assert.False(file.Complete(new RecordSummary()));
        Assert.Equal(sidecarLength, sidecar.Length);
        Assert.Equal(1, file.Snapshots);
    }

    /// <summary>Bytes before the first snapshot of a binary record.</summary>
    const long Head = 20;

    [Fact]
    public void A_run_of_the_engine_is_summed_up()
    {
        Damon.Simulation.SimulatedClock clock = new();
        Damon.Simulation.SimulatedPattern pattern = Damon.Simulation.SimulatedPattern.Parse("map 1G 16M\nphase 10s\n  access 1G 1M always\n");
        MonitoringContext context = new(new Damon.Simulation.SimulatedOperations(pattern, clock), seed: 1) { Attributes = s_attributes };
        context.AddTarget(new Target(1));
        Kdamond kdamond = new(context, clock);
        using (RecordFile file = RecordFile.Create(Record, RecordHeader.Of(s_attributes, clock.NowNs)))
        {
            file.Status = () => RecordSummary.Of(kdamond);
            context.Observers.Add(file);
            context.Observers.Add(new SnapshotCallback(_ =>
            {
                if (file.Snapshots == 50)
                {
                    kdamond.Stop();
                }
            }));
            Assert.Equal(KdamondEnd.Stopped, kdamond.Run());
            file.Complete(RecordSummary.Of(kdamond));
        }

        Assert.Equal(50, Times().Count);
        RecordSummary summary = Metadata().Summary!;
        Assert.Equal(50, summary.Snapshots);
        Assert.Equal(new RecordIntervals { SampleUs = 1000, AggrUs = 20_000, UpdateUs = 300_000 }, summary.EffectiveIntervals);
        Assert.Equal(1000, summary.Overhead!.Samples);
        Assert.Equal((0, 1, 1), (summary.Overhead.MissedTicks, summary.Overhead.StretchFactor, summary.Overhead.LargestStretchFactor));
        Assert.Equal(kdamond.Statistics.NrChecks, summary.Overhead.ChecksPerSecond); // it ran for a second
    }

    [Fact]
    public void The_figures_of_a_run_are_rounded_and_in_their_units()
    {
        MonitoringContext context = new(
            new Damon.Simulation.SimulatedOperations(
                Damon.Simulation.SimulatedPattern.Parse("map 1G 16M\nphase 10s\n  access 1G 1M always\n"),
                new Damon.Simulation.SimulatedClock()),
            seed: 1);
        Kdamond kdamond = new(context, new Damon.Simulation.SimulatedClock());
        RecordSummary before = RecordSummary.Of(kdamond);
        Assert.Equal((0, 0), (before.EffectiveIntervals!.SampleUs, before.EffectiveIntervals.AggrUs));
        Assert.Equal((null, 0, 0), (before.Overhead!.OwnCpuPercent, before.Overhead.CheckTimePercent, before.Overhead.ChecksPerSecond));

        KdamondStatistics statistics = kdamond.Statistics;
        statistics.StartNs = 1_000_000_000;
        statistics.LastNs = 3_000_000_000;
        statistics.LastAggregationNs = 2_999_000_000;
        statistics.NrSamples = 7;
        statistics.NrAggregations = 3;
        statistics.CpuNs = 1;
        statistics.CheckNs = 1_234_560_000;
        statistics.NrChecks = 4321;
        statistics.Lateness.Add(64_000);
        RecordSummary summary = RecordSummary.Of(kdamond);
        Assert.Equal((285_714.3, 666_333.3), (summary.EffectiveIntervals!.SampleUs, summary.EffectiveIntervals.AggrUs));
        Assert.Equal((0, 61.728, 2160.5), (summary.Overhead!.OwnCpuPercent, summary.Overhead.CheckTimePercent, summary.Overhead.ChecksPerSecond));
        Assert.InRange(summary.Overhead.LateP99Us!.Value, 60, 70);
        Assert.Throws<ArgumentNullException>(() => RecordSummary.Of(null!));
    }

    List<long> Times()
    {
        using IRecordReader reader = RecordReaders.Open(File.OpenRead(Record));
        Snapshot snapshot = new();
        List<long> times = [];
        while (reader.Read(snapshot))
        {
            times.Add(snapshot.TimeNs);
        }

        Assert.Null(reader.Damage);
        return times;
    }

    RecordMetadata Metadata()
    {
        using FileStream sidecar = File.OpenRead(Record + ".meta.json");
        return SidecarReader.Load(sidecar);
    }

    static Snapshot Snapshot(long timeNs)
    {
        Snapshot snapshot = new();
        snapshot.Reset(timeNs);
        snapshot.AddTarget(3);
        snapshot.AddRegion(new SnapshotRegion(0, 10, 4, 2));
        return snapshot;
    }
}
