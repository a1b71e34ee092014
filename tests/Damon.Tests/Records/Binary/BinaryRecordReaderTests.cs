using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Binary;
using Damon.Records.Streams;
using Damon.Tests.Shared;

namespace Damon.Tests.Records.Binary;

public sealed class BinaryRecordReaderTests
{
    static List<string> ReadAll(RecordBytes bytes, out RecordDamage? damage, out int version)
    {
        using BinaryRecordReader reader = RecordReaders.OpenBinary(new MemoryStream(bytes.ToArray()));
        List<string> all = SnapshotText.Of(reader);
        damage = reader.Damage;
        version = reader.Version;
        return all;
    }

    static List<string> ReadWhole(RecordBytes bytes, out int version)
    {
        List<string> all = ReadAll(bytes, out RecordDamage? damage, out version);
        Assert.Null(damage);
        return all;
    }

    [Fact]
    public void Version_0_has_no_header_and_unsigned_ids()
    {
        RecordBytes bytes = new RecordBytes()
            .Time(1, 5, 1).Id(4242, 2).Region(0x1000, 0x2000, 3).Region(0x2000, 0x5000, 0)
            .Time(1, 100_000_005, 1).Id(4242, 1).Region(0x1000, 0x5000, 20);
        Assert.Equal(
            ["1000000005 [4242 1000-2000:3 2000-5000:0]", "1100000005 [4242 1000-5000:20]"],
            ReadWhole(bytes, out int version));
        Assert.Equal(0, version);
    }

    [Fact]
    public void Version_1_has_signed_ids()
    {
        RecordBytes bytes = new RecordBytes().Header(1)
            .Time(0, 0, 2).Pid(-1, 1).Region(0, 0x1_0000_0000, 1).Pid(int.MaxValue, 0);
        Assert.Equal(["0 [-1 0-100000000:1] [2147483647]"], ReadWhole(bytes, out int version));
        Assert.Equal(1, version);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(0)]
    [InlineData(-7)]
    public void Other_versions_have_unsigned_64_bit_ids(int version)
    {
        RecordBytes bytes = new RecordBytes().Header(version)
            .Time(9, 999_999_999, 2).Id(18446623435582458880, 1).Region(0x7fff_0000_0000, 0xffff_ffff_ffff_ffff, uint.MaxValue)
            .Id(42, 0);
        Assert.Equal(
            ["9999999999 [18446623435582458880 7fff00000000-ffffffffffffffff:4294967295] [42]"],
            ReadWhole(bytes, out int read));
        Assert.Equal(version, read);
    }

    [Fact]
    public void Headers_in_mid_stream_change_the_version()
    {
        RecordBytes bytes = new RecordBytes()
            .Time(1, 0, 1).Id(1, 0)
            .Header(1).Time(2, 0, 1).Pid(-1, 0)
            .Header(2).Header(1).Header(2).Time(3, 0, 1).Id(ulong.MaxValue, 0)
            .Header(1);
        Assert.Equal(["1000000000 [1]", "2000000000 [-1]", "3000000000 [18446744073709551615]"], ReadWhole(bytes, out _));
    }

    [Fact]
    public void Snapshots_without_targets_and_times_that_go_backwards_are_legal()
    {
        RecordBytes bytes = new RecordBytes().Header(1).Time(5, 0, 0).Time(3, 0, 1).Pid(1, 0).Time(4, 0, 0);
        Assert.Equal(["5000000000", "3000000000 [1]", "4000000000"], ReadWhole(bytes, out _));
    }

    [Fact]
    public void An_empty_file_and_a_header_alone_hold_no_snapshot()
    {
        Assert.Empty(ReadWhole(new RecordBytes(), out _));
        Assert.Empty(ReadWhole(new RecordBytes().Header(1), out _));
    }

