using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Monitoring;
using Damon.Records;
using Damon.Reports.Raw;

namespace Damon.Bench;

/// <summary>
/// CPU time of reading, reporting and writing the record <c>m</c> of 1000 regions x 600 snapshots in every format, beside a plain loop over
/// the same bytes in the same run. Arguments: regions, snapshots, rounds.
/// </summary>
static class ReadersBench
{
    public static int Run(string[] args)
    {
        int regions = Argument(args, 0, 1000);
        int snapshots = Argument(args, 1, 600);
        int rounds = Argument(args, 2, 7);
        string path = Path.Combine(Path.GetTempPath(), $"damon-bench-{Environment.ProcessId}.data");
        try
        {
            Generate(path, regions, snapshots);
            byte[] bytes = File.ReadAllBytes(path);
            Console.WriteLine($"{regions} regions x {snapshots} snapshots, {bytes.Length / 1e6:F1} MB; best of {rounds} and first, CPU ms");
            Measure("plain loop over the bytes", bytes.Length, rounds, () => PlainLoop(bytes));
            Measure("read(2) of the file alone", bytes.Length, rounds, () => ReadOnly(path));
            Measure("read the record", bytes.Length, rounds, () => ReadRecord(path));
            long text = RawLength(path);
            Measure($"report raw, {text / 1e6:F1} MB of text to nowhere", text, rounds, () => Raw(path, Stream.Null));
            Measure("report raw to /dev/null by write(2)", text, rounds, () =>
            {
                using FileStream output = new("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
                return Raw(path, output);
            });
            Measure("write the record to nowhere", bytes.Length, rounds, () => Copy(path));
            foreach (RecordFormat format in (RecordFormat[])[RecordFormat.PerfScript, RecordFormat.Json, RecordFormat.JsonCompressed])
            {
                string other = $"{path}.{format}";
                Generate(other, regions, snapshots, format);
                long length = new FileInfo(other).Length;
                string name = string.Create(CultureInfo.InvariantCulture, $"{format}, {length / 1e6:F1} MB");
                Measure($"plain loop over the bytes of {name}", length, rounds, () => PlainFileLoop(other));
                Measure($"read {name}", length, rounds, () => ReadRecord(other));
                Measure($"write {format} to nowhere", length, rounds, () => Convert(other, format));
            }

            return 0;
        }
        finally
        {
            foreach (string file in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*"))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Writes the record to a file. Arguments: path, regions, snapshots.</summary>
    public static int GenerateFile(string[] args)
    {
        if (args.Length < 1)
        {
            Console.Error.WriteLine("usage: bench generate PATH [REGIONS [SNAPSHOTS]]");
            return 2;
        }

        Generate(args[0], Argument(args, 1, 1000), Argument(args, 2, 600));
        return 0;
    }

    /// <summary>A seeded record: three areas of a process, sizes and counts like those of a real one.</summary>
    public static void Generate(string path, int regions, int snapshots, RecordFormat format = RecordFormat.Binary)
    {
        Random random = new(42);
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, 0);
        using IRecordWriter writer = RecordWriters.Create(format, file);
        Snapshot snapshot = new();
        for (int i = 0; i < snapshots; i++)
        {
            snapshot.Reset(1_000_000_000_000 + (i * 100_000_000L) + random.Next(100_000));
            snapshot.AddTarget(4242);
            ulong at = 0x5600_0000_0000;
            for (int r = 0; r < regions; r++)
            {
                if (r == regions / 3)
                {
                    at = 0x7f00_0000_0000;
                }
                else if (r == regions * 9 / 10)
                {
                    at = 0x7ffc_0000_0000;
                }

                ulong size = 4096UL * (ulong)random.Next(1, 1 << random.Next(1, 14));
                snapshot.AddRegion(new SnapshotRegion(at, at + size, random.Next(4) == 0 ? (uint)random.Next(21) : 0, r));
                at += size;
            }

            writer.Write(snapshot);
        }

        writer.Complete();
    }

    static long PlainLoop(byte[] bytes)
    {
        ulong sum = 0;
        foreach (ulong value in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            sum += value;
        }

        return (long)sum;
    }

    static long ReadOnly(string path)
    {
        using FileStream file = Open(path);
        byte[] buffer = new byte[256 * 1024];
        long sum = 0;
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            sum += read;
        }

        return sum;
    }

    static long ReadRecord(string path)
    {
        using IRecordReader reader = RecordReaders.Open(Open(path));
        Snapshot snapshot = new();
        long sum = 0;
        while (reader.Read(snapshot))
        {
            sum += snapshot.NrRegions;
        }

        return sum;
    }

    static long RawLength(string path)
    {
        using MemoryStream text = new();
        Raw(path, text);
        return text.Length;
    }

    static long Raw(string path, Stream output)
    {
        using IRecordReader reader = RecordReaders.Open(Open(path));
        return RawReport.Write(reader, output);
    }

    static long Copy(string path)
    {
        using IRecordReader reader = RecordReaders.Open(Open(path));
        using BinaryRecordWriter writer = new(Stream.Null);
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            writer.Write(snapshot);
        }

        return writer.WholeLength;
    }

    static long Convert(string path, RecordFormat format)
    {
        using IRecordReader reader = RecordReaders.Open(Open(path));
        using IRecordWriter writer = RecordWriters.Create(format, Stream.Null);
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            writer.Write(snapshot, reader.Series);
        }

        writer.Complete();
        return writer.Snapshots;
    }

    static long PlainFileLoop(string path)
    {
        using FileStream file = Open(path);
        byte[] buffer = new byte[256 * 1024];
        ulong sum = 0;
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            foreach (ulong value in MemoryMarshal.Cast<byte, ulong>(buffer.AsSpan(0, read)))
            {
                sum += value;
            }
        }

        return (long)sum;
    }

    static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);

    static void Measure(string what, long bytes, int rounds, Func<long> work)
    {
        double first = 0;
        double best = double.MaxValue;
        long result = 0;
        for (int i = 0; i < rounds; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            result ^= work();
            double ms = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
            first = i == 0 ? ms : first;
            best = Math.Min(best, ms);
        }

        GC.KeepAlive(result);
        Console.WriteLine($"{what,-52} {best,8:F2} {first,8:F2} {bytes / Math.Max(best, 0.001) / 1e6,8:F2} GB/s");
    }

    static int Argument(string[] args, int index, int otherwise) => index < args.Length ? int.Parse(args[index]) : otherwise;
}
