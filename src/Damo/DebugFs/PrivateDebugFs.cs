using System.Globalization;
using Damo.CommandLine;
using Damon.Linux.Fuse;
using Damon.Linux.Native;

namespace Damo.DebugFs;

/// <summary>
/// A mount namespace of its own in which <c>/sys/kernel/debug/damon</c> is a directory that something can be mounted on, while all else of debugfs
/// stays reachable. It ends with the last process in it; nothing outside sees it.
/// </summary>
/// <remarks>
/// Nobody can make a directory in debugfs. So where the kernel has none of that name, a file system in memory covers debugfs, with all its entries bound into
/// it. Entries that come later do not appear there.
/// </remarks>
static class PrivateDebugFs
{
    const string Root = "/sys/kernel/debug";

    /// <summary>The directory to mount on.</summary>
    public const string Damon = Root + "/damon";

    /// <summary>Moves the calling thread into such a namespace; threads and processes that it starts from then on are in it too.</summary>
    /// <exception cref="UserErrorException">It cannot be made.</exception>
    public static void Enter()
    {
        if (LibC.geteuid() != 0)
        {
            throw new UserErrorException("a mount namespace of its own needs root");
        }

        if (!Directory.Exists(Root))
        {
            throw new UserErrorException($"there is no directory {Root}: this kernel has no debugfs, or /sys is not mounted; use 'damo debugfs mount', and have the script look there");
        }

        Check(LibC.unshare(LibC.CLONE_NEWNS), "no mount namespace can be made");

        // What is mounted outside comes in, but nothing goes out.
        Check(LibC.mount(null, "/", null, LibC.MS_REC | LibC.MS_SLAVE, null), "the mount namespace cannot be separated");
        if (FuseMountTable.TopAt(Root)?.Type != "debugfs")
        {
            // Locked down kernels refuse it, and then there is nothing but our own.
            _ = LibC.mount("debugfs", Root, "debugfs", LibC.MS_NOSUID | LibC.MS_NODEV | LibC.MS_NOEXEC, null);
        }

        if (!Directory.Exists(Damon))
        {
            Cover();
        }
    }

    static void Cover()
    {
        int fd = LibC.open(Root, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        Check(fd, $"{Root} cannot be opened");
        try
        {
            string real = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{fd}");
            FileSystemInfo[] entries = new DirectoryInfo(Root).GetFileSystemInfos();
            Check(LibC.mount("tmpfs", Root, "tmpfs", LibC.MS_NOSUID | LibC.MS_NODEV | LibC.MS_NOEXEC, "mode=0700,size=1m"), $"{Root} cannot be covered");
            foreach (FileSystemInfo entry in entries)
            {
                Bind($"{real}/{entry.Name}", $"{Root}/{entry.Name}", entry);
            }

            _ = Directory.CreateDirectory(Damon);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{Root} cannot be covered: {e.Message}");
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }

    static void Bind(string source, string target, FileSystemInfo entry)
    {
        if (entry.LinkTarget is { } link)
        {
            _ = File.CreateSymbolicLink(target, link);
            return;
        }

        if (entry is DirectoryInfo)
        {
            _ = Directory.CreateDirectory(target);
        }
        else
        {
            File.Create(target).Dispose();
        }

        Check(LibC.mount(source, target, null, LibC.MS_BIND | LibC.MS_REC, null), $"{target} cannot be kept reachable");
    }

    static void Check(int result, string fault)
    {
        if (result < 0)
        {
            throw new UserErrorException($"{fault}: {ErrnoExtensions.Last().ToText()}");
        }
    }
}
