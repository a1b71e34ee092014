using System.Text;
using Damon.Linux.Fuse;
using Damon.Linux.Native;

namespace Damo.DebugFs;

/// <summary>A mounted debugfs interface, of whatever process, as the table of mounts shows it.</summary>
/// <param name="Directory">Where.</param>
/// <param name="ServerPid">Who serves it; 0 when that is not known.</param>
sealed record DebugFsMount(string Directory, int ServerPid)
{
    static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(3);

    /// <summary>All that this process can see, in the order in which they were mounted.</summary>
    public static IReadOnlyList<DebugFsMount> All() =>
        [.. FuseMountTable.OfType("fuse." + new FuseMountOptions().Name)
            .Select(mount => new DebugFsMount(mount.Directory, FuseMountPoint.ServerOf(mount.Source)))];

    /// <summary>Whether monitoring is on; null without an answer.</summary>
    public bool? IsOn() => (Read("monitor_on") ?? Read("monitor_on_DEPRECATED")) is { } text ? text.StartsWith("on", StringComparison.Ordinal) : null;

    /// <summary>Whether this user may not look into it.</summary>
    public bool IsDenied() => Ask("attrs").Errno is Errno.EACCES or Errno.EPERM;

    /// <summary>The targets of the first context, one line; null without an answer.</summary>
    public string? Targets() => (Read("pids") ?? Read("target_ids"))?.Trim();

    /// <summary>What a file of it says; null when there is none, or no answer within some seconds.</summary>
    string? Read(string name) => Ask(name).Text;

    (string? Text, Errno Errno) Ask(string name)
    {
        // On a thread of its own: a server that hangs holds who asks it.
        Task<(string?, Errno)> reading = Task.Run(() => ReadAll($"{Directory}/{name}"));
        return reading.Wait(s_answerLimit) ? reading.Result : (null, Errno.None);
    }

    static unsafe (string? Text, Errno Errno) ReadAll(string path)
    {
        // Not FileStream, which wants to know the length of a file and to seek in it.
        int fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0)
        {
            return (null, ErrnoExtensions.Last());
        }

        try
        {
            byte[] text = new byte[4096];
            fixed (byte* start = text)
            {
                nint got = LibC.read(fd, start, (nuint)text.Length);
                return got < 0 ? (null, ErrnoExtensions.Last()) : (Encoding.UTF8.GetString(text, 0, (int)got), Errno.None);
            }
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }
}
