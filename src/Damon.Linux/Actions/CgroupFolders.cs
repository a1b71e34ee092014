using System.Text;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damon.Linux.Actions;

/// <summary>Finds memory cgroups in the file system.</summary>
static unsafe class CgroupFolders
{
    const int StatxSize = 256;

    // Numbers of the fields of a line of mountinfo (proc(5)) before the dash.
    const int RootField = 3;
    const int MountPointField = 4;

    /// <summary>The folder of a memory cgroup.</summary>
    /// <param name="proc">Whose mounts count.</param>
    /// <param name="path">From the root of the hierarchy; empty or <c>/</c> is the root itself.</param>
    /// <param name="fault">Why there is none.</param>
    internal static string? Find(ProcFileSystem proc, string? path, out string? fault)
    {
        string inside = "/" + (path ?? "").Trim('/');
        if (inside.Split('/').Contains(".."))
        {
            fault = $"'{path}' is not the path of a cgroup: it may not go up";
            return null;
        }

        if (!proc.TryRead($"{proc.Root}/self/mountinfo", out ReadOnlySpan<byte> text, out Errno error))
        {
            fault = $"the mounts cannot be read: {error.ToText()}";
            return null;
        }

        if (FindHierarchy(Encoding.UTF8.GetString(text)) is not { } mount)
        {
            fault = "no hierarchy of memory cgroups is mounted";
            return null;
        }

        string? relative = inside == mount.Root ? ""
            : mount.Root == "/" ? inside
            : inside.StartsWith(mount.Root + "/", StringComparison.Ordinal) ? inside[mount.Root.Length..]
            : null;
        string folder = mount.Point + (relative == "/" ? "" : relative);
        fault = relative is not null && Directory.Exists(folder) ? null : $"there is no memory cgroup '{path}' (looked for under {mount.Point})";
        return fault is null ? folder : null;
    }

    /// <summary>The inode of a folder, by which the kernel names a cgroup; null when there is none.</summary>
    internal static ulong? InodeOf(string folder)
    {
        byte* status = stackalloc byte[StatxSize];
        return LibC.statx(LibC.AT_FDCWD, folder, 0, LibC.STATX_INO, status) == 0 ? *(ulong*)(status + LibC.StatxInode) : null;
    }

    /// <summary>The inode of a memory cgroup; null when there is none.</summary>
    /// <inheritdoc cref="Find" path="/param"/>
    internal static ulong? InodeOf(ProcFileSystem proc, string? path) => Find(proc, path, out _) is { } folder ? InodeOf(folder) : null;

    /// <summary>Where the memory controller's hierarchy is mounted: its own one (version 1), else the common one (version 2).</summary>
    internal static (string Root, string Point)? FindHierarchy(string mountInfo)
    {
        (string Root, string Point)? common = null;
        foreach (string line in mountInfo.Split('\n'))
        {
            int dash = line.IndexOf(" - ", StringComparison.Ordinal);
            string[] fields = dash < 0 ? [] : line[..dash].Split(' ');
            string[] kind = dash < 0 ? [] : line[(dash + 3)..].Split(' ');
            if (fields.Length <= MountPointField || kind.Length < 3)
            {
                continue;
            }

            (string, string) mount = (Unescape(fields[RootField]), Unescape(fields[MountPointField]));
            if (kind[0] == "cgroup" && kind[^1].Split(',').Contains("memory"))
            {
                return mount;
            }

            if (kind[0] == "cgroup2")
            {
                common ??= mount;
            }
        }

        return common;
    }

    /// <summary>Blanks and the like are written as a backslash and three octal digits.</summary>
    static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        StringBuilder result = new();
        for (int i = 0; i < text.Length; i++)
        {
            bool isEscape = text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0;
            result.Append(isEscape ? (char)((((text[i + 1] - '0') * 64) + ((text[i + 2] - '0') * 8) + text[i + 3] - '0') & 0xff) : text[i]);
            i += isEscape ? 3 : 0;
        }

        return result.ToString();
    }
}
