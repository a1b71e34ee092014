using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Damon.Linux.Native;

namespace Damon.Linux.Fuse;

/// <summary>The directory at which a file system is mounted.</summary>
/// <remarks>
/// Mounts have numbers, but a newer mount at the same place may well get those of one that went. So each gets a source of its own
/// (<c>damonfs-1234-1f3a9c0e55d20b71</c>: who serves it, and a random number), by which it is told apart before anything is detached.
/// </remarks>
sealed class FuseMountPoint
{
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(10);

    /// <summary>How long the watchdog of a dead server is given to detach its mount.</summary>
    static readonly TimeSpan s_watchdogLimit = TimeSpan.FromSeconds(1);

    /// <summary>How long a living server may take to say so.</summary>
    static readonly TimeSpan s_probeLimit = TimeSpan.FromSeconds(5);

    FuseMountPoint(string directory, string type, string source)
    {
        Directory = directory;
        Type = type;
        Source = source;
    }

    /// <summary>The real path.</summary>
    public string Directory { get; }

    /// <summary>The type of the file system, such as <c>fuse.damonfs</c>.</summary>
    public string Type { get; }

    /// <summary>The source, which no other mount has.</summary>
    public string Source { get; }

    /// <summary>Whether this mount is the one that lies on top.</summary>
    public bool IsOnTop => FuseMountTable.TopAt(Directory) == (Type, Source);

    /// <summary>Checks that a file system can be mounted at a directory, and clears away what a server that died has left there.</summary>
    /// <exception cref="FuseMountException">It cannot.</exception>
    public static FuseMountPoint Claim(string directory, string name)
    {
        if (name.Length is 0 or > 32 || !name.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException("the name of a file system is made of letters and digits", nameof(name));
        }

        if (LibC.geteuid() != 0)
        {
            throw new FuseMountException($"mounting on {directory} needs root");
        }

        string type = "fuse." + name;
        string path = RealPath(directory);

        // Several may have died there, one on top of the other.
        while (FuseMountTable.TopAt(path) is { } top && top.Type == type)
        {
            if (!IsDead(path))
            {
                throw new FuseMountException($"{directory}: there is a {name} already, whose server lives; end it, or choose another directory");
            }

            ClearStale(path, top);
        }

        string number = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return new FuseMountPoint(path, type, string.Create(CultureInfo.InvariantCulture, $"{name}-{Environment.ProcessId}-{number}"));
    }

    /// <summary>The process that serves a mount, by its source, in the pid namespace of that process; 0 when the source is not one of these.</summary>
    public static int ServerOf(string source) =>
        source.Split('-') is [_, var pid, _] && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out int server) ? server : 0;

    /// <summary>Mounts the connection of a device.</summary>
    /// <exception cref="FuseMountException">The kernel refuses.</exception>
    public void Attach(FuseDevice device, uint rootMode, FuseMountOptions options)
    {
        string data = string.Create(
            CultureInfo.InvariantCulture,
            $"fd={device.Descriptor},rootmode={Convert.ToString(rootMode, 8)},user_id={options.UserId},group_id={options.GroupId},allow_other,default_permissions");
        if (LibC.mount(Source, Directory, Type, LibC.MS_NOSUID | LibC.MS_NODEV | LibC.MS_NOEXEC, data) == 0)
        {
            return;
        }

        Errno errno = ErrnoExtensions.Last();
        throw new FuseMountException(errno switch
        {
            Errno.EPERM => $"mounting on {Directory} was refused: {errno.ToText()}; it needs CAP_SYS_ADMIN (in a container: --cap-add SYS_ADMIN)",
            Errno.EBUSY => $"{Directory} is in use as a mount point: {errno.ToText()}; unmount what is there, or choose another directory",
            Errno.ENODEV => $"the kernel has no FUSE: {errno.ToText()}; load the module with: modprobe fuse",
            _ => $"mounting on {Directory} failed: {errno.ToText()}",
        });
    }

    /// <summary>
    /// Takes the mount away, if it is still there, and cuts the connection: what is open there, or mounted in other namespaces, answers ENOTCONN from then on.
    /// </summary>
    /// <exception cref="FuseMountException">Something else lies on top, or the kernel refuses.</exception>
    public void Cut()
    {
        if (!IsOnTop)
        {
            if (FuseMountTable.IsMounted(Source))
            {
                throw new FuseMountException($"another file system was mounted over {Directory}; unmount that first: umount {Directory}");
            }

            return;
        }

        // EINVAL and ENOENT: another process was faster.
        if (LibC.umount2(Directory, LibC.UMOUNT_NOFOLLOW | LibC.MNT_FORCE | LibC.MNT_DETACH) != 0
            && ErrnoExtensions.Last() is var errno and not (Errno.EINVAL or Errno.ENOENT))
        {
            throw new FuseMountException($"unmounting {Directory} failed: {errno.ToText()}");
        }
    }

    /// <summary>The path without symbolic links. Nothing is asked of a file system that is mounted there.</summary>
    static string RealPath(string directory)
    {
        int fd = OpenPath(directory);
        if (fd < 0)
        {
            Errno errno = ErrnoExtensions.Last();
            throw new FuseMountException(errno switch
            {
                Errno.ENOENT => $"{directory} does not exist; make it with: mkdir -p {directory}",
                Errno.ENOTDIR => $"{directory} is not a directory",
                _ => $"{directory} cannot be used: {errno.ToText()}",
            });
        }

        try
        {
            return new FileInfo(DescriptorPath(fd)).LinkTarget ?? throw new FuseMountException($"{directory} has no path; is /proc mounted?");
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }

    /// <summary>Whether the file system at a directory has no server any more.</summary>
    static unsafe bool IsDead(string path)
    {
        // On a thread of its own: the server may be stopped, or be this very process and not yet begun, and then there is no answer.
        Task<Errno> probe = Task.Factory.StartNew(
            () =>
            {
                byte* buffer = stackalloc byte[256];
                return LibC.statx(LibC.AT_FDCWD, path, 0, LibC.STATX_TYPE, buffer) == 0 ? Errno.None : ErrnoExtensions.Last();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        return probe.Wait(s_probeLimit) && probe.Result is Errno.ENOTCONN or Errno.ECONNABORTED;
    }

    static void ClearStale(string path, (string Type, string Source) stale)
    {
        // Its watchdog is about to do the same. Waiting for it keeps it from taking what is mounted next.
        long start = Stopwatch.GetTimestamp();
        while (FuseMountTable.TopAt(path) == stale)
        {
            if (Stopwatch.GetElapsedTime(start) < s_watchdogLimit)
            {
                Thread.Sleep(s_poll);
                continue;
            }

            // By descriptor: whatever happens to the path meanwhile, it stays the mount that was found dead.
            int fd = OpenPath(path);
            if (FuseMountTable.TopAt(path) == stale && LibC.umount2(DescriptorPath(fd), LibC.MNT_DETACH) != 0)
            {
                Errno errno = ErrnoExtensions.Last();
                _ = LibC.close(fd);
                throw new FuseMountException(
                    $"{path}: a server that died has left its mount, and detaching it failed: {errno.ToText()}; try: umount -l {path}");
            }

            _ = LibC.close(fd);
            return;
        }
    }

    static int OpenPath(string directory) => LibC.open(directory, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);

    static string DescriptorPath(int fd) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{fd}");
}
