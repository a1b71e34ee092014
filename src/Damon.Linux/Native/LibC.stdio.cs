using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

static unsafe partial class LibC
{
    internal const uint RENAME_NOREPLACE = 1;
    internal const uint RENAME_EXCHANGE = 2;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int renameat(SafeHandle olddirfd, byte* oldpath, SafeHandle newdirfd, byte* newpath);

    /// <summary>By its number: not every C library has a name for it.</summary>
    internal static int renameat2(SafeHandle olddirfd, byte* oldpath, SafeHandle newdirfd, byte* newpath, uint flags) =>
        (int)syscall(SYS_renameat2, olddirfd.DangerousGetHandle(), (nint)oldpath, newdirfd.DangerousGetHandle(), (nint)newpath, (nint)flags);
}
