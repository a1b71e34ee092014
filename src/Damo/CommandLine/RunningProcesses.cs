using System.Globalization;

namespace Damo.CommandLine;

/// <summary>The processes that a user may want to name. Format: proc(5), status.</summary>
static class RunningProcesses
{
    /// <summary>The processes of the user, or all of them for root; without threads of the kernel, which have no memory, and without this one.</summary>
    public static IEnumerable<(int Pid, string Name)> OfUser(string root = "/proc")
    {
        string? own = Field(Status($"{root}/self"), "Uid:");
        foreach (int pid in Directory.EnumerateDirectories(root)
            .Select(Pid)
            .Where(pid => pid is not null && pid != Environment.ProcessId)
            .Select(pid => pid!.Value)
            .Order())
        {
            string[] status = Status($"{root}/{pid}");
            if (Field(status, "VmSize:") is not null && Field(status, "Name:") is { } name && (Environment.IsPrivilegedProcess || Field(status, "Uid:") == own))
            {
                yield return (pid, name);
            }
        }
    }

    static int? Pid(string folder) => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : null;

    static string? Field(string[] status, string name) => status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim();

    static string[] Status(string folder)
    {
        try
        {
            return File.ReadAllLines($"{folder}/status");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or it is hidden.
            return [];
        }
    }
}
