namespace Damon.Linux.Native;

static unsafe partial class LibC
{
    internal static int pidfd_open(int pid, uint flags) => (int)syscall(SYS_pidfd_open, pid, (nint)flags, 0, 0, 0);

    internal static int pidfd_send_signal(int pidfd, int sig, void* info, uint flags) =>
        (int)syscall(SYS_pidfd_send_signal, pidfd, sig, (nint)info, (nint)flags, 0);
}
