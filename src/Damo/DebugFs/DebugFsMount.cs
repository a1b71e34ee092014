using System.Globalization;
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
        [.. FuseMountTable.OfType("fuse." + new FuseMountOptions().Name).Select(mount => new DebugFsMount(mount.Directory, FuseMountPoint.ServerOf(mount.Source)))];

    /// <summary>Whether monitoring is on; null when nobody answers.</summary>
    public bool? IsOn() => (Read("monitor_on") ?? Read("monitor_on_DEPRECATED")) is { } text ? text.StartsWith("on", StringComparison.Ordinal) : null;

    /// <summary>The targets of the first context, one line; null when nobody answers.</summary>
    public string? Targets() => (Read("pids") ?? Read("target_ids"))?.Trim();

    /// <summary>What a file of it says; null when there is none, or no answer within some seconds.</summary>
    string? Read(string name)
    {
        // On a thread of its own: a server that hangs holds who asks it.
        Task<string?> reading = Task.Run(() =>
        {
            try
            {
                return Encoding.UTF8.GetString(ReadAll($"{Directory}/{name}"));
            }
            catch (IOException)
            {
                return null;
            }
        });
        return reading.Wait(s_answerLimit) ? reading.Result : null;
    }

    static unsafe byte[] ReadAll(string path)
    {
        // Not FileStream, which wants to know the length of a file and to seek in it.
        int fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{path}: {ErrnoExtensions.Last().ToText()}"));
        }

        try
        {
            byte[] text = new byte[4096];
            fixed (byte* start = text)
            {
                nint got = LibC.read(fd, start, (nuint)text.Length);
                return got < 0 ? throw new IOException($"{path}: {ErrnoExtensions.Last().ToText()}") : text[..(int)got];
            }
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }
}
