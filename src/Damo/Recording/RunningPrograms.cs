using System.Globalization;
using Damon.Linux.Processes;

namespace Damo.Recording;

/// <summary>Looks whether a program that is about to be started runs already: who types its name may mean that one.</summary>
static class RunningPrograms
{
    /// <summary>comm holds no more.</summary>
    const int LongestComm = 15;

    const int MostNamed = 5;

    /// <summary>A line about the processes that run a command of one word; null when there are none, or the command has more words.</summary>
    /// <param name="command">The command line.</param>
    /// <param name="proc">Where processes are looked up.</param>
    public static string? Notice(string command, ProcFileSystem proc)
    {
        string word = command.Trim();
        if (word.Any(char.IsWhiteSpace))
        {
            return null;
        }

        string name = Path.GetFileName(word);
        string comm = name.Length > LongestComm ? name[..LongestComm] : name;
        List<int> pids = [.. Processes(proc).Where(pid => proc.CommandName(pid) == comm).Order()];
        if (pids.Count == 0)
        {
            return null;
        }

        string more = pids.Count > MostNamed ? $" and {pids.Count - MostNamed} more" : "";
        string which = $"process{(pids.Count > 1 ? "es" : "")} {string.Join(", ", pids.Take(MostNamed))}{more}";
        return $"'{name}' runs already as {which}, and is started once more; give a pid instead of the name to monitor one that runs";
    }

    static IEnumerable<int> Processes(ProcFileSystem proc)
    {
        foreach (string folder in Directory.EnumerateDirectories(proc.Root))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid != Environment.ProcessId)
            {
                yield return pid;
            }
        }
    }
}
