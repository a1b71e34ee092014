using System.CommandLine;
using Damo.CommandLine;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;

namespace Damon.Bench;

/// <summary>
/// Records of a seeded generator, in files that go with this object: three areas of a process, sizes and counts like those of a real one.
/// Its options are those of every benchmark of records.
/// </summary>
/// <param name="regions">In each snapshot.</param>
/// <param name="snapshots">In the record.</param>
sealed class SeededRecord(int regions, int snapshots) : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("damon-bench-");

    /// <summary>Regions of each snapshot.</summary>
    public static Option<int> Regions { get; } = CountOption.Create("--regions", 1000, "Regions in each snapshot", least: 10, most: 100_000);

    /// <summary>Snapshots of a record.</summary>
    public static Option<int> Snapshots { get; } = CountOption.Create("--snapshots", 600, "Snapshots in the record");

    /// <summary>What it is, in words.</summary>
    public string Name => $"{regions} regions x {snapshots} snapshots";

    /// <summary>The record that the options ask for.</summary>
    public static SeededRecord Of(ParseResult parsed) => new(parsed.GetValue(Regions), parsed.GetValue(Snapshots));

    /// <summary>Writes it in a format and returns the path.</summary>
    public string Write(RecordFormat format = RecordFormat.Binary)
    {
        string path = Path.Combine(_folder.FullName, format.ToString());
        Write(path, format);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary><c>bench generate</c>: the record in a file that stays.</summary>
    public static Command CreateCommand()
    {
        Argument<string> path = new("path") { Description = "The file to write; its name tells the format, as for damo convert" };
        Command command = new("generate", "Write the record that readers and reports measure to a file (seconds)") { path, Regions, Snapshots };
        command.SetAction(parsed =>
        {
            string file = parsed.GetValue(path)!;
            using SeededRecord record = Of(parsed);
            record.Write(file, FileEndings.RecordFormatOf(file, null) ?? RecordFormat.Binary);
        });
        return command;
    }

    void Write(string path, RecordFormat format)
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
}
