using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

#pragma warning disable CS8981 // Names as in C.

static unsafe partial class LibC
{
    internal const short POLLIN = 0x001;
    internal const short POLLOUT = 0x004;

    internal struct pollfd
    {
        internal int fd;
        internal short events;
        internal short revents;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ppoll(pollfd* fds, nuint nfds, timespec* timeout, void* sigmask);
}
