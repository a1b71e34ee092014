using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

internal static unsafe partial class LibC
{
    internal const int LOCK_EX = 2;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(int fd, int operation);
}
