using System.Text.Json;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;

namespace Damo.SystemTests;

/// <summary>A record and its sidecar, read whole.</summary>
sealed class WholeRecord
{
    WholeRecord(IReadOnlyList<Snapshot> snapshots, string? damage, IReadOnlyList<JsonElement> sidecar)
    {
        Snapshots = snapshots;
        Damage = damage;
        Sidecar = sidecar;
    }

    public IReadOnlyList<Snapshot> Snapshots { get; }

    public string? Damage { get; }

    /// <summary>The lines of the sidecar.</summary>
    public IReadOnlyList<JsonElement> Sidecar { get; }

    /// <summary>The first line of the sidecar.</summary>
    public JsonElement Header => Sidecar[0];

    public static WholeRecord Read(string path)
    {
        using IRecordReader reader = RecordReaders.Open(File.OpenRead(path));
        List<Snapshot> snapshots = [];
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            snapshots.Add(snapshot.Clone());
        }

        List<JsonElement> lines = [.. File.ReadLines(path + ".meta.json").Where(l => l.EndsWith('}')).Select(l => JsonDocument.Parse(l).RootElement)];
        return new WholeRecord(snapshots, reader.Damage?.ToString(), lines);
    }

    /// <summary>The entries of the sidecar of one name.</summary>
    public IReadOnlyList<JsonElement> Entries(string name) => [.. Sidecar.Where(l => l.TryGetProperty(name, out _)).Select(l => l.GetProperty(name))];

    /// <summary>Mean number of accesses of a range in percent of the largest possible, over all snapshots that hold it but the first.</summary>
    public double Heat(AddressRange range, int largest)
    {
        double sum = 0;
        double size = 0;
        foreach (Snapshot snapshot in Snapshots.Skip(1).Where(s => s.NrTargets > 0))
        {
            foreach (ref readonly SnapshotRegion region in snapshot[0].Regions)
            {
                ulong start = Math.Max(region.Start, range.Start);
                ulong end = Math.Min(region.End, range.End);
                if (start < end)
                {
                    size += end - start;
                    sum += (double)(end - start) * region.NrAccesses / largest;
                }
            }
        }

        return size == 0 ? 0 : 100 * sum / size;
    }
}