    [Fact]
    public void The_largest_time_fits()
    {
        RecordBytes bytes = new RecordBytes().Header(1).Time(9_223_372_035, 999_999_999, 0);
        Assert.Equal(["9223372035999999999"], ReadWhole(bytes, out _));
    }

    public static TheoryData<int> Versions => [0, 1, 2];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Cut_at_every_offset_gives_exactly_the_whole_snapshots(int version)
    {
        List<int> boundaries = [];
        RecordBytes bytes = new();
        if (version > 0)
        {
            bytes.Header(version);
        }

        boundaries.Add(bytes.Length);
        for (int i = 0; i < 4; i++)
        {
            bytes.Time(10 + i, i, (uint)i + 1);
            for (int t = 0; t <= i; t++)
            {
                _ = version == 1 ? bytes.Pid(t, (uint)(t + i) % 4) : bytes.Id((ulong)t, (uint)(t + i) % 4);
                for (int r = 0; r < (t + i) % 4; r++)
                {
                    bytes.Region((ulong)r * 4096, (ulong)(r + 1) * 4096, 1);
                }
            }

            boundaries.Add(bytes.Length);
            if (i == 1 && version > 0)
            {
                bytes.Header(version);
            }
        }

        byte[] file = bytes.ToArray();
        using BinaryRecordReader whole = RecordReaders.OpenBinary(new MemoryStream(file));
        List<string> expected = SnapshotText.Of(whole);
        Assert.Null(whole.Damage);
        Assert.Equal(4, expected.Count);

        for (int cut = 0; cut <= file.Length; cut++)
        {
            byte[] part = file[..cut];
            foreach (Stream stream in (Stream[])[new MemoryStream(part), new TrickleStream(part, 7)])
            {
                if (version == 0 && cut is > 0 and < 16)
                {
                    // Nothing identifies a version 0 record of so few bytes.
                    Assert.Throws<RecordFormatException>(() => RecordReaders.Open(stream));
                    continue;
                }

                using BinaryRecordReader reader = RecordReaders.OpenBinary(stream);
                int count = boundaries.Skip(1).Count(b => b <= cut);
                Assert.Equal(expected.Take(count), SnapshotText.Of(reader));

                // A header that is whole is used, even with no snapshot behind it.
                int used = version == 0 ? boundaries[count] : cut < 20 ? 0 : boundaries[count];
                if (version > 0 && count == 2 && cut >= used + 20)
                {
                    used += 20;
                }

                if (used == cut)
                {
                    Assert.Null(reader.Damage);
                    continue;
                }

                RecordDamage damage = Assert.IsType<RecordDamage>(reader.Damage);
                Assert.Equal(used, damage.Offset);
                Assert.Equal(cut - used, damage.BytesLeft);
                Assert.Equal(count, damage.WholeSnapshots);
                Assert.InRange(damage.FoundAt, used, cut);
                bool stray = cut - used < 16 && !(version > 0 && used == 0);
                Assert.Equal(stray ? RecordDamageKind.StrayBytes : RecordDamageKind.CutOff, damage.Kind);
            }
        }
    }

