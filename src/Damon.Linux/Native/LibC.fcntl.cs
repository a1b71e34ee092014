using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

internal static unsafe partial class LibC
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_TRUNC = 0x200;
    internal const int O_APPEND = 0x400;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_PATH = 0x200000;

    internal const int F_GETFD = 1;
    internal const int FD_CLOEXEC = 1;

    /// <summary>The two architectures differ here.</summary>
    internal static readonly int O_DIRECTORY = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 0x10000 : 0x4000;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string pathname, int flags, uint mode = 0);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int open(byte* pathname, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int cmd);
}
