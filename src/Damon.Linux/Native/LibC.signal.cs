using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

internal static unsafe partial class LibC
{
    internal const int SIGHUP = 1;
    internal const int SIGINT = 2;
    internal const int SIGTRAP = 5;
    internal const int SIGKILL = 9;
    internal const int SIGTERM = 15;
    internal const int SIGCONT = 18;
    internal const int SIGSTOP = 19;
    internal const int SIGXFSZ = 25;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int pid, int sig);
}
