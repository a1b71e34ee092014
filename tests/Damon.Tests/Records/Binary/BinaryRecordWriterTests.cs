using CsCheck;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Binary;
using Damon.Records.Streams;
using Damon.Tests.Shared;

namespace Damon.Tests.Records.Binary;

public sealed class BinaryRecordWriterTests
{
    static Snapshot Make(long timeNs, params (Int128 Id, SnapshotRegion[] Regions)[] targets)
    {
        Snapshot snapshot = new();
        snapshot.Reset(timeNs);
        foreach ((Int128 id, SnapshotRegion[] regions) in targets)
        {
            snapshot.AddTarget(id);
            foreach (SnapshotRegion region in regions)
            {
                snapshot.AddRegion(region);
            }
        }

        return snapshot;
    }

    static byte[] Write(int version, params Snapshot[] snapshots)
    {
        MemoryStream stream = new();
        using BinaryRecordWriter writer = new(stream, version);
        foreach (Snapshot snapshot in snapshots)
        {
            writer.Write(snapshot);
        }

        Assert.Equal(snapshots.Length, writer.Snapshots);
        return stream.ToArray();
    }

    [Fact]
    public void A_record_of_version_0_has_these_bytes() => Assert.Equal(
        new RecordBytes().Time(1, 2, 1).Id(7, 1).Region(0x1000, 0x2000, 3).ToArray(),
        Write(0, Make(1_000_000_002, (7, [new(0x1000, 0x2000, 3, 9)]))));

    [Fact]
    public void A_record_of_version_1_has_these_bytes() => Assert.Equal(
        new RecordBytes().Header(1).Time(0, 5, 2).Pid(-1, 1).Region(0, ulong.MaxValue, 3).Pid(8, 0).Time(3, 0, 0).ToArray(),
        Write(1, Make(5, (-1, [new(0, ulong.MaxValue, 3, 9)]), (8, [])), Make(3_000_000_000)));

    [Fact]
    public void A_record_of_version_2_has_these_bytes() => Assert.Equal(
        new RecordBytes().Header(2).Time(0, 5, 1).Id(18446623435582458880, 1).Region(1, 1, uint.MaxValue).ToArray(),
        Write(2, Make(5, (18446623435582458880, [new(1, 1, uint.MaxValue, 9)]))));

