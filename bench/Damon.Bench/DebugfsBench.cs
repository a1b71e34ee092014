using System.Diagnostics;
using System.Globalization;
using System.Text;
using Damon.Linux;
using Damon.Linux.Fuse;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Bench;

/// <summary>What it costs a file system server, and its clients, that small files are read and written.</summary>
static class DebugfsBench
{
    const string FileName = "attrs";
    const string Text = "5000 100000 1000000 10 1000\n";

    const ulong MonitoredBytes = 1UL << 30;

    public static int Run(string[] args)
    {
        int rounds = new Options(args).Number("rounds", 10_000);
        int samples = new Options(args).Number("samples", 2000);
        string directory = Directory.CreateTempSubdirectory("damon-bench-").FullName;
        string path = Path.Combine(directory, FileName);
        using (Process server = StartServer(directory, 0))
        {
            if (server.StandardOutput.ReadLine() != "ready")
            {
                Console.Error.WriteLine("bench: the server did not begin; it needs root and /dev/fuse");
                return 1;
            }

            Console.WriteLine("Files of the debugfs interface: one small file, opened, read or written, and closed; one client.");
            Console.WriteLine(Machine.Line());
            Console.WriteLine();
            Console.WriteLine("| what | rounds | server CPU (s) | us per round | of that server CPU |");
            Console.WriteLine("|---|---|---|---|---|");
            Measure("first reads", server, rounds / 10, () => Read(path));
            Measure("open, read to the end, close", server, rounds, () => Read(path));
            Measure("open, write, close", server, rounds, () => Write(path));
            Measure("stat", server, rounds, () => File.GetUnixFileMode(path));
            server.StandardInput.Close();
            server.WaitForExit();
        }

        Console.WriteLine();
        Console.WriteLine($"Lateness of {samples} samples of 5 ms that the engine takes in the process of the server, with and without a client that reads and writes all the time:");
        Console.WriteLine();
        Console.WriteLine("| client | reads and writes | missed ticks | p50 us | p99 us | most us |");
        Console.WriteLine("|---|---|---|---|---|---|");
        for (int turn = 0; turn < 2; turn++)
        {
            Lateness(directory, path, samples, isBusy: false);
            Lateness(directory, path, samples, isBusy: true);
        }

        Directory.Delete(directory);
        return 0;
    }

    /// <summary>The server, in a process of its own: its time is what is measured. With a number of samples the engine runs in it, too.</summary>
    public static int Serve(string[] args)
    {
        using FuseServer server = FuseServer.Mount(args[0], new Root(), new FuseMountOptions());
        server.Start();
        Console.Out.WriteLine("ready");
        int samples = int.Parse(args[1], CultureInfo.InvariantCulture);
        if (samples > 0)
        {
            Console.Out.WriteLine(Monitor(samples));
        }

        while (Console.In.Read() >= 0)
        {
        }

        return 0;
    }

    static string Monitor(int samples)
    {
        using LinuxClock clock = new();
        MonitoringContext context = new(new PickingOperations(MonitoredBytes, MonitoredBytes, churn: true), seed: 1);
        context.AddTarget(new Target(1));
        context.Observers.Add(new EndAfter(samples));
        Kdamond kdamond = new(context, clock);
        _ = kdamond.Run();
        KdamondStatistics statistics = kdamond.Statistics;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{statistics.NrMissedTicks} | {statistics.Lateness.Percentile(0.5) / 1000} | {statistics.Lateness.Percentile(0.99) / 1000} | {statistics.Lateness.MaxNs / 1000}");
    }

    static Process StartServer(string directory, int samples)
    {
        string[] arguments = ["debugfs-server", directory, samples.ToString(CultureInfo.InvariantCulture)];
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    static void Lateness(string directory, string path, int samples, bool isBusy)
    {
        using Process server = StartServer(directory, samples);
        _ = server.StandardOutput.ReadLine();
        Task<string?> result = server.StandardOutput.ReadLineAsync();
        long calls = 0;
        while (isBusy && !result.IsCompleted)
        {
            Read(path);
            Write(path);
            calls += 2;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {(isBusy ? "busy" : "none")} | {calls} | {result.GetAwaiter().GetResult()} |"));
        server.StandardInput.Close();
        server.WaitForExit();
    }

    static void Measure(string what, Process server, int rounds, Action round)
    {
        TimeSpan before = Cpu(server);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < rounds; i++)
        {
            round();
        }

        double us = Stopwatch.GetElapsedTime(start).TotalMicroseconds / rounds;
        TimeSpan cpu = Cpu(server) - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {rounds} | {cpu.TotalSeconds:0.00} | {us:0} | {cpu.TotalMicroseconds / rounds:0} |"));
    }

    static TimeSpan Cpu(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    static unsafe void Read(string path)
    {
        byte* buffer = stackalloc byte[4096];
        int fd = LibC.open(path, LibC.O_RDONLY);
        long total = 0;
        while (LibC.read(fd, buffer, 4096) is var length and > 0)
        {
            total += length;
        }

        if (LibC.close(fd) != 0 || total != Text.Length)
        {
            throw new InvalidOperationException($"{total} bytes were read instead of {Text.Length}.");
        }
    }

    static unsafe void Write(string path)
    {
        ReadOnlySpan<byte> text = "1 2 3 4 5\n"u8;
        int fd = LibC.open(path, LibC.O_WRONLY | LibC.O_TRUNC);
        fixed (byte* p = text)
        {
            if (LibC.write(fd, p, (nuint)text.Length) != text.Length || LibC.close(fd) != 0)
            {
                throw new InvalidOperationException("The file could not be written.");
            }
        }
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
