using System.Runtime.InteropServices;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.Fuse;

#pragma warning disable CS8981, SYSLIB1054, CA2101 // Names as in C; nothing here is worth generated marshalling.

/// <summary>What only clients in these tests need of the C library.</summary>
static unsafe class FuseNatives
{
    internal const Errno ESPIPE = (Errno)29;

    [DllImport("libc", SetLastError = true)]
    internal static extern nint sendfile(int outFd, int inFd, nint offset, nuint count);

    [DllImport("libc", SetLastError = true)]
    internal static extern long lseek(int fd, long offset, int whence);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint fgetxattr(int fd, string name, byte* value, nuint size);

    [DllImport("libc", SetLastError = true)]
    internal static extern int fsetxattr(int fd, string name, byte* value, nuint size, int flags);

    [DllImport("libc", SetLastError = true)]
    internal static extern int ioctl(int fd, nuint request, byte* argument);

    [DllImport("libc", SetLastError = true)]
    internal static extern int fsync(int fd);
}
