using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

#pragma warning disable IDE1006 // Names as in C.

static unsafe partial class LibC
{
    internal const int WNOHANG = 1;
    internal const int WEXITED = 4;
    internal const int WNOWAIT = 0x01000000;

    internal const int P_PID = 1;

    /// <summary>Size of <c>siginfo_t</c> in bytes.</summary>
    internal const int SiginfoSize = 128;

    /// <summary>Offset of <c>si_pid</c>, an int, on 64-bit systems.</summary>
    internal const int SiginfoPid = 16;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int waitpid(int pid, int* wstatus, int options);

    /// <summary><c>infop</c> is 128 bytes, or null.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int waitid(int idtype, uint id, void* infop, int options);
}
