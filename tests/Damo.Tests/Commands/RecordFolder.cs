using System.Text;
using Damo.CommandLine;
using Damon.Monitoring;
using Damon.Records.Binary;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Tests.Commands;

/// <summary>A folder with records made for a test, and the command line run on them.</summary>
sealed class RecordFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("damo-test");

    public void Dispose() => _folder.Delete(recursive: true);

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>A file that the Python tool wrote.</summary>
    public static string Genuine(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Data", name);

    public static (int Code, string Output, string Errors) Run(params string[] arguments) => RunOn([], arguments);

    /// <summary>As <see cref="Run"/>, where standard output is a terminal without colours.</summary>
    public static (int Code, string Output, string Errors) RunOnTerminal(int columns, params string[] arguments) => RunOn([], columns, arguments);

    public static (int Code, string Output, string Errors) RunOn(byte[] input, params string[] arguments) => RunOn(input, null, arguments);

    static (int Code, string Output, string Errors) RunOn(byte[] input, int? columns, string[] arguments)
    {
        MemoryStream output = new();
        StringWriter errors = new() { NewLine = "\n" };
        Terminal terminal = new(TextWriter.Null, errors, errorIsTerminal: false)
        {
            OpenOutput = () => new UnclosedStream(output),
            OpenInput = () => new PipeStream(input),
            OutIsTerminal = columns is not null,
            Columns = columns ?? 80,
        };
        int code = Application.Run(arguments, terminal);
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }

    /// <summary>What a target of <see cref="Write"/> maps: the same as all others, but for where the last mapping lies.</summary>
    public static RecordMapping[] Mappings(int id) =>
    [
        new() { Start = 4096, End = 8192, Perms = "r-xp", Name = "/bin/some" },
        new() { Start = 8192, End = 16384, Perms = "rw-p", Name = "[heap]" },
        new() { Start = (ulong)id << 20, End = ((ulong)id << 20) + 4096, Perms = "rw-p", Name = "[stack]" },
    ];

    /// <summary>Snapshots of 100 ms, each of 4 regions in [4096, 20480); the second is accessed as often as its number modulo 20 says.</summary>
    public string Write(string name, int snapshots, bool sidecar = false, params int[] ids)
    {
        using BinaryRecordWriter writer = new(File.Create(Path(name)));
        using SidecarWriter? facts = !sidecar ? null : new(File.Create(Path(name + ".meta.json")), new RecordHeader
        {
            HostName = "somewhere",
            KernelRelease = "6.12.0",
            Tool = "damo",
            ToolVersion = "1.0",
            CommandLine = ["damo", "record", "./a b"],
            Request = new RecordRequest { Command = "./a b" },
            Backend = "engine",
            AddressSpace = "vaddr",
            AccessCheck = new RecordAccessCheck { Name = "page-table", Granularity = "page" },
            Intervals = new RecordIntervals { SampleUs = 5000, AggrUs = 100_000, UpdateUs = 1_000_000 },
            MinRegions = 10,
            MaxRegions = 1000,
        });
        foreach (int id in ids)
        {
            facts?.WriteTarget(new RecordTarget { Id = id, Comm = "some", FromNs = 0 });
            facts?.WriteMappings(id, id, Mappings(id));
        }

        Snapshot snapshot = new();
        for (int i = 1; i <= snapshots; i++)
        {
            snapshot.Reset(i * 100_000_000L);
            foreach (int id in ids.Length == 0 ? [42] : ids)
            {
                snapshot.AddTarget(id);
                for (int r = 0; r < 4; r++)
                {
                    snapshot.AddRegion(new SnapshotRegion((ulong)(r + 1) * 4096, (ulong)(r + 2) * 4096, r == 1 ? (uint)(i % 20) : 0, i + 10));
                }
            }

            writer.Write(snapshot);
            facts?.WriteAges(i - 1, snapshot);
        }

        facts?.WriteEnd(new RecordSummary
        {
            Snapshots = snapshots,
            EffectiveIntervals = new RecordIntervals { SampleUs = 5001, AggrUs = 100_020, UpdateUs = 1_000_200 },
            Overhead = new RecordOverhead
            {
                OwnCpuPercent = 0.5,
                CheckTimePercent = 0.25,
                ChecksPerSecond = 8000,
                Samples = 600,
                MissedTicks = 2,
                LateP99Us = 90,
                StretchFactor = 1,
            },
            EndReason = "targets gone",
        });
        return Path(name);
    }
}
