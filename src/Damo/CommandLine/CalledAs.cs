using System.Text;

namespace Damo.CommandLine;

/// <summary>How this program was called, for lines that users copy.</summary>
static class CalledAs
{
    const string Usual = "damo";

    /// <summary>What the script in a clone starts.</summary>
    const string BuiltByClone = "artifacts/damo/damo";

    /// <summary>The word by which it was called, quoted for a shell.</summary>
    public static string Word { get; } = Quoted(Of(FirstArgument(), File.Exists));

    /// <summary>The word of a call.</summary>
    /// <param name="first">The first argument of the process; empty where it is not known.</param>
    /// <param name="exists">Whether there is a file.</param>
    public static string Of(string first, Func<string, bool> exists)
    {
        if (Path.GetFileName(first) != Usual)
        {
            // What starts it otherwise, like `dotnet`.
            return Usual;
        }

        string script = first.EndsWith(BuiltByClone, StringComparison.Ordinal) ? first[..^BuiltByClone.Length] + Usual : "";
        return script.Contains('/', StringComparison.Ordinal) && exists(script) ? script : first;
    }

    /// <summary>The option by which other commands read a record; empty for the one that they read anyway.</summary>
    /// <param name="record">Its path.</param>
    public static string InputOption(string record) => Near(record) is "damon.data" ? "" : $" -i {Quoted(Near(record))}";

    /// <summary>The name of a file from where the user stands, unless that leads up.</summary>
    public static string Near(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    static string Quoted(string path)
    {
        string visible = Terminal.Safe(path);
        return visible.All(c => char.IsAsciiLetterOrDigit(c) || "-_./+:,@%".Contains(c, StringComparison.Ordinal))
            ? visible
            : $"'{visible.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    /// <summary>The runtime tells the path of a library where the program is not native.</summary>
    static string FirstArgument()
    {
        try
        {
            byte[] line = File.ReadAllBytes("/proc/self/cmdline");
            int end = Array.IndexOf(line, (byte)0);
            return end < 0 ? "" : Encoding.UTF8.GetString(line.AsSpan(0, end));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
