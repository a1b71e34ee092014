using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

/// <summary>The C library, raw: names and constants as in C, one file per header, no policy.</summary>
static unsafe partial class LibC
{
    internal const int SYS_pidfd_send_signal = 424;
    internal const int SYS_pidfd_open = 434;
    internal const int SYS_process_madvise = 440;

    // Calls up to 423 have a number per architecture; the later ones share one.
    internal static readonly int SYS_bpf = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;
    internal static readonly int SYS_ptrace = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 101 : 117;
    internal static readonly int SYS_renameat2 = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 316 : 276;
    internal static readonly int SYS_move_pages = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 279 : 239;

    // glibc's and musl's syscall() take their arguments in registers like any other function on x86-64 and arm64, so that the
    // ellipsis of the C prototype makes no difference to the caller.
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    /// <summary>Without saving errno: for the hot path, which asks <see cref="Marshal.GetLastSystemError"/> only after a failure.</summary>
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint syscall_keep_errno(nint number, nint a, nint b, nint c);
}
