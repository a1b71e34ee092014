using System.Diagnostics;
using System.Globalization;
using Damon.Records;

namespace Damon.Bench;

/// <summary>
/// The built tool as a user calls it: CPU time of whole processes, start-up included, beside a fixed calibration loop in the same run, and the most memory
/// that one of them had. Arguments: the tool (<c>artifacts/damo/damo</c>), rounds, megabytes of the large record.
/// </summary>
static class ToolBench
{
    public static int Run(string[] args)
    {
        string tool = Path.GetFullPath(args.Length > 0 ? args[0] : "artifacts/damo/damo");
        int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9;
        int megabytes = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1000;
        if (!File.Exists(tool))
        {
            Console.Error.WriteLine($"there is no {tool}; build it with ./damo --version");
            return 1;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("damon-bench-");
        try
        {
            Console.WriteLine(Machine.Line());
            Console.WriteLine();
            Console.WriteLine("| call | CPU ms, best | median | peak memory MiB |");
            Console.WriteLine("|---|---|---|---|");
            Calibrate(rounds);
            Measure("damo --help", tool, rounds, "--help");
            Reports("1000 x 600, binary", tool, rounds, Record(folder, "m", 1000, 600, RecordFormat.Binary));
            Reports("10,000 x 60, binary", tool, rounds, Record(folder, "wide", 10_000, 60, RecordFormat.Binary));
            Reports("1000 x 600, perf script text", tool, rounds, Record(folder, "text", 1000, 600, RecordFormat.PerfScript));
            Reports("1000 x 600, zlib JSON", tool, rounds, Record(folder, "json", 1000, 600, RecordFormat.JsonCompressed));
            Reports("1000 x 6000, binary", tool, Math.Min(rounds, 3), Record(folder, "large", 1000, 6000, RecordFormat.Binary));
            Reports(string.Create(CultureInfo.InvariantCulture, $"{megabytes} MB, binary"), tool, 1, Record(folder, "huge", 1000, megabytes * 50, RecordFormat.Binary));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static string Record(DirectoryInfo folder, string name, int regions, int snapshots, RecordFormat format)
    {
        string path = Path.Combine(folder.FullName, name);
        ReadersBench.Generate(path, regions, snapshots, format);
        return path;
    }

    static void Reports(string record, string tool, int rounds, string path)
    {
        foreach (string report in (string[])["wss", "raw", "heats", "heatmap"])
        {
            Measure($"report {report}, {record}", tool, rounds, "report", report, "-i", path);
        }
    }

    static void Calibrate(int rounds)
    {
        double[] ms = new double[rounds];
        long value = 0;
        for (int i = 0; i < rounds; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            value ^= ReportsBench.Calibrate();
            ms[i] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        }

        GC.KeepAlive(value);
        Row("calibration: 100 million dependent steps", ms, null);
    }

    static void Measure(string what, string tool, int rounds, params string[] arguments)
    {
        double[] ms = new double[rounds];
        long peak = 0;
        for (int i = 0; i < rounds; i++)
        {
            double before = ChildCost.Ms();
            using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" > /dev/null", tool, .. arguments]))!;
            while (!process.WaitForExit(2))
            {
                peak = Math.Max(peak, PeakKib(process.Id));
            }

            ms[i] = ChildCost.Ms() - before;
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{what}: exit code {process.ExitCode}");
            }
        }

        Row(what, ms, peak);
    }

    /// <summary>The most memory a process had since it became this program; 0 when it is gone. (What wait4 tells begins with the memory of the program that started it.)</summary>
    static long PeakKib(int pid)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..^" kB".Length], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static void Row(string what, double[] ms, long? peakKib)
    {
        Array.Sort(ms);
        string memory = peakKib is > 0 and var kib ? string.Create(CultureInfo.InvariantCulture, $"{kib / 1024.0:F1}") : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {ms[0]:F1} | {ms[ms.Length / 2]:F1} | {memory} |"));
    }
}
