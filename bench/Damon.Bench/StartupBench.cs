using System.Diagnostics;
using System.Globalization;

namespace Damon.Bench;

/// <summary>
/// What the start of the built tool costs, beside programs that do nothing, one after the other in each round. Options: <c>--tool</c> (<c>artifacts/damo/damo</c>),
/// <c>--rounds</c>.
/// </summary>
static class StartupBench
{
    public static int Run(string[] args)
    {
        Options options = new(args);
        string tool = Path.GetFullPath(options.Text("tool") ?? "artifacts/damo/damo");
        int rounds = Math.Max(5, options.Number("rounds", 15));
        if (!File.Exists(tool))
        {
            Console.Error.WriteLine($"there is no {tool}; build it with ./damo --version");
            return 1;
        }

        string record = Path.Combine(Path.GetTempPath(), $"damon-bench-{Environment.ProcessId}.data");
        try
        {
            ReadersBench.Generate(record, 10, 30);
            List<(string Name, string[] Line)> calls =
            [
                ("true", ["/bin/true"]),
                ("damo --version", [tool, "--version"]),
                ("damo --help", [tool, "--help"]),
                ("damo report wss, 30 snapshots", [tool, "report", "wss", "-i", record]),
                ("damo report raw, 30 snapshots", [tool, "report", "raw", "-i", record]),
            ];
            if (File.Exists("/usr/bin/python3"))
            {
                calls.Add(("python3 -c pass", ["/usr/bin/python3", "-c", "pass"]));
            }

            double[][] cpu = [.. calls.Select(_ => new double[rounds])];
            double[][] elapsed = [.. calls.Select(_ => new double[rounds])];
            for (int round = -1; round < rounds; round++)
            {
                for (int i = 0; i < calls.Count; i++)
                {
                    (double used, double took) = Start(calls[i].Line);
                    if (round >= 0)
                    {
                        (cpu[i][round], elapsed[i][round]) = (used, took);
                    }
                }
            }

            Console.WriteLine(Machine.Line());
            Console.WriteLine();
            Console.WriteLine($"| call, {rounds} rounds | CPU ms, median | best | elapsed ms, median | best | CPU, as `true` |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (double[] row in (double[][])[.. cpu, .. elapsed])
            {
                Array.Sort(row);
            }

            for (int i = 0; i < calls.Count; i++)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {calls[i].Name} | {cpu[i][rounds / 2]:F1} | {cpu[i][0]:F1} | {elapsed[i][rounds / 2]:F1} | {elapsed[i][0]:F1} | {cpu[i][rounds / 2] / cpu[0][rounds / 2]:F1} |"));
            }

            return 0;
        }
        finally
        {
            File.Delete(record);
        }
    }

    /// <summary>By a shell that becomes the program, so that all start alike and write to nowhere.</summary>
    static (double Cpu, double Elapsed) Start(string[] line)
    {
        double before = ChildCost.Ms();
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" > /dev/null", "sh", .. line]))!;
        process.WaitForExit();
        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return process.ExitCode == 0 ? (ChildCost.Ms() - before, elapsed) : throw new InvalidOperationException($"{string.Join(' ', line)}: exit code {process.ExitCode}");
    }
}
