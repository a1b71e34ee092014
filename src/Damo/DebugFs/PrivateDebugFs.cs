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
/// No process can make a directory in debugfs. So where the kernel has none of that name, a file system in memory covers debugfs, with all its entries bound
/// into it. Entries that come later do not appear there.
/// </remarks>
static class PrivateDebugFs
{
    const string Root = "/sys/kernel/debug";
    const string SysfsRoot = "/sys/kernel/mm";
    const string SysfsName = "damon";

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
            throw new UserErrorException(
                $"there is no directory {Root}: this kernel has no debugfs, or /sys is not mounted; use 'damo debugfs mount', and have the script look there");
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
            Cover(Root, without: "", "mode=0700,size=1m");
            _ = Directory.CreateDirectory(Damon);
        }
    }

    /// <summary>
    /// Takes the sysfs interface of the kernel's own DAMON out of this namespace: scripts that prefer it would pass by what is mounted at <see cref="Damon"/>.
    /// </summary>
    /// <remarks>The whole folder has to go: scripts ask whether it is there.</remarks>
    public static void HideSysfs()
    {
        if (Directory.Exists(Path.Combine(SysfsRoot, SysfsName)))
        {
            Cover(SysfsRoot, SysfsName, "mode=0755,size=1m");
        }
    }

    /// <summary>Covers a directory by one in memory that has all its entries but one.</summary>
    static void Cover(string root, string without, string options)
    {
        int fd = LibC.open(root, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        Check(fd, $"{root} cannot be opened");
        try
        {
            string real = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{fd}");
            FileSystemInfo[] entries = new DirectoryInfo(root).GetFileSystemInfos();
            Check(LibC.mount("tmpfs", root, "tmpfs", LibC.MS_NOSUID | LibC.MS_NODEV | LibC.MS_NOEXEC, options), $"{root} cannot be covered");
            foreach (FileSystemInfo entry in entries.Where(entry => entry.Name != without))
            {
                Bind($"{real}/{entry.Name}", $"{root}/{entry.Name}", entry);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{root} cannot be covered: {e.Message}");
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
