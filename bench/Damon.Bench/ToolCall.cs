using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Damo.CommandLine;

namespace Damon.Bench;

/// <summary>A program called as a user calls it: a whole process, start-up included.</summary>
/// <param name="Name">What it is, in the tables.</param>
/// <param name="Line">The program and its arguments.</param>
sealed record ToolCall(string Name, params string[] Line)
{
    /// <summary>The built tool.</summary>
    public static Option<string> Tool { get; } = new("--tool") { Description = "The built tool", DefaultValueFactory = static _ => "artifacts/damo/damo" };

    /// <summary>The path that the option names. Beside another commit it is built first, if its sources have changed and no other is named.</summary>
    /// <exception cref="UserErrorException">There is nothing.</exception>
    public static string PathOf(ParseResult parsed, Against? against)
    {
        if (against is not null && parsed.GetResult(Tool) is not { Implicit: false })
        {
            return Against.OwnTool();
        }

        string path = Path.GetFullPath(parsed.GetValue(Tool)!);
        return File.Exists(path) ? path : throw new UserErrorException($"there is no {path}; build it with ./damo --version, or name another with --tool");
    }

    /// <summary>Runs it, by a shell that becomes the program, so that all start alike and write to nowhere.</summary>
    /// <param name="watchesMemory">Whether to look at its memory all the time, which disturbs the elapsed time.</param>
    public ToolCost Run(bool watchesMemory)
    {
        double before = ChildCost.Ms();
        long start = Stopwatch.GetTimestamp();
        double peak = double.NaN;
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" > /dev/null", "sh", .. Line]))!;
        while (!process.WaitForExit(watchesMemory ? 2 : Timeout.Infinite))
        {
            peak = double.MaxNumber(peak, PeakMiB(process.Id));
        }

        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return process.ExitCode == 0
            ? new ToolCost(ChildCost.Ms() - before, elapsed, peak)
            : throw new UserErrorException($"{string.Join(' ', Line)} ended with exit code {process.ExitCode}");
    }

    /// <summary>
    /// The most memory a process had since it became this program; NaN when it is gone. (What wait4 tells begins with the memory of the program that started
    /// it.)
    /// </summary>
    static double PeakMiB(int pid)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(static l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null
                ? double.NaN
                : long.Parse(line["VmHWM:".Length..^" kB".Length], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) / 1024.0;
        }
        catch (IOException)
        {
            return double.NaN;
        }
    }
}
