using Damon.Linux.Native;

namespace Damon.Linux.Actions;

/// <summary>Tries which advice the kernel takes, on no memory at all.</summary>
static unsafe class AdviceProbe
{
    /// <summary>The error that the advice gets; <see cref="Errno.None"/> when it is known.</summary>
    internal static Errno Try(int advice)
    {
        int pidfd = LibC.pidfd_open(LibC.getpid(), 0);
        if (pidfd < 0)
        {
            return ErrnoExtensions.Last();
        }

        LibC.iovec nothing = default;
        Errno error = LibC.process_madvise(pidfd, &nothing, 1, advice, 0) < 0 ? ErrnoExtensions.Last() : Errno.None;
        _ = LibC.close(pidfd);
        return error;
    }
}
