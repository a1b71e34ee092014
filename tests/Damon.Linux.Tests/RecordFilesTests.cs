using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Linux.Tests;

public sealed class RecordFilesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Record => Path.Combine(_folder.Path, "damon.data");

    public void Dispose() => _folder.Dispose();

    static Snapshot Snapshot(long timeNs)
    {
        Snapshot snapshot = new();
        snapshot.Reset(timeNs);
        snapshot.AddTarget(3);
        snapshot.AddRegion(new SnapshotRegion(0, 10, 4, 1));
        return snapshot;
    }

    [Fact]
    public void A_run_that_sees_nothing_replaces_nothing_and_leaves_nothing()
    {
        using (RecordFile file = RecordFiles.Create(Record, new RecordHeader()))
        {
            Assert.True(file.Complete(new RecordSummary()));
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
        File.WriteAllText(Record, "good");
        using (RecordFile file = RecordFiles.Create(Record, new RecordHeader()))
        {
            Assert.True(file.WriteTarget(new RecordTarget { Id = 3 }));
            Assert.True(file.Complete(new RecordSummary()));
        }

        Assert.Equal("good", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path))));
    }

    [Fact]
    public void The_first_snapshot_gives_both_files_their_names_and_what_was_there_becomes_old()
    {
        File.WriteAllText(Record, "good");
        File.WriteAllText(Record + ".meta.json", "good, too");
        using RecordFile file = RecordFiles.Create(Record, new RecordHeader { Tool = "test" });
        Assert.Equal("good", File.ReadAllText(Record));
        Assert.True(file.Write(Snapshot(100)));
        Assert.Equal(("good", "good, too"), (File.ReadAllText(Record + ".old"), File.ReadAllText(Record + ".meta.json.old")));
        Assert.True(file.Write(Snapshot(200)));
        using IRecordReader reader = RecordReaders.Open(File.OpenRead(Record));
        Snapshot read = new();
        Assert.True(reader.Read(read) && reader.Read(read));
        Assert.Equal(200, read.TimeNs);
        Assert.Equal("test", SidecarReader.Load(File.OpenRead(Record + ".meta.json")).Header!.Tool);
    }

    [Fact]
    public void A_record_that_cannot_be_created_gives_one_sentence()
    {
        Assert.Equal(
            $"'{_folder.Path}' cannot be written: it is a directory; give the name of a file",
            Assert.ThrowsAny<IOException>(() => RecordFiles.Create(_folder.Path, new RecordHeader())).Message);
        Assert.Throws<ArgumentException>(() => RecordFiles.Create("", new RecordHeader()));
        Assert.Throws<ArgumentNullException>(() => RecordFiles.Create(Record, null!));
    }
}