    public static TheoryData<string, byte[], long, string> Broken
    {
        get
        {
            TheoryData<string, byte[], long, string> cases = [];
            void Add(string name, RecordBytes bytes, long foundAt, string problem) => cases.Add(name, bytes.ToArray(), foundAt, problem);

            // The good part: header 20 + snapshot 20 + target 8 + region 20 = 68 bytes.
            static RecordBytes Good() => new RecordBytes().Header(1).Time(1, 0, 1).Pid(7, 1).Region(1, 2, 3);
            Add("nanoseconds", Good().Time(2, 1_000_000_000, 0), 68, "2 s 1000000000 ns is no time");
            Add("negative nanoseconds", Good().Time(2, -1, 0), 68, "2 s -1 ns is no time");
            Add("negative seconds", Good().Time(-1, 0, 0), 68, "-1 s 0 ns is no time");
            Add("seconds", Good().Time(9_223_372_036, 0, 0), 68, "9223372036 s 0 ns is no time");
            Add("targets", Good().Time(2, 0, uint.MaxValue), 84, "4294967295 is more than 4194304");
            Add("regions", Good().Time(2, 0, 1).Pid(7, uint.MaxValue), 92, "4294967295 makes more than 16777216");
            Add("regions of all targets", Good().Time(2, 0, 2).Pid(7, 1).Region(1, 2, 3).Pid(8, 16_777_216), 120, "16777216 makes more than 16777216");
            Add("inverted at once", Good().Time(2, 0, 1).Pid(7, 1).Region(0x20, 0x10, 0), 96, "20-10 ends below its start");
            Add("inverted", Good().Time(2, 0, 1).Pid(7, 2).Region(1, 1, 0).Region(0x20, 0x10, 0), 116, "20-10 ends below its start");
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void Garbage_in_mid_stream_keeps_what_was_before(string name, byte[] file, long foundAt, string problem)
    {
        Assert.NotEmpty(name);
        byte[] padded = [.. file, .. new byte[100]];
        using BinaryRecordReader reader = RecordReaders.OpenBinary(new MemoryStream(padded));
        Assert.Equal(["1000000000 [7 1-2:3]"], SnapshotText.Of(reader));
        RecordDamage damage = Assert.IsType<RecordDamage>(reader.Damage);
        Assert.Equal(RecordDamageKind.Invalid, damage.Kind);
        Assert.Equal(68, damage.Offset);
        Assert.Equal(foundAt, damage.FoundAt);
        Assert.Equal(padded.Length - 68, damage.BytesLeft);
        Assert.Contains(problem, damage.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_reads_as_one_line()
    {
        ReadAll(new RecordBytes().Header(1).Time(1, 0, 0).Time(2, 0, 2).Pid(7, 1).Raw(1, 2, 3), out RecordDamage? damage, out _);
        Assert.Equal("cut off in a region of target 1 of 2; 1 whole snapshot, 31 bytes from offset 40 not used", damage?.ToString());
        ReadAll(new RecordBytes().Header(1).Time(1, 0, 0).Raw(9), out damage, out _);
        Assert.Equal("stray bytes behind the last snapshot; 1 whole snapshot, 1 byte from offset 40 not used", damage?.ToString());
        ReadAll(new RecordBytes().Header(1).Time(1, 1_000_000_000, 0), out damage, out _);
        Assert.Equal(
            "broken at offset 20: the time of a snapshot: 1 s 1000000000 ns is no time; 0 whole snapshots, 20 bytes from offset 20 not used",
            damage?.ToString());
        Assert.Equal(
            "broken at offset 20: the time of a snapshot: 1 s 1000000000 ns is no time; 0 whole snapshots (1 gap between), 20 bytes from offset 20 not used",
            (damage! with { Gaps = 1 }).ToString());
    }

    [Fact]
    public void A_file_with_garbage_says_how_much_is_left_beyond_the_buffer()
    {
        ReadAll(new RecordBytes().Header(1).Time(1, 0, 0).Time(1, -1, 0).Raw(new byte[1_000_000]), out RecordDamage? damage, out _);
        Assert.Equal((40, 1_000_020), (damage?.Offset, damage?.BytesLeft));
    }

    [Fact]
    public void A_pipe_with_garbage_does_not_say_how_much_is_left()
    {
        byte[] file = new RecordBytes().Header(1).Time(1, 0, 0).Time(1, -1, 0).Raw(new byte[1000]).ToArray();
        using BinaryRecordReader reader = RecordReaders.OpenBinary(new TrickleStream(file, 64));
        Assert.Single(SnapshotText.Of(reader));
        Assert.Equal(40, reader.Damage?.Offset);
        Assert.Null(reader.Damage?.BytesLeft);
    }

    [Fact]
    public void A_count_allocates_no_more_than_what_is_there()
    {
        byte[] file = new RecordBytes().Header(1).Time(1, 0, 1).Pid(7, 16_777_216).Region(1, 2, 3).ToArray();
        Snapshot snapshot = new();
        using BinaryRecordReader reader = RecordReaders.OpenBinary(new MemoryStream(file));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(reader.Read(snapshot));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Equal(RecordDamageKind.CutOff, reader.Damage?.Kind);
    }

    [Fact]
    public void The_largest_number_of_targets_is_accepted()
    {
        ReadAll(new RecordBytes().Header(1).Time(1, 0, 4_194_304).Pid(7, 0), out RecordDamage? damage, out _);
        Assert.Equal(
            "cut off in the id and the number of regions of target 2 of 4194304; 0 whole snapshots, 28 bytes from offset 20 not used",
            damage?.ToString());
    }

    [Fact]
    public void A_million_targets_are_read()
    {
        const int Count = 1_000_000;
        RecordBytes head = new RecordBytes().Header(1).Time(1, 0, Count);
        byte[] file = new byte[head.Length + (Count * 28)];
        head.ToArray().CopyTo(file, 0);
        byte[] target = new RecordBytes().Pid(3, 1).Region(0x1000, 0x2000, 5).ToArray();
        for (int i = 0; i < Count; i++)
        {
            target.CopyTo(file, head.Length + (i * 28));
        }

        using IRecordReader reader = RecordReaders.Open(new MemoryStream(file));
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot));
        Assert.Equal(Count, snapshot.NrTargets);
        Assert.Equal(5u, snapshot[Count - 1].Regions[0].NrAccesses);
        Assert.False(reader.Read(snapshot));
        Assert.Null(reader.Damage);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4096)]
    public void Snapshots_larger_than_the_buffer_and_odd_pieces_are_read(int step)
    {
        int regions = step == 1 ? 2000 : 40_000;
        Snapshot written = new();
        written.Reset(77);
        written.AddTarget(5);
        for (int i = 0; i < regions; i++)
        {
            written.AddRegion(new SnapshotRegion((ulong)i * 8192, (ulong)(i + 1) * 8192, (uint)i, SnapshotRegion.UnknownAge));
        }

        MemoryStream file = new();
        using (BinaryRecordWriter writer = new(file, leaveOpen: true))
        {
            writer.Write(written);
            writer.Write(written);
        }

        using IRecordReader reader = RecordReaders.Open(new TrickleStream(file.ToArray(), step));
        string expected = SnapshotText.Of(written);
        Assert.Equal([expected, expected], SnapshotText.Of(reader));
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void Reading_allocates_nothing_per_snapshot()
    {
        RecordBytes bytes = new RecordBytes().Header(1);
        for (int i = 0; i < 600; i++)
        {
            bytes.Time(i, 0, 2).Pid(1, 3).Region(1, 2, 3).Region(3, 4, 5).Region(5, 6, 7).Pid(2, 1).Region(1, 9, 2);
        }

        Assert.Equal(0, Allocation.Least(() =>
        {
            using BinaryRecordReader reader = RecordReaders.OpenBinary(new MemoryStream(bytes.ToArray()));
            Snapshot snapshot = new();
            Assert.True(reader.Read(snapshot));
            long before = GC.GetAllocatedBytesForCurrentThread();
            int count = 1;
            while (reader.Read(snapshot))
            {
                count++;
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(600, count);
            return allocated;
        }));
    }

    [Fact]
    public void The_stream_is_disposed_unless_it_is_to_stay_open()
    {
        byte[] file = new RecordBytes().Header(1).ToArray();
        MemoryStream stream = new(file);
        RecordReaders.Open(stream, leaveOpen: true).Dispose();
        Assert.True(stream.CanRead);
        RecordReaders.Open(new MemoryStream(file)).Dispose();
        stream.Position = 0;
        RecordReaders.OpenBinary(stream).Dispose();
        Assert.False(stream.CanRead);
    }
}
