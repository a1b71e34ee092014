using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Damo.CommandLine;
using Damon.Linux.Native;

namespace Damon.Bench;

/// <summary>
/// What it costs a file system server, and its clients, that small files are read and written, beside a file in memory; and whether the engine in the
/// same process comes late by it.
/// </summary>
static class DebugFsBench
{
    static readonly byte[] s_text = Encoding.ASCII.GetBytes(DebugFsServer.Text);

    static readonly Option<int> s_rounds = CountOption.Rounds(5);
    static readonly Option<int> s_calls = CountOption.Create("--calls", 5000, "Calls of each kind in each round", least: 10);
    static readonly Option<int> s_samples = CountOption.Create("--samples", 1000, "Samples of 5 ms that the engine takes in each round", least: 10);

    public static Command Create() =>
        Benchmark.Create(
            "debugfs",
            "What do reads and writes of the debugfs files cost, and do they delay samples? (1 min)",
            Run,
            s_rounds,
            s_calls,
            s_samples);

    static void Run(ParseResult parsed)
    {
        int rounds = parsed.GetValue(s_rounds);
        int calls = parsed.GetValue(s_calls);
        int samples = parsed.GetValue(s_samples);
        string served = Directory.CreateTempSubdirectory("damon-bench-").FullName;

        // In memory: a disk's file system may wait for the disk when a file that was cut is closed.
        string plain = $"/dev/shm/damon-bench-{Environment.ProcessId}";
        try
        {
            File.WriteAllText(plain, DebugFsServer.Text);
            Console.WriteLine(
                $"One small file, opened, read or written, and closed by one client: {rounds} rounds of {calls} calls of each kind, in turn. Per call, "
                    + "medians (least..most).");
            Console.WriteLine();
            Cost(served, plain, rounds, calls);
            Console.WriteLine();
            Console.WriteLine(
                "Lateness of samples of 5 ms that the engine takes in the process of the server, without and with a client that reads and writes all the "
                    + $"time, in turn: {rounds} rounds of {samples} samples.");
            Console.WriteLine();
            Lateness(served, rounds, samples);
        }
        finally
        {
            File.Delete(plain);
            Directory.Delete(served);
        }
    }

    static void Cost(string directory, string plain, int rounds, int calls)
    {
        using Process server = StartServer(directory, 0);
        string path = Path.Combine(directory, DebugFsServer.FileName);
        (string Name, Action<string> Do)[] kinds =
        [
            ("open, read to the end, close", Read),
            ("open, write, close", Write),
            ("stat", static file => File.GetUnixFileMode(file)),
        ];
        List<Func<DebugFsCost>> works = [];
        foreach ((_, Action<string> call) in kinds)
        {
            works.Add(() => Measure(server, calls, () => call(path)));
            works.Add(() => Measure(server, calls, () => call(plain)));
        }

        DebugFsCost[][] results = Rounds.InTurn(rounds, 1, works);
        Table.Begin("what", "server CPU us", "client CPU us", "both, as a file in memory", "elapsed us", "as a file in memory");
        for (int i = 0; i < kinds.Length; i++)
        {
            DebugFsCost[] mine = results[2 * i];
            DebugFsCost[] reference = results[(2 * i) + 1];
            Rounds elapsed = new(mine.Select(static c => c.ElapsedUs));
            Table.Row(
                kinds[i].Name,
                new Rounds(mine.Select(static c => c.ServerUs)).Text("0.0"),
                new Rounds(mine.Select(static c => c.ClientUs)).Text("0.0"),
                new Rounds(mine.Select(static c => c.ServerUs + c.ClientUs)).Per(new Rounds(reference.Select(static c => c.ClientUs))).RatioText(),
                elapsed.Text("0.0"),
                elapsed.Per(new Rounds(reference.Select(static c => c.ElapsedUs))).RatioText());
        }

        End(server);
    }

    static DebugFsCost Measure(Process server, int calls, Action call)
    {
        TimeSpan serverBefore = Cpu(server);
        long clientBefore = ThreadCpu.Ns;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            call();
        }

        double elapsed = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        double client = (ThreadCpu.Ns - clientBefore) / 1e3;
        return new DebugFsCost((Cpu(server) - serverBefore).TotalMicroseconds / calls, client / calls, elapsed / calls);
    }

    static void Lateness(string directory, int rounds, int samples)
    {
        double[][][] results = Rounds.InTurn(
            rounds,
            0,
            () => LatenessOnce(directory, samples, isBusy: false),
            () => LatenessOnce(directory, samples, isBusy: true));
        Table.Begin("client", "reads and writes", "missed ticks", "p50 us", "as without", "p99 us", "as without", "most us");
        Rounds Column(int client, int column) => new(results[client].Select(values => values[column]));
        for (int client = 0; client < results.Length; client++)
        {
            Table.Row(
                client == 0 ? "none" : "busy",
                Column(client, 0).Text("0"),
                Column(client, 1).Text("0"),
                Column(client, 2).Text("0"),
                Column(client, 2).Per(Column(0, 2)).RatioText(),
                Column(client, 3).Text("0"),
                Column(client, 3).Per(Column(0, 3)).RatioText(),
                Column(client, 4).Text("0"));
        }
    }

    /// <summary>Reads and writes, and what the server says.</summary>
    static double[] LatenessOnce(string directory, int samples, bool isBusy)
    {
        using Process server = StartServer(directory, samples);
        string path = Path.Combine(directory, DebugFsServer.FileName);
        Task<string?> result = server.StandardOutput.ReadLineAsync();
        double calls = 0;
        while (isBusy && !result.IsCompleted)
        {
            Read(path);
            Write(path);
            calls += 2;
        }

        string said = result.GetAwaiter().GetResult() ?? throw new InvalidOperationException("The server ended before its samples were taken.");
        End(server);
        return [calls, .. said.Split(' ').Select(double.Parse)];
    }

    static Process StartServer(string directory, int samples)
    {
        string[] arguments = [DebugFsServer.CommandName, directory, $"{samples}"];
        ProcessStartInfo start = new(
            Environment.ProcessPath!,
            arguments)
        { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process server = Process.Start(start)!;
        return server.StandardOutput.ReadLine() == DebugFsServer.Ready
            ? server
            : throw new UserErrorException($"the server did not begin, it needs root and /dev/fuse ({server.StandardError.ReadToEnd().Trim()})");
    }

    static void End(Process server)
    {
        server.StandardInput.Close();
        server.WaitForExit();
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

        if (LibC.close(fd) != 0 || total != DebugFsServer.Text.Length)
        {
            throw new InvalidOperationException($"{total} bytes were read instead of {DebugFsServer.Text.Length}.");
        }
    }

    static unsafe void Write(string path)
    {
        int fd = LibC.open(path, LibC.O_WRONLY | LibC.O_TRUNC);
        fixed (byte* p = s_text)
        {
            if (LibC.write(fd, p, (nuint)s_text.Length) != s_text.Length || LibC.close(fd) != 0)
            {
                throw new InvalidOperationException("The file could not be written.");
            }
        }
    }
}
