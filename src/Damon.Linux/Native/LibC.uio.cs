using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

#pragma warning disable CS8981 // Names as in C.

static unsafe partial class LibC
{
    /// <summary>Most ranges one vectored call takes.</summary>
    internal const int UIO_MAXIOV = 1024;

    internal struct iovec
    {
        internal ulong iov_base;
        internal ulong iov_len;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint writev(SafeHandle fd, iovec* iov, int iovcnt);

    internal static nint process_madvise(int pidfd, iovec* vec, nuint vlen, int advice, uint flags) =>
        syscall(SYS_process_madvise, pidfd, (nint)vec, (nint)vlen, advice, (nint)flags);
}
