using Damo.Tests;
using Damon.Monitoring;
using Damon.Records.Binary;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.BrowserTests;

/// <summary>A record with a sidecar whose texts are hostile, and the pages made of it.</summary>
sealed class PageFolder : IDisposable
{
    public const string Command = "./x </script><script>window.hostile=1</script> \"<img src=x onerror=window.hostile=2>' &amp; {{title}}";
    public const string Mapping = "/lib/<b onclick=window.hostile=3>\u202e&lt;'\".so";
    public const int Snapshots = 60;
    public const int Regions = 64;
    public const ulong Heap = 0x5555_0000_0000;
    public const ulong Map = 0x7f00_0000_0000;
    public const ulong RegionBytes = 64 * 4096;

    readonly string _folder = Directory.CreateTempSubdirectory("damo-page-").FullName;

    /// <param name="intervalNs">Length of a snapshot.</param>
    public PageFolder(long intervalNs = 100_000_000)
    {
        Record = Path.Combine(_folder, "damon.data");
        using BinaryRecordWriter writer = new(File.Create(Record));
        using SidecarWriter sidecar = new(File.Create(Record + SidecarFormat.Suffix), new RecordHeader
        {
            HostName = "host<i>",
            Request = new RecordRequest { Command = Command },
            Intervals = new RecordIntervals { SampleUs = 5000, AggrUs = 100_000, UpdateUs = 1_000_000 },
        });
        sidecar.WriteMappings(0, 42, [
            new RecordMapping { Start = Heap, End = Heap + (Regions / 2 * RegionBytes), Name = "[heap]" },
            new RecordMapping { Start = Map, End = Map + (Regions / 2 * RegionBytes), Name = Mapping },
        ]);
        Snapshot snapshot = new();
        for (int i = 0; i < Snapshots; i++)
        {
            snapshot.Reset((i + 1) * intervalNs);
            snapshot.AddTarget(42);
            for (int r = 0; r < Regions; r++)
            {
                ulong start = (r < Regions / 2 ? Heap : Map) + ((ulong)(r % (Regions / 2)) * RegionBytes);
                snapshot.AddRegion(new SnapshotRegion(start, start + RegionBytes, Accesses(i, r), Age(i, r)));
            }

            writer.Write(snapshot);
            sidecar.WriteAges(i, snapshot);
        }

        sidecar.WriteEnd(new RecordSummary
        {
            EffectiveIntervals = new RecordIntervals { SampleUs = 5000, AggrUs = 100_000 },
            Overhead = new RecordOverhead { OwnCpuPercent = 1.5 },
        });
    }

    public string Record { get; }

    public static uint Accesses(int snapshot, int region) => (uint)(((snapshot * 7) + (region * 3)) % 21);

    public static int Age(int snapshot, int region) => (snapshot + region) % 50;

    /// <summary>Makes a page.</summary>
    public string Page(params string[] options)
    {
        string path = Path.Combine(_folder, "page.html");
        TestTerminal run = TestTerminal.Run(["report", "html", "-i", Record, "-o", path, .. options]);
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Errors));
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
