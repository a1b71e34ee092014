using Damon.Linux.DamonFs;
using Damon.Linux.Native;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Binary;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>The file <c>record</c>, and the records that are made by it.</summary>
public sealed class RecordingFileTests
{
    [Theory]
    [InlineData("seed")]
    [InlineData("target_ids")]
    public void The_record_file_passes_the_selftest_in_its_order(string era)
    {
        using TestTree tree = new(era);
        Assert.Equal("0 none\n", tree.Read("record"));
        tree.Set("record", "4242 foo.bar");
        Assert.Equal("4242 foo.bar\n", tree.Read("record"));
        Assert.Equal(Errno.EINVAL, tree.Write("record", "abc 2 3"));
        Assert.Equal(Errno.EINVAL, tree.Write("record", "123"));
        Assert.Equal("4242 foo.bar\n", tree.Read("record"));
        tree.Set("record", "0 null");
        Assert.Equal("0 null\n", tree.Read("record"));
        tree.Set("record", "4242 foo.bar");
        Assert.Equal("4242 foo.bar\n", tree.Read("record"));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(" \n", null)]
    [InlineData("1024", null)]
    [InlineData("-1 x", null)]
    [InlineData("1023 x", null)]
    [InlineData("1 x", null)]
    [InlineData("4194305 x", null)]
    [InlineData("4294967295 x", null)]
    [InlineData("1024 x", "1024 x\n")]
    [InlineData("4194304 x", "4194304 x\n")]
    [InlineData("4294968320 x", "1024 x\n")] // Cut to 32 bits.
    [InlineData("4242foo", "4242 foo\n")]
    [InlineData("\n 4242\t/a/b \n c", "4242 /a/b\n")]
    [InlineData("0 x\0y", "0 x\n")]
    [InlineData("0 \0x", null)]
    [InlineData("4242 \u00e9", "4242 \u00e9\n")] // Not always text.
    public void Writes(string text, string? read)
    {
        using TestTree tree = new("seed");
        Assert.Equal(read is null ? Errno.EINVAL : Errno.None, tree.Write("record", text));
        Assert.Equal(read ?? "0 none\n", tree.Read("record"));
    }

    [Fact]
    public void Paths_have_at_most_255_bytes()
    {
        using TestTree tree = new("seed");
        string longest = new('x', 255);
        tree.Set("record", "4096 " + longest);
        Assert.Equal($"4096 {longest}\n", tree.Read("record"));
        Assert.Equal(Errno.EINVAL, tree.Write("record", $"4096 {longest}y"));
        Assert.Equal(Errno.EINVAL, tree.Write("record", $"0 {longest}y"));
        Assert.Equal($"4096 {longest}\n", tree.Read("record"));
    }

    [Fact]
    public void A_running_context_refuses_a_new_record()
    {
        using TestTree tree = new("seed");
        tree.Set("pids", "1");
        tree.Start();
        Assert.Equal(Errno.EBUSY, tree.Write("record", "4096 x"));
        Assert.Equal(Errno.EBUSY, tree.Write("record", "1 x"));
        Assert.Equal(Errno.EINVAL, tree.Write("record", "4096"));
    }

    [Fact]
    public void Only_root_and_the_own_user_may_have_files_written()
    {
        using TestTree tree = new("seed");
        DamonFsCaller other = new(50, LibC.geteuid() + 1);
        Assert.Equal(Errno.EPERM, tree.Write("record", "4096 x"u8.ToArray(), other));
        Assert.Equal(Errno.None, tree.Write("record", "0 x"u8.ToArray(), other));
        Assert.Equal(Errno.None, tree.Write("record", "4096 x"u8.ToArray(), other with { UserId = LibC.geteuid() }));
    }

    [Theory]
    [InlineData("seed", 1, "1 2", 1024)] // Snapshots that need several batches, and batches of several snapshots.
    [InlineData("seed", 1, "paddr\n", 4096)]
    [InlineData("target_ids", 2, "1 2 3", 1024)]
    [InlineData("target_ids", 2, "paddr\n", 4194304)]
    public void A_run_makes_a_record(string era, int version, string targets, int length)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("damon.data");
        using TestTree tree = new TestTree(era).Fast();
        tree.Set("record", $"{length} {path}");
        tree.Set(tree.Targets, targets);
        if (targets == "paddr\n")
        {
            tree.Set("init_regions", $"{tree.FileSystem.Era.PhysicalId} 1048576 2097152");
        }

