using System.Globalization;

namespace Damon.Bench;

/// <summary>The line that says where figures were measured.</summary>
static class Machine
{
    /// <summary>The processor, its memory, the kernel, the runtime, and how busy it is at this time.</summary>
    public static string InWords()
    {
        string cpu = Field("/proc/cpuinfo", "model name") ?? "unknown CPU";
        string place = Field("/proc/cpuinfo", "flags")?.Split(' ').Contains("hypervisor", StringComparer.Ordinal) == true ? "a virtual machine" : "bare metal";
        double gib = Field("/proc/meminfo", "MemTotal") is { } kib ? double.Parse(kib.Split(' ')[0], CultureInfo.InvariantCulture) / (1 << 20) : double.NaN;
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return $"{cpu}, {Environment.ProcessorCount} CPUs, {gib:0} GiB of memory, {place}; Linux {kernel}, .NET {Environment.Version}; load {load} at "
            + $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC.";
    }

    static string? Field(string path, string name) =>
        File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim();
}
