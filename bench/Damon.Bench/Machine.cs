using System.Globalization;

namespace Damon.Bench;

/// <summary>The line that says where figures were measured.</summary>
static class Machine
{
    public static string Line()
    {
        string cpu = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ", 2)[^1] ?? "unknown CPU";
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string load = string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{cpu}, {Environment.ProcessorCount} CPUs, kernel {kernel}, .NET {Environment.Version}, load {load}, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC.");
    }
}