        tree.Start();
        Thread.Sleep(200);
        tree.Stop();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path) & (UnixFileMode)0x180);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & (UnixFileMode)0x5B); // Nothing beyond 0644, less what the umask takes.
        using BinaryRecordReader reader = RecordReaders.OpenBinary(File.OpenRead(path));
        Snapshot snapshot = new();
        int count = 0;
        long[] ids = targets == "paddr\n" ? [tree.FileSystem.Era.PhysicalId] : [.. targets.Split(' ').Select(long.Parse)];
        for (; reader.Read(snapshot); count++)
        {
            Assert.Equal(version, reader.Version);
            Assert.Equal(ids.Length, snapshot.NrTargets);
            for (int i = 0; i < ids.Length; i++)
            {
                Assert.Equal(ids[i], snapshot[i].Id);
                Assert.Equal(SimulatedFactory.Memory.Start, snapshot[i].Regions[0].Start);
                Assert.Equal(SimulatedFactory.Memory.End, snapshot[i].Regions[^1].End);
            }
        }

        Assert.Null(reader.Damage);
        Assert.InRange(count, 2, 1000);
        Assert.Empty(tree.Log);
    }

    [Fact]
    public void A_second_run_appends_with_a_header_of_its_own()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("damon.data");
        using TestTree tree = new TestTree("seed").Fast();
        tree.Set("record", $"1024 {path}");
        long first = 0;
        for (int run = 0; run < 2; run++)
        {
            tree.Set("pids", "1");
            tree.Start();
            TestTree.WaitUntil("a batch", () => File.Exists(path) && new FileInfo(path).Length > first);
            tree.Stop();
            first = new FileInfo(path).Length;
        }

        using BinaryRecordReader reader = RecordReaders.OpenBinary(File.OpenRead(path));
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            Assert.Equal(1, reader.Version);
        }

        Assert.Null(reader.Damage);
    }

    [Fact]
    public void Nothing_is_written_before_the_buffer_is_full_or_the_run_ends()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("damon.data");
        using TestTree tree = new TestTree("seed").Fast();
        tree.Set("record", $"4194304 {path}");
        tree.Set("pids", "1");
        tree.Start();
        Thread.Sleep(100);
        Assert.False(File.Exists(path));
        tree.Factory.Kill(1);
        TestTree.WaitUntil("the end", () => tree.Read("monitor_on") == "off\n");
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void The_path_is_taken_byte_by_byte()
    {
        using TemporaryFolder folder = new();
        using TestTree tree = new TestTree("seed").Fast();
        tree.Set("record", $"1024 {folder.Path}/\u00e9"); // One byte, which is no UTF-8.
        tree.Set("pids", "1");
        tree.Start();
        tree.Stop();
        Assert.Empty(tree.Log);
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
        Assert.False(File.Exists(folder.File("\u00e9")));
        using System.Diagnostics.Process remove = System.Diagnostics.Process.Start("rm", ["-r", folder.Path]);
        remove.WaitForExit();
        Directory.CreateDirectory(folder.Path);
    }

    [Fact]
    public void A_start_that_fails_makes_no_record()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("damon.data");
        using TestTree tree = new("target_ids");
        tree.Set("nr_contexts", "2");
        tree.Set("record", $"1024 {path}");
        tree.Set("target_ids", "1");
        tree.Set("ctx1/target_ids", "2");
        tree.Factory.Refused.Add(2);
        Assert.Equal(Errno.EPERM, tree.Write("monitor_on", "on"));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_length_of_0_makes_no_record()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("damon.data");
        using TestTree tree = new TestTree("seed").Fast();
        tree.Set("record", $"0 {path}");
        tree.Set("pids", "1");
        tree.Start();
        Thread.Sleep(50);
        tree.Stop();
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("")] // The folder itself.
    [InlineData("/none/damon.data")]
    [InlineData("/pipe")]
    [InlineData("full")]
    public void A_record_that_cannot_be_written_is_reported_once_and_monitoring_goes_on(string place)
    {
        using TemporaryFolder folder = new();
        if (place == "/pipe")
        {
            using System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", folder.Path + place);
            make.WaitForExit();
        }

        string path = place == "full" ? "/dev/full" : folder.Path + place;
        using TestTree tree = new TestTree("seed").Fast();
        tree.Set("attrs", "100 200 20000 100 1000");
        tree.Set("record", $"{(place == "/pipe" ? 1048576 : 1024)} {path}");
        tree.Set("schemes", "0 18446744073709551615 0 1000 0 4294967295 5");
        tree.Set("pids", "1");
        tree.Start();
        if (place == "/pipe")
        {
            Thread.Sleep(300); // More than a pipe holds; a writer that waited would never end.
        }
        else
        {
            TestTree.WaitUntil("the fault", () => !tree.Log.IsEmpty);
        }

        string before = tree.Read("schemes");
        TestTree.WaitUntil("monitoring that goes on", () => tree.Read("schemes") != before);
        tree.Stop();
        if (place != "/pipe")
        {
            Assert.Single(tree.Log);
            Assert.Contains(path, tree.Log.First(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Batches_hold_whole_items_and_are_no_longer_than_the_buffer()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("x");
        using RecordBatches batches = new(System.Text.Encoding.UTF8.GetBytes(path + "\0"), 10);
        long Length() => File.Exists(path) ? new FileInfo(path).Length : -1;

        batches.Write(new byte[6]);
        batches.Write(new byte[4]);
        batches.Flush();
        Assert.Equal(-1, Length());
        batches.Write(new byte[5]);
        Assert.Equal(10, Length());
        batches.Write(new byte[25]); // The 5 before it, and all of it.
        Assert.Equal(40, Length());
        batches.Write(new byte[1]);
        batches.WriteOut();
        batches.WriteOut();
        Assert.Equal(41, Length());
    }
}
