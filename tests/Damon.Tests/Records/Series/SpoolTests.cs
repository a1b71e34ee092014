using Damon.Records.Series;

namespace Damon.Tests.Records.Series;

public sealed class SpoolTests
{
    /// <summary>With so many series each keeps no more than 512 bytes in memory.</summary>
    const int Many = 16_384;

    const int Chunk = 512;

    static SpoolSeries[] Add(Spool spool, int count = Many) => [.. Enumerable.Range(0, count).Select(_ => spool.Add())];

    /// <summary>The bytes of a series: no two chunks are the same.</summary>
    static byte[] Bytes(int series, int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 7) + (i / 251) + (series * 31)))];

    static byte[] ReadAll(SpoolSeries series, int piece)
    {
        List<byte> all = [];
        byte[] buffer = new byte[piece];
        for (int read; (read = series.Read(buffer)) > 0;)
        {
            all.AddRange(buffer[..read]);
        }

        Assert.Equal(0, series.Read(buffer));
        return [.. all];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(Chunk)]
    [InlineData(10_000)]
    public void Bytes_come_back_in_pieces_of_any_size(int piece)
    {
        // One chunk at the beginning of the file; several and a rest; no chunk; nothing; chunks of more than a share.
        int[] lengths = [Chunk, (5 * Chunk) + 100, Chunk - 1, 0, 4 * (Chunk + 1)];
        int[] written = [Chunk, 100, 3, 1, Chunk + 1];
        using Spool spool = new();
        SpoolSeries[] series = Add(spool);
        for (int at = 0; at < lengths.Length * Chunk * 8; at++)
        {
            for (int i = 0; i < lengths.Length; i++)
            {
                int from = at * written[i];
                if (from < lengths[i])
                {
                    series[i].Write(Bytes(i, lengths[i]).AsSpan(from, Math.Min(written[i], lengths[i] - from)));
                }
            }
        }

        Assert.Equal(0, series[0].LastChunk);
        for (int i = 0; i < lengths.Length; i++)
        {
            Assert.Equal(Bytes(i, lengths[i]), ReadAll(series[i], piece));
        }
    }

    [Theory]
    [InlineData(1, 256 * 1024)]
    [InlineData(32, 256 * 1024)]
    [InlineData(64, 128 * 1024)]
    [InlineData(Many, Chunk)]
    [InlineData(2 * Many, Chunk)]
    public void A_series_keeps_its_share_of_the_memory(int nrSeries, int share)
    {
        using Spool spool = new();
        SpoolSeries series = Add(spool, nrSeries)[0];
        byte[] bytes = Bytes(0, share);
        series.Write(bytes.AsSpan(1));
        Assert.Equal((share - 1, -1), (series.InMemory.Length, series.LastChunk));
        series.Write(bytes.AsSpan(0, 1));
        Assert.Equal((0, 0), (series.InMemory.Length, series.LastChunk));
    }

    [Fact]
    public void Nothing_is_read_from_the_file_once_it_is_closed()
    {
        Spool spool = new();
        SpoolSeries[] series = Add(spool);
        series[0].Write(Bytes(0, Chunk));
        series[1].Write(Bytes(1, Chunk - 1));
        spool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => series[0].Read(new byte[Chunk]));
        Assert.Equal(Bytes(1, Chunk - 1), ReadAll(series[1], Chunk));
    }

    [Fact]
    public void A_series_is_a_stream_without_places()
    {
        using Spool spool = new();
        using SpoolSeries series = spool.Add();
        Assert.Equal((true, true, false), (series.CanRead, series.CanWrite, series.CanSeek));
        Assert.Throws<NotSupportedException>(() => series.Length);
        Assert.Throws<NotSupportedException>(() => series.Position);
        Assert.Throws<NotSupportedException>(() => series.Position = 0);
        Assert.Throws<NotSupportedException>(() => series.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => series.SetLength(0));
        series.Write([1, 2, 3, 4], 1, 2);
        series.Flush();
        byte[] read = new byte[4];
        Assert.Equal(2, series.Read(read, 1, 3));
        Assert.Equal([0, 2, 3, 0], read);
    }
}
