using System.Diagnostics;
using System.Globalization;
using System.Text;
using Damon.Linux.Fuse;
using Damon.Linux.Native;

namespace Damon.Bench;

/// <summary>What it costs a file system server, and its clients, that small files are read and written.</summary>
static class DebugfsBench
{
    const string FileName = "attrs";
    const string Text = "5000 100000 1000000 10 1000\n";

    public static int Run(string[] args)
    {
        int rounds = new Options(args).Number("rounds", 10_000);
        string directory = Directory.CreateTempSubdirectory("damon-bench-").FullName;
        ProcessStartInfo start = new(Environment.ProcessPath!, ["debugfs-server", directory]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process server = Process.Start(start)!;
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
        string path = Path.Combine(directory, FileName);
        Measure("first reads", server, rounds / 10, () => Read(path));
        Measure("open, read to the end, close", server, rounds, () => Read(path));
        Measure("open, write, close", server, rounds, () => Write(path));
        Measure("stat", server, rounds, () => File.GetUnixFileMode(path));
        server.StandardInput.Close();
        server.WaitForExit();
        Directory.Delete(directory);
        return 0;
    }

    /// <summary>The server, in a process of its own: its time is what is measured.</summary>
    public static int Serve(string[] args)
    {
        using FuseServer server = FuseServer.Mount(args[0], new Root(), new FuseMountOptions());
        server.Start();
        Console.Out.WriteLine("ready");
        while (Console.In.Read() >= 0)
        {
        }

        return 0;
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
