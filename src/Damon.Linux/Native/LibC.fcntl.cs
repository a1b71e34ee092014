using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

#pragma warning disable IDE1006, CS8981 // Names as in C.

static unsafe partial class LibC
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_NOCTTY = 0x100;
    internal const int O_TRUNC = 0x200;
    internal const int O_APPEND = 0x400;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_PATH = 0x200000;

    internal const int O_ACCMODE = 3;
    internal const int F_GETFL = 3;
    internal const int F_OFD_SETLK = 37;
    internal const int F_DUPFD_CLOEXEC = 1030;
    internal const short F_RDLCK = 0;
    internal const short F_WRLCK = 1;
    internal const int AT_SYMLINK_FOLLOW = 0x400;

    internal const int F_GETFD = 1;
    internal const int FD_CLOEXEC = 1;

    // The two architectures differ in these.
    internal static readonly int O_DIRECTORY = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 0x10000 : 0x4000;
    internal static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 0x20000 : 0x8000;
    internal static readonly int O_TMPFILE = 0x400000 | O_DIRECTORY;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string pathname, int flags, uint mode = 0);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int openat(SafeHandle dirfd, byte* pathname, int flags, uint mode = 0);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int cmd, nint arg);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(SafeHandle fd, int cmd, flock* arg);

    /// <summary><c>struct flock</c>, the same on both architectures.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct flock
    {
        internal short l_type;
        internal short l_whence;
        internal long l_start;
        internal long l_len;
        internal int l_pid;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int cmd);
}
