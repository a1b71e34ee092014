using System.Globalization;
using Damo.CommandLine;
using Damon.Monitoring;

namespace Damo.Recording;

/// <summary>What the user wants monitored: a command line to run, running processes, or physical memory.</summary>
/// <param name="Command">The command line, given to a shell; null for processes.</param>
/// <param name="Pids">The processes; empty for a command and for physical memory.</param>
sealed record TargetSpecification(string? Command, IReadOnlyList<int> Pids)
{
    /// <summary>Physical memory.</summary>
    public static TargetSpecification Physical { get; } = new(null, []) { IsPhysical = true };

    /// <summary>Whether physical memory is meant.</summary>
    public bool IsPhysical { get; private init; }

    /// <summary>Decides what the words on the command line mean, in the order of the first tool: <c>paddr</c>, a command, a pid.</summary>
    /// <param name="words">One command line in one word; or pids; or, as a convenience, a command line in several words.</param>
    /// <param name="pids">Processes given by an option; with them only pids can stand in <paramref name="words"/>.</param>
    /// <param name="search">Where programs are found (PATH).</param>
    /// <exception cref="UserErrorException">It is none of these.</exception>
    public static TargetSpecification Parse(IReadOnlyList<string> words, IReadOnlyList<string> pids, string search)
    {
        if (pids.Count > 0)
        {
            return new TargetSpecification(null, ParsePids([.. Fields(words), .. pids], words));
        }

        if (words.Count == 0)
        {
            throw UserErrorException.Usage("no target: give a command line in quotes, the pid of a process, or paddr for physical memory");
        }

        if (words is [AddressSpaceNames.Physical])
        {
            return Physical;
        }

        // `damo record $(pidof x)` gives one word per process, or all in one when it is quoted.
        string[] fields = Fields(words);
        if (fields.Length == 0)
        {
            throw UserErrorException.Usage("the target is empty; when it comes from pidof, no such program is running");
        }

        if (FindProgram(fields[0], search))
        {
            return new TargetSpecification(words.Count == 1 ? words[0] : string.Join(' ', words.Select(Quote)), []);
        }

        return new TargetSpecification(null, ParsePids(fields, words));
    }

    static string[] Fields(IReadOnlyList<string> words) => [.. words.SelectMany(w => w.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))];

    static List<int> ParsePids(string[] fields, IReadOnlyList<string> words)
    {
        List<int> pids = [];
        foreach (string field in fields)
        {
            if (!int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) || pid == 0)
            {
                throw new UserErrorException(NotExecutable(fields[0]) ?? (fields.Length == 1
                    ? $"target '{field}' is neither a command, nor a pid"
                    : $"target '{string.Join(' ', words)}' is neither a command ('{fields[0]}' is not found), nor pids"));
            }

            if (!pids.Contains(pid))
            {
                pids.Add(pid);
            }
        }

        return pids;
    }

    static bool FindProgram(string name, string search)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return IsProgram(name);
        }

        return search.Split(':').Any(folder => IsProgram(Path.Combine(folder.Length == 0 ? "." : folder, name)));
    }

    /// <summary>What to do with a file that is there but is no program; null for anything else.</summary>
    static string? NotExecutable(string name)
    {
        if (Directory.Exists(name) && name.Contains('/', StringComparison.Ordinal))
        {
            return $"target '{name}' is a directory; give a command line, or a pid";
        }

        if (!File.Exists(name))
        {
            return null;
        }

        string path = name.Contains('/', StringComparison.Ordinal) ? name : "./" + name;
        return IsProgram(path)
            ? $"'{name}' is not found in PATH; the file here is '{path}'"
            : $"'{name}' is not executable: make it so (chmod +x), or name what runs it in front of it, like \"python3 {path}\"";
    }

    static bool IsProgram(string path)
    {
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return File.Exists(path) && (File.GetUnixFileMode(path) & Executable) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