    [Theory]
    [InlineData(0, "-1")]
    [InlineData(2, "-1")]
    [InlineData(2, "18446744073709551616")]
    [InlineData(1, "2147483648")]
    [InlineData(1, "-2147483649")]
    public void An_id_out_of_range_is_refused_and_nothing_is_written(int version, string id)
    {
        MemoryStream stream = new();
        using BinaryRecordWriter writer = new(stream, version);
        long before = stream.Length;
        RecordFormatException refused = Assert.Throws<RecordFormatException>(() => writer.Write(Make(0, (Int128.Parse(id), []))));
        Assert.Contains($"Target id {id} does not fit in record version {version}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, stream.Length);
        writer.Write(Make(0, (1, [])));
    }

    [Fact]
    public void Lines_that_a_reader_would_refuse_are_not_written()
    {
        using MemoryStream stream = new();
        using BinaryRecordWriter writer = new(stream);
        Assert.Throws<RecordFormatException>(() => writer.Write(Make(-1)));
        Assert.Throws<RecordFormatException>(() => writer.Write(Make(0, (1, [new(2, 1, 0, 0)]))));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryRecordWriter(new MemoryStream(), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryRecordWriter(new MemoryStream(), -1));
        Assert.Equal(20, stream.Length);
    }

    [Fact]
    public void Each_snapshot_is_one_write_and_one_flush()
    {
        using CountingStream stream = new();
        using BinaryRecordWriter writer = new(stream);
        Assert.Equal((1, 1), (stream.Writes, stream.Flushes));
        Snapshot large = Make(1, (1, [.. Enumerable.Range(0, 5000).Select(i => new SnapshotRegion((ulong)i, (ulong)i + 1, 0, 0))]));
        writer.Write(large);
        writer.Write(large);
        Assert.Equal((3, 3), (stream.Writes, stream.Flushes));
    }

    [Fact]
    public void A_full_disk_leaves_a_whole_file_after_truncating()
    {
        Snapshot snapshot = Make(1, (1, [new(1, 2, 3, 4)]));
        for (int room = 0; room < 48; room++)
        {
            using CountingStream stream = new(20 + 48 + room);
            using BinaryRecordWriter writer = new(stream);
            writer.Write(snapshot);
            Assert.Throws<IOException>(() => writer.Write(snapshot));
            Assert.Throws<InvalidOperationException>(() => writer.Write(snapshot));
            Assert.True(writer.TruncateToWhole());
            Assert.Equal(20 + 48, stream.Length);

            stream.Full = long.MaxValue;
            writer.Write(snapshot);
            using BinaryRecordReader reader = RecordReaders.OpenBinary(new MemoryStream(stream.ToArray()));
            Assert.Equal(2, SnapshotText.Of(reader).Count);
            Assert.Null(reader.Damage);
        }
    }

    [Fact]
    public void Appending_counts_from_where_the_stream_stood()
    {
        using CountingStream stream = new();
        stream.Write(new byte[100]);
        using BinaryRecordWriter writer = new(stream);
        stream.Full = 130;
        Assert.Throws<IOException>(() => writer.Write(Make(1, (1, [new(1, 2, 3, 4)]))));
        Assert.True(writer.TruncateToWhole());
        Assert.Equal(120, stream.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Writing_allocates_nothing_per_snapshot(int version)
    {
        Snapshot snapshot = Make(1, (1, [.. Enumerable.Range(0, 1000).Select(i => new SnapshotRegion((ulong)i, (ulong)i + 1, 0, 0))]));
        using BinaryRecordWriter writer = new(Stream.Null, version);
        writer.Write(snapshot);
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                writer.Write(snapshot);
            }
        }));
    }

    static readonly Gen<SnapshotRegion> s_region =
        from a in Gen.ULong
        from b in Gen.ULong
        from accesses in Gen.UInt
        select new SnapshotRegion(Math.Min(a, b), Math.Max(a, b), accesses, SnapshotRegion.UnknownAge);

    static Gen<Snapshot[]> Snapshots(int version)
    {
        Gen<Int128> id = version == 1 ? Gen.Int.Select(i => (Int128)i) : Gen.ULong.Select(i => (Int128)i);
        Gen<(Int128 Id, SnapshotRegion[] Regions)> target = Gen.Select(id, s_region.Array[0, 20]);
        return Gen.Select(Gen.Long[0, long.MaxValue - 1_000_000_000], target.Array[1, 5])
            .Select((time, targets) => Make(time, targets)).Array[0, 10];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_written_record_reads_back(int version) => Snapshots(version).Sample(
        snapshots =>
        {
            using BinaryRecordReader reader = RecordReaders.OpenBinary(new TrickleStream(Write(version, snapshots), 113));
            Assert.Equal(snapshots.Select(SnapshotText.Of), SnapshotText.Of(reader));
            Assert.Null(reader.Damage);
        },
        iter: 300,
        seed: "0N0XIzNsQ0O2");

    [Fact]
    public void Nothing_is_cut_where_nothing_failed_or_nothing_can_be()
    {
        MemoryStream file = new();
        using BinaryRecordWriter writer = new(file);
        Assert.True(writer.TruncateToWhole());
        Assert.Equal(20, file.Length);
        using FullPipe pipe = new();
        using BinaryRecordWriter toPipe = new(pipe, version: 0);
        Assert.Throws<IOException>(() => toPipe.Write(new Snapshot()));
        Assert.False(toPipe.TruncateToWhole());
        Assert.Throws<InvalidOperationException>(() => toPipe.Write(new Snapshot()));
    }

    [Fact]
    public void Arguments_that_are_missing_are_refused()
    {
        foreach (RecordFormat format in Enum.GetValues<RecordFormat>())
        {
            Assert.Throws<ArgumentNullException>(() => RecordWriters.Create(format, null!));
            using IRecordWriter writer = RecordWriters.Create(format, new MemoryStream());
            Assert.Throws<ArgumentNullException>(() => writer.Write(null!));
        }
    }

    sealed class FullPipe : MemoryStream
    {
        public override bool CanSeek => false;

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe");
    }
}
