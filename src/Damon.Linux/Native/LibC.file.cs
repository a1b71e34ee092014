using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

static unsafe partial class LibC
{
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;

    /// <summary><c>flock(2)</c>, whose name here is that of the structure.</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int flock_file(int fd, int operation);
}
