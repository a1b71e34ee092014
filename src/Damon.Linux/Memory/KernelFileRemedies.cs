using Damon.Linux.Native;

namespace Damon.Linux.Memory;

/// <summary>What helps where a file of /proc or /sys cannot be opened or written.</summary>
static class KernelFileRemedies
{
    /// <param name="errno">Why it cannot.</param>
    /// <param name="root">Where the file system is mounted, such as <c>/proc</c>.</param>
    /// <param name="needs">What the kernel needs to have the file, such as <c>CONFIG_PROC_PAGE_MONITOR</c>.</param>
    public static string Of(Errno errno, string root, string needs) => errno switch
    {
        Errno.ENOENT => $"it needs a kernel with {needs}, and {root} mounted",
        Errno.EROFS => $"{root} is mounted read-only: mount it writable ('mount -o remount,rw {root}'; in a container, run it with a writable {root})",
        Errno.EACCES or Errno.EPERM => "run as root; a program with the capabilities of its file must be dumpable, too (prctl PR_SET_DUMPABLE)",
        _ => $"look whether {root} is mounted as usual",
    };
}
