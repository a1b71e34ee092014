using System.CommandLine;
using System.Runtime.InteropServices;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Binary;
using Damon.Records.Streams;
using Damon.Reports.Raw;

namespace Damon.Bench;

/// <summary>CPU time of reading, reporting and writing a record in every format, beside a plain loop over the same bytes.</summary>
static class ReadersBench
{
    public static Command Create() =>
        Benchmark.OfRecord("readers", "What does it cost to read, print and write records, beside a loop over their bytes? (40 s)", Run);

    static void Run(ParseResult parsed, int rounds)
    {
        using SeededRecord record = SeededRecord.Of(parsed);
        string path = record.Write();
        byte[] bytes = File.ReadAllBytes(path);
        long text = RawLength(path);
        Work.BeginTable(record.Name, rounds, "the loop above it");
        Work.Measure(
            rounds,
            new Work($"plain loop over the bytes of Binary, {bytes.Length / 1e6:0.0} MB", () => PlainLoop(bytes), bytes.Length),
            new Work("read(2) of the file alone", () => ReadOnly(path), bytes.Length),
            new Work("read the record", () => ReadRecord(path), bytes.Length),
            new Work($"report raw, {text / 1e6:0.0} MB of text to nowhere", () => Raw(path, Stream.Null), text),
            new Work("report raw to /dev/null by write(2)", () => RawToDevice(path), text),
            new Work("write the record to nowhere", () => Copy(path), bytes.Length));
        foreach (RecordFormat format in (RecordFormat[])[RecordFormat.PerfScript, RecordFormat.Json, RecordFormat.JsonCompressed])
        {
            string other = record.Write(format);
            long length = new FileInfo(other).Length;
            Work.Measure(
                rounds,
                new Work($"plain loop over the bytes of {format}, {length / 1e6:0.0} MB", () => PlainFileLoop(other), length),
                new Work($"read {format}", () => ReadRecord(other), length),
                new Work($"read and write {format}, to nowhere", () => Convert(other, format), length));
        }
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
        RawReport report = new(output);
        Snapshot snapshot = new();
        long count = 0;
        while (reader.Read(snapshot))
        {
            report.Add(snapshot);
            count++;
        }

        report.Flush();
        return count;
    }

    static long RawToDevice(string path)
    {
        using FileStream output = new("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        return Raw(path, output);
    }

    static long Copy(string path)
    {
        using IRecordReader reader = RecordReaders.Open(Open(path));
        using BinaryRecordWriter writer = new(Stream.Null);
        Snapshot snapshot = new();
        long count = 0;
        while (reader.Read(snapshot))
        {
            writer.Write(snapshot);
            count++;
        }

        return count;
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
}
