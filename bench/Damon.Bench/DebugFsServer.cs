using System.CommandLine;
using System.Text;
using Damon.Linux.Engine;
using Damon.Linux.Fuse;
using Damon.Monitoring;

namespace Damon.Bench;

/// <summary>The server that <see cref="DebugFsBench"/> measures, in a process of its own: its time is what is measured.</summary>
static class DebugFsServer
{
    /// <summary>The name of its command.</summary>
    public const string CommandName = "debugfs-server";

    /// <summary>What it says when the files are there.</summary>
    public const string Ready = "ready";

    /// <summary>Its one file.</summary>
    public const string FileName = "attrs";

    /// <summary>What is in there.</summary>
    public const string Text = "5000 100000 1000000 10 1000\n";

    const ulong MonitoredBytes = 1UL << 30;

    /// <summary>The hidden command: it serves until its input ends; with a number of samples the engine runs in it, too.</summary>
    public static Command CreateCommand()
    {
        Argument<string> directory = new("directory");
        Argument<int> samples = new("samples");
        Command command = new(CommandName, "Serve files") { directory, samples };
        command.Hidden = true;
        command.SetAction(parsed => Serve(parsed.GetValue(directory)!, parsed.GetValue(samples)));
        return command;
    }

    static void Serve(string directory, int samples)
    {
        using FuseServer server = FuseServer.Mount(directory, new Root(), new FuseMountOptions());
        server.Start();
        Console.Out.WriteLine(Ready);
        if (samples > 0)
        {
            Console.Out.WriteLine(Monitor(samples));
        }

        while (Console.In.Read() >= 0)
        {
        }
    }

    /// <summary>Missed ticks, and the lateness: p50, p99 and the most.</summary>
    static string Monitor(int samples)
    {
        using LinuxClock clock = new();
        MonitoringContext context = new(new PickingOperations(MonitoredBytes, MonitoredBytes, churn: true), seed: 1);
        context.AddTarget(new Target(1));
        context.Observers.Add(new EndAfter(samples));
        Kdamond kdamond = new(context, clock);
        _ = kdamond.Run();
        KdamondStatistics statistics = kdamond.Statistics;
        LatenessHistogram lateness = statistics.Lateness;
        return $"{statistics.NrMissedTicks} {lateness.Percentile(0.5) / 1000} {lateness.Percentile(0.99) / 1000} {lateness.MaxNs / 1000}";
    }

    sealed class Root : FuseDirectory
    {
        readonly Attributes _attributes = new();

        public override ulong Id => 1;

        public override uint Permissions => 0x1c0;

        public override IReadOnlyList<FuseEntry> Entries() => [new FuseEntry(FileName, _attributes)];

        public override FuseNode? Find(string name) => name == FileName ? _attributes : null;
    }

    sealed class Attributes : FuseFile
    {
        readonly byte[] _text = Encoding.ASCII.GetBytes(Text);

        public override ulong Id => 2;

        public override uint Permissions => 0x180;

        public override byte[] Read(in FuseCaller caller, CancellationToken cancellation) => _text;

        public override void Write(ReadOnlySpan<byte> data, in FuseCaller caller, CancellationToken cancellation)
        {
        }
    }
}
