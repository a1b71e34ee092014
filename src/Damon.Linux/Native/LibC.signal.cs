using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

static unsafe partial class LibC
{
    internal const int SIGHUP = 1;
    internal const int SIGINT = 2;
    internal const int SIGTRAP = 5;
    internal const int SIGKILL = 9;
    internal const int SIGPIPE = 13;
    internal const int SIGTERM = 15;
    internal const int SIGCHLD = 17;
    internal const int SIGCONT = 18;
    internal const int SIGSTOP = 19;
    internal const int SIGXFSZ = 25;

    /// <summary>Below the signals of real time; the same on x86-64 and arm64.</summary>
    internal const int LastClassicSignal = 31;

    /// <summary>The greatest of the signals of real time.</summary>
    internal const int LastSignal = 64;

    internal const nint SIG_DFL = 0;
    internal const nint SIG_IGN = 1;

    /// <summary>Longest <c>struct sigaction</c> in bytes; the handler comes first in all of them.</summary>
    internal const int SigactionSize = 256;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int pid, int sig);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sigaction(int signum, byte* act, byte* oldact);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint signal(int signum, nint handler);
}
