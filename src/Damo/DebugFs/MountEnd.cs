using System.Diagnostics;
using Damo.CommandLine;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damo.DebugFs;

/// <summary><c>damo debugfs umount</c>: ends a mounted debugfs interface and all monitoring that runs in it.</summary>
static class MountEnd
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    /// <param name="directory">Where it is mounted; null for the only one there is.</param>
    /// <param name="terminal">Who looks on.</param>
    public static int Run(string? directory, Terminal terminal)
    {
        DebugFsMount mount = Choose(directory);
        if (!TryAskServer(mount) || !IsGone(mount))
        {
            Detach(mount);
        }

        terminal.Say($"{mount.Directory} is unmounted");
        return (int)ExitCode.Done;
    }

    static DebugFsMount Choose(string? directory)
    {
        IReadOnlyList<DebugFsMount> mounts = DebugFsMount.All();
        if (mounts.Count == 0)
        {
            throw new UserErrorException("no debugfs interface is mounted by damo");
        }

        if (directory is null)
        {
            return mounts.Count == 1
                ? mounts[0]
                : throw UserErrorException.Usage($"several are mounted, name one: {string.Join(", ", mounts.Select(m => m.Directory))}");
        }

        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        return mounts.LastOrDefault(m => m.Directory == path)
            ?? throw new UserErrorException($"damo has nothing mounted at '{directory}'; mounted: {string.Join(", ", mounts.Select(m => m.Directory))}");
    }

    /// <summary>Its server unmounts cleanly: it interrupts waiting clients, and ends the monitoring first.</summary>
    static bool TryAskServer(DebugFsMount mount)
    {
        // Not by the number alone, which another process may have by now; a server in another pid namespace has another number here.
        using PidFd? server = mount.ServerPid > 0 && mount.ServerPid != Environment.ProcessId ? PidFd.Open(mount.ServerPid, out _) : null;
        return server is not null && IsDamo(mount.ServerPid) && mount.IsOn() is not null && server.Signal(LibC.SIGTERM);
    }

    static bool IsDamo(int pid) =>
        new ProcFileSystem().Arguments(pid) is { } words && words.Contains("debugfs") && (words.Contains("mount") || words.Contains("run"));

    static bool IsGone(DebugFsMount mount)
    {
        long start = Stopwatch.GetTimestamp();
        while (DebugFsMount.All().Contains(mount))
        {
            if (Stopwatch.GetElapsedTime(start) > s_limit)
            {
                return false;
            }

            Thread.Sleep(s_poll);
        }

        return true;
    }

    static void Detach(DebugFsMount mount)
    {
        if (LibC.umount2(mount.Directory, LibC.UMOUNT_NOFOLLOW | LibC.MNT_DETACH) != 0)
        {
            Errno errno = ErrnoExtensions.Last();
            throw new UserErrorException(
                errno == Errno.EPERM ? $"unmounting '{mount.Directory}' needs root" : $"unmounting '{mount.Directory}' failed: {errno.ToText()}");
        }
    }
}
