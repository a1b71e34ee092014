using System.Diagnostics;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Binary;
using Damon.Records.Streams;
using Damon.Reports.Raw;
using Damon.Tests.Shared;

namespace Damon.Tests.Records;

public sealed class BinaryRecordFuzzTests
{
    static byte[] Seed(Random random, int version)
    {
        MemoryStream stream = new();
        using BinaryRecordWriter writer = new(stream, version);
        Snapshot snapshot = new();
        for (int i = 0; i < 20; i++)
        {
            snapshot.Reset((i + 1) * 100_000_000L);
            for (int t = 0; t < random.Next(1, 4); t++)
            {
                snapshot.AddTarget(random.Next());
                for (int r = 0; r < random.Next(0, 10); r++)
                {
                    snapshot.AddRegion(new SnapshotRegion((ulong)r << 12, (ulong)(r + 1) << 12, (uint)random.Next(20), -1));
                }
            }

            writer.Write(snapshot);
        }

        return stream.ToArray();
    }

    /// <summary>Reads whatever there is. What is checked: no other exception, bounded memory, sane offsets.</summary>
    static void Read(byte[] file)
    {
        // The two buffers of reader and report, and a few times the file for the snapshot's arrays.
        long limit = 400_000 + (file.Length * 10L);
        Assert.InRange(Allocation.Of(() => ReadOnce(file), limit), 0, limit);
    }

    static void ReadOnce(byte[] file)
    {
        try
        {
            using IRecordReader reader = RecordReaders.Open(new MemoryStream(file));
            RawReport report = new(Stream.Null);
            Snapshot snapshot = new();
            while (reader.Read(snapshot))
            {
                report.Add(snapshot);
            }

            if (reader.Damage is { } damage)
            {
                Assert.InRange(damage.Offset, 0, file.Length);
                Assert.InRange(damage.FoundAt, damage.Offset, file.Length);
                Assert.Equal(file.Length - damage.Offset, damage.BytesLeft);
                Assert.DoesNotContain('\n', damage.ToString());
            }
        }
        catch (RecordFormatException refused)
        {
            Assert.DoesNotContain('\n', refused.Message);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Flipped_and_lost_bytes_are_damage_and_never_throw(int version)
    {
        Random random = new(20260401 + version);
        Stopwatch elapsed = Stopwatch.StartNew();
        for (int i = 0; i < 2000; i++)
        {
            List<byte> file = [.. Seed(random, version)];
            for (int change = random.Next(1, 8); change > 0; change--)
            {
                int at = random.Next(file.Count);
                switch (random.Next(5))
                {
                    case 0:
                        file[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 1:
                        file[at] = (byte)random.Next(256);
                        break;
                    case 2:
                        file.RemoveRange(at, Math.Min(random.Next(1, 40), file.Count - at - 1));
                        break;
                    case 3:
                        file.InsertRange(at, new byte[random.Next(1, 40)]);
                        break;
                    default:
                        // An absurd count, wherever it falls.
                        for (int b = at; b < Math.Min(at + 4, file.Count); b++)
                        {
                            file[b] = 0xff;
                        }

                        break;
                }
            }

            Read([.. file]);
        }

        Assert.True(elapsed.Elapsed < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Random_bytes_are_refused_or_damage()
    {
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            byte[] file = new byte[random.Next(0, 3000)];
            random.NextBytes(file);
            Read(file);
            Read([.. new RecordBytes().Header(random.Next(-1, 4)).ToArray(), .. file]);
            Read([.. new RecordBytes().Header(1).Time(1, 0, (uint)random.Next()).ToArray(), .. file]);
            Read([.. new RecordBytes().Time(1, 0, 1).Id(1, (uint)random.Next()).ToArray(), .. file]);
        }
    }

    [Fact]
    public void Random_small_values_are_refused_or_damage()
    {
        // Mostly zeros and ones: counts and times that are plausible more often.
        Random random = new(8);
        for (int i = 0; i < 2000; i++)
        {
            byte[] file = new byte[random.Next(0, 3000)];
            for (int j = random.Next(file.Length + 1); j > 0; j -= 7)
            {
                file[random.Next(file.Length)] = (byte)random.Next(4);
            }

            Read(file);
            Read([.. new RecordBytes().Header(random.Next(0, 3)).ToArray(), .. file]);
        }
    }
}
