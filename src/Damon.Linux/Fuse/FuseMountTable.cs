using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Damon.Linux.Fuse;

/// <summary>
/// What the kernel says is mounted (<c>/proc/self/mountinfo</c>). Reading it asks no file system anything, so a dead or silent one does no harm.
/// </summary>
static class FuseMountTable
{
    const string Path = "/proc/self/mountinfo";

    /// <summary>The mount that lies on top at a directory.</summary>
    /// <param name="directory">Its real path.</param>
    /// <returns>Its type and its source; null when nothing is mounted just there.</returns>
    public static (string Type, string Source)? TopAt(string directory)
    {
        string point = Escape(directory);
        (string, string)? top = null;

        // Mounts stand in the order in which they were made, so the last is on top.
        foreach (string line in File.ReadLines(Path))
        {
            if (TryParse(line, out string? at, out string? type, out string? source) && at == point)
            {
                top = (type, source);
            }
        }

        return top;
    }

    /// <summary>Whether something of a source is mounted anywhere, on top or below.</summary>
    public static bool IsMounted(string source) =>
        File.ReadLines(Path).Any(line => TryParse(line, out _, out _, out string? other) && other == source);

    /// <summary>All mounts of a type, in the order in which they were made, by their directory.</summary>
    public static IReadOnlyList<(string Directory, string Source)> OfType(string type)
    {
        List<(string, string)> mounts = [];
        foreach (string line in File.ReadLines(Path, Encoding.Latin1))
        {
            if (TryParse(line, out string? at, out string? other, out string? source) && other == type)
            {
                mounts.Add((Unescape(at), source));
            }
        }

        return mounts;
    }

    /// <summary>
    /// Takes a line apart: mount id, parent, device, root, MOUNT POINT, options, optional fields, a dash, TYPE, SOURCE, options of the file system.
    /// </summary>
    internal static bool TryParse(
        string line,
        [NotNullWhen(true)] out string? point,
        [NotNullWhen(true)] out string? type,
        [NotNullWhen(true)] out string? source)
    {
        const int PointField = 4;
        string[] fields = line.Split(' ');
        int dash = Array.IndexOf(fields, "-");
        bool whole = dash > PointField && dash + 2 < fields.Length;
        point = whole ? fields[PointField] : null;
        type = whole ? fields[dash + 1] : null;
        source = whole ? fields[dash + 2] : null;
        return whole;
    }

    /// <summary>A path as it stands in the table.</summary>
    public static string Escape(string path)
    {
        StringBuilder text = new();
        foreach (char c in path)
        {
            text.Append(c is ' ' or '\t' or '\n' or '\\' ? "\\" + Convert.ToString(c, 8).PadLeft(3, '0') : c);
        }

        return text.ToString();
    }

    /// <summary>The path behind what stands in the table.</summary>
    internal static string Unescape(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            bool isCode = text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0;
            bytes.Add(isCode ? (byte)Convert.ToInt32(text.Substring(i + 1, 3), 8) : (byte)text[i]);
            i += isCode ? 3 : 0;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
