using System.IO.Compression;
using System.Text;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Tests.Records;

public sealed class RecordReadersTests
{
    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    static byte[] Compress(Func<Stream, Stream> compressor, byte[] data)
    {
        MemoryStream compressed = new();
        using (Stream stream = compressor(compressed))
        {
            stream.Write(data);
        }

        return compressed.ToArray();
    }

    /// <summary>A record of 5000 snapshots that does not compress.</summary>
    static byte[] Noise()
    {
        RecordBytes bytes = new RecordBytes().Header(1);
        Random random = new(7);
        for (int i = 0; i < 5000; i++)
        {
            bytes.Time(i, 0, 1).Pid(random.Next(), 1).Region(0, (ulong)random.NextInt64(), (uint)random.Next());
        }

        return bytes.ToArray();
    }

    public static TheoryData<byte[], RecordContent, string> Foreign
    {
        get
        {
            byte[] words = Ascii(string.Join(' ', Enumerable.Range(0, 3000)));
            return new()
            {
                { [], RecordContent.Empty, "empty" },
                { Ascii("hello\n"), RecordContent.Text, "plain text" },
                { words, RecordContent.Text, "plain text" },
                { Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("grüße €", 900))), RecordContent.Text, "plain text" },
                { Ascii("x^2 is no zlib stream"), RecordContent.Text, "plain text" },
                { Ascii("  \n [\n {}]"), RecordContent.Json, "JSON" },
                { Ascii("{\"format\":1}\n"), RecordContent.Json, "JSON" },
                { Compress(s => new GZipStream(s, CompressionLevel.Optimal), words), RecordContent.Text, "plain text" },
                { [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], RecordContent.Empty, "empty" },
                { [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0], RecordContent.Gzip, "cannot be decompressed" },
                { Compress(
                    s => new GZipStream(s, CompressionLevel.Optimal),
                    Compress(
                        s => new ZLibStream(s, CompressionLevel.Optimal),
                        Compress(s => new ZLibStream(s, CompressionLevel.Optimal), words))), RecordContent.Zlib, "within compressed data" },
                { Compress(s => new ZLibStream(s, CompressionLevel.Optimal), words), RecordContent.Text, "plain text" },
                { Compress(s => new ZLibStream(s, CompressionLevel.Fastest), words), RecordContent.Text, "plain text" },
                { Compress(s => new ZLibStream(s, CompressionLevel.SmallestSize), words), RecordContent.Text, "plain text" },
                { [0x78, 0x20, .. Enumerable.Repeat((byte)0xff, 30)], RecordContent.Zlib, "cannot be decompressed" },
                { [.. Ascii("PERFILE2"), .. new byte[100]], RecordContent.PerfData, "perf script -i FILE > FILE.txt" },
                { [0x17, 8, 0x44, .. Ascii("tracing6"), .. new byte[50]], RecordContent.TraceDat, "trace-cmd report" },
                { [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[57]], RecordContent.Elf, "ELF" },
                { [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0], RecordContent.OtherCompressed, "compressed" },
                { new byte[64], RecordContent.Zeros, "zero bytes" },
                { new byte[3], RecordContent.Zeros, "zero bytes" },
                { [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20], RecordContent.Unknown, "no record known" },
                { new RecordBytes().Time(1, 1_000_000_000, 1).Id(1, 0).ToArray(), RecordContent.Unknown, "no record known" },
                { new RecordBytes().Time(1, 0, 1).Id(1, uint.MaxValue).ToArray(), RecordContent.Unknown, "no record known" },
                { new RecordBytes().Time(1, 0, 1).Id(1, 1).Region(2, 1, 0).ToArray(), RecordContent.Unknown, "no record known" },
                { new RecordBytes().Time(1, 0, 5_000_000).Id(1, 1).ToArray(), RecordContent.Unknown, "no record known" },
                { new RecordBytes().Time(1, 0, 1).Id(1, 2).Region(1, 2, 0).Region(4, 3, 0).ToArray(), RecordContent.Unknown, "no record known" },
                { new RecordBytes().Time(1, 0, 2)
                    .Id(1, 1)
                    .Region(1, 2, 0)
                    .Id(2, uint.MaxValue)
                    .Region(1, 2, 0)
                    .ToArray(), RecordContent.Unknown, "no record known" },
                { new RecordBytes().Time(1, 0, 2).Id(1, 1).Region(1, 2, 0).Id(2, 1).Region(2, 1, 0).ToArray(), RecordContent.Unknown, "no record known" },
                { new RecordBytes().Time(1, 0, 3).Id(1, 0).Id(1, 0).Id(2, uint.MaxValue).Region(2, 1, 0).ToArray(), RecordContent.Unknown, "no record known" },
                { new RecordBytes().I64(559903).I64(123).ToArray(), RecordContent.Gzip, "cannot be decompressed" },
                { new RecordBytes().Time(1, 0, 2).Id(1, 1).Region(1, 2, 0).Id(2, uint.MaxValue).U64(0).ToArray(), RecordContent.Unknown, "no record known" },
                { [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0, 4, 0xe6], RecordContent.OtherCompressed, "compressed" },
                { [.. Ascii("BZh91AY&SY"), 0x80, 0x81, 0xff], RecordContent.OtherCompressed, "compressed" },
                { Ascii("BZh is how files of bzip2 begin"), RecordContent.Text, "plain text" },
                { [0x78, 0x9c], RecordContent.Empty, "empty" },
                { Ascii("PERFILE2 and nothing of the kind behind it"), RecordContent.PerfData, "perf script" },
                { [1, .. Ascii("a text but for its first byte, which is no character of any text")], RecordContent.Unknown, "no record known" },
                { Ascii("{{\"snapshots\":[]}}"), RecordContent.Json, "JSON" },
                { Ascii("[{\"later\":\"" + new string('x', 5000) + "\",\"snapshots\":[]}]"), RecordContent.Json, "JSON" },
                { Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("😀", 40_000))), RecordContent.Text, "plain text" },
                { [.. Ascii(new string('x', 65_534)), 0xf0, 0x9f], RecordContent.Text, "plain text" },
                { [.. Ascii(new string('x', 65_533)), 0x9f, 0x9f], RecordContent.Unknown, "no record known" },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Foreign_data_is_refused_with_what_it_looks_like(byte[] data, RecordContent content, string says)
    {
        foreach (Stream stream in (Stream[])[
            new MemoryStream(data),
            new TrickleStream(data, data.Length < 10_000 ? 3 : 99),
            new TrickleStream(data, data.Length < 1000 ? 1 : 77),
        ])
        {
            RecordFormatException refused = Assert.Throws<RecordFormatException>(() => RecordReaders.Open(stream));
            Assert.Equal(content, refused.Content);
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
            Assert.Contains("versions 0, 1 and 2", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refused.Message);
        }
    }

    [Fact]
    public void A_version_0_record_whose_seconds_look_like_gzip_is_a_record()
    {
        // 559903 s are the bytes 1f 8b 08 00.
        byte[] file = new RecordBytes().Time(559903, 123, 1).Id(99, 1).Region(0x1000, 0x2000, 1).ToArray();
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(file));
        Assert.Equal(RecordContent.Binary, reader.Content);
        Assert.Equal(["559903000000123 [99 1000-2000:1]"], SnapshotText.Of(reader));
    }

    [Fact]
    public void A_version_0_record_of_several_targets_is_a_record()
    {
        byte[] file = new RecordBytes().Time(1, 2, 3).Id(1, 2).Region(1, 2, 3).Region(2, 2, 0).Id(2, 0).Id(3, 1).Region(5, 9, 1).ToArray();
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(file));
        Assert.Equal(["1000000002 [1 1-2:3 2-2:0] [2] [3 5-9:1]"], SnapshotText.Of(reader));
    }

    public static TheoryData<byte[]> CutVersion0 =>
    [
        // Within a region, whose bytes are not those of a target; and with as many targets as there may be.
        new RecordBytes().Time(1, 0, 2).Id(1, 2).Region(1, 2, 0).U64(0x7fff_0000_0000).U64(0x7fff_ffff_0000).ToArray(),
        new RecordBytes().Time(1, 0, 4_194_304).Id(1, 0).ToArray(),
    ];

    [Theory]
    [MemberData(nameof(CutVersion0))]
    public void A_version_0_record_that_is_cut_is_a_record(byte[] file)
    {
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(file));
        Assert.Equal(RecordContent.Binary, reader.Content);
        Assert.False(reader.Read(new Snapshot()));
        Assert.Equal(RecordDamageKind.CutOff, reader.Damage?.Kind);
    }

    [Theory]
    [InlineData("kdamond_idx")]
    [InlineData("target_id")]
    [InlineData("snapshots")]
    public void Json_with_one_of_the_names_is_a_record(string name)
    {
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(Ascii("[{\"" + name + "\":")));
        Assert.Equal(RecordContent.Json, reader.Content);
    }

    [Fact]
    public void Trace_text_that_comes_in_pieces_is_recognised()
    {
        using IRecordReader reader = RecordReaders.Open(new TrickleStream(Ascii("# a header\n" + TraceLineOfOneRegion), 3));
        Assert.Equal(RecordContent.TraceText, reader.Content);
    }

    [Fact]
    public void Arguments_that_are_missing_are_refused()
    {
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(new RecordBytes().Header(1).ToArray()));
        Assert.Throws<ArgumentNullException>(() => RecordReaders.Open(null!));
        Assert.Throws<ArgumentNullException>(() => RecordReaders.WithAges(null!, new SidecarReader(new MemoryStream())));
        Assert.Throws<ArgumentNullException>(() => RecordReaders.WithAges(reader, null!));
        Assert.Throws<ArgumentNullException>(() => RecordReaders.WithStartTimes(null!));
        Assert.Throws<ArgumentNullException>(() => RecordReaders.InSeriesOrder(null!));
    }

    [Fact]
    public void Series_are_the_same_when_all_that_names_them_is()
    {
        RecordSeries series = new() { KdamondIndex = 1, ContextIndex = 2, SchemeIndex = 3, TargetId = 4 };
        Assert.True(series.IsSame(series with { Intervals = new RecordIntervals { AggrUs = 5 } }));
        foreach (RecordSeries other in (RecordSeries[])[
            series with { KdamondIndex = 0 },
            series with { ContextIndex = 0 },
            series with { SchemeIndex = null },
            series with { TargetId = 0 },
        ])
        {
            Assert.False(series.IsSame(other));
        }
    }

    [Fact]
    public void A_version_0_record_may_begin_with_an_empty_snapshot()
    {
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(new RecordBytes().Time(10, 20, 0).ToArray()));
        Assert.Equal(["10000000020"], SnapshotText.Of(reader));
    }

    public static TheoryData<byte[]> Whole =>
    [
        new RecordBytes().Header(1).Time(1, 0, 1).Pid(7, 0).ToArray(),
        Ascii("[]"),
        Ascii(TraceLineOfOneRegion),
    ];

    const string TraceLineOfOneRegion = "kdamond.0  1000 [001]  5.000000: damon:damon_aggregated: target_id=0 nr_regions=1 4096-8192: 3 1\n";

    [Theory]
    [MemberData(nameof(Whole))]
    public void Compressed_records_say_so_and_end_with_an_empty_snapshot(byte[] record)
    {
        using IRecordReader plain = RecordReaders.Open(new MemoryStream(record));
        using IRecordReader packed = RecordReaders.Open(new MemoryStream(Compress(s => new GZipStream(s, CompressionLevel.Optimal), record)));
        Assert.Equal(plain.Content, packed.Content);
        Assert.Equal((false, true), (plain.IsCompressed, packed.IsCompressed));
        Assert.Throws<ArgumentNullException>(() => plain.Read(null!));
        Snapshot snapshot = new();
        while (packed.Read(snapshot))
        {
        }

        Assert.Equal((0, 0), (snapshot.TimeNs, snapshot.NrTargets));
    }

    [Fact]
    public void Compressed_json_beyond_the_buffer_is_read_whole()
    {
        string one = "{\"start\":\"4,096\",\"end\":\"8,192\",\"nr_accesses\":{\"samples\":1},\"age\":{}}";
        string regions = string.Join(',', Enumerable.Repeat(one, 20_000));
        byte[] record = Ascii("[{\"target_id\":7,\"snapshots\":[{\"end_time\":10,\"regions\":[" + regions + "]}]}]");
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(Compress(s => new ZLibStream(s, CompressionLevel.Fastest), record)));
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot), reader.Damage?.ToString());
        Assert.Equal(20_000, snapshot.NrRegions);
        Assert.False(reader.Read(snapshot));
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void Broken_data_is_reported_for_the_layer_that_is_broken()
    {
        byte[] once = Compress(s => new ZLibStream(s, CompressionLevel.NoCompression), Noise());
        byte[] twice = Compress(s => new GZipStream(s, CompressionLevel.NoCompression), once);
        byte[] inner = Compress(s => new GZipStream(s, CompressionLevel.Optimal), WithoutSecondBlock(once, 2));
        foreach (byte[] file in (byte[][])[WithoutSecondBlock(once, 2), inner, WithoutSecondBlock(twice, 10)])
        {
            using IRecordReader reader = RecordReaders.Open(new MemoryStream(file));
            Assert.InRange(SnapshotText.Of(reader).Count, 1, 4999);
            Assert.Equal(RecordDamageKind.Invalid, reader.Damage?.Kind);
            Assert.Contains("the compressed data is broken or cut off", reader.Damage!.ToString(), StringComparison.Ordinal);
        }

        static byte[] WithoutSecondBlock(byte[] stored, int header)
        {
            // A block that is only stored tells its length behind its first byte; no block begins with these bits.
            byte[] broken = [.. stored];
            broken[header + 5 + BitConverter.ToUInt16(stored, header + 1)] = 0xff;
            return broken;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stream_that_cannot_be_read_is_no_damage(bool compressed)
    {
        byte[] file = compressed ? Compress(s => new GZipStream(s, CompressionLevel.Optimal), Noise()) : Noise();
        using IRecordReader reader = RecordReaders.Open(new BrokenStream(file[..(file.Length / 2)]));
        Assert.Throws<IOException>(() => SnapshotText.Of(reader));
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void The_stream_below_a_compressed_record_is_disposed_with_it()
    {
        MemoryStream stream = new(Compress(s => new GZipStream(s, CompressionLevel.Optimal), new RecordBytes().Header(1).ToArray()));
        RecordReaders.Open(stream, leaveOpen: true).Dispose();
        Assert.True(stream.CanRead);
        stream.Position = 0;
        RecordReaders.Open(stream).Dispose();
        Assert.False(stream.CanRead);
    }

    [Fact]
    public void A_zero_byte_is_no_end()
    {
        // Beyond what is looked at to tell text.
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(Ascii("[{\"target_id\":7,\"snapshots\":[" + new string(' ', 70_000) + "\0")));
        Assert.False(reader.Read(new Snapshot()));
        Assert.Equal(RecordDamageKind.Invalid, reader.Damage?.Kind);
    }

    [Fact]
    public void The_closing_bracket_may_come_in_a_piece_of_its_own()
    {
        // The first look takes five pieces.
        byte[] record = Ascii("[" + new string(' ', 4999) + "]");
        using IRecordReader reader = RecordReaders.Open(new TrickleStream(record, 1000));
        Assert.False(reader.Read(new Snapshot()));
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void A_live_pipe_is_recognised_by_its_magic_alone()
    {
        // The stream would block for ever behind the header: giving the end there would be seen as damage.
        byte[] file = new RecordBytes().Header(1).ToArray();
        TrickleStream stream = new(file, file.Length);
        using IRecordReader reader = RecordReaders.Open(stream);
        Assert.Equal(0, stream.Read(new byte[1], 0, 1));
    }
}
