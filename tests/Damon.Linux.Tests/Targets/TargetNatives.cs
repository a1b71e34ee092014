using System.Runtime.InteropServices;

namespace Damon.Linux.Tests.Targets;

#pragma warning disable CS8981, SYSLIB1054 // Names as in C; nothing here is worth generated marshalling.

/// <summary>What only target programs and tests need of the C library.</summary>
static unsafe class TargetNatives
{
    internal const long SYS_exit = 60;
    internal const long SYS_gettid = 186;
    internal const long SYS_futex = 202;
    internal const int PR_SET_SYSCALL_USER_DISPATCH = 59;
    internal const int PR_SYS_DISPATCH_ON = 1;
    internal const int PROT_EXEC = 4;

    [DllImport("libc", SetLastError = true)]
    internal static extern long syscall(long number, long argument);

    [DllImport("libc", SetLastError = true)]
    internal static extern long syscall(long number, void* first, long second, long third, void* fourth);

    [DllImport("libc", SetLastError = true)]
    internal static extern int pause();

    [DllImport("libc", SetLastError = true)]
    internal static extern int mlock(void* start, nuint size);

    [DllImport("libc", SetLastError = true)]
    internal static extern int prctl(int operation, nuint first, nuint second, nuint third, byte* fourth);

    [DllImport("libc", SetLastError = true)]
    internal static extern int pipe(int* ends);

    [DllImport("libc", SetLastError = true)]
    internal static extern int execv(byte* path, byte** argv);

    [DllImport("libc", SetLastError = true)]
    internal static extern int setgroups(nuint size, uint* list);

    [DllImport("libc", SetLastError = true)]
    internal static extern int setresgid(uint real, uint effective, uint saved);

    [DllImport("libc", SetLastError = true)]
    internal static extern int setresuid(uint real, uint effective, uint saved);

    /// <summary>Goes on as another program; returns only when that fails.</summary>
    internal static int Execute(string path, IEnumerable<string> arguments)
    {
        nint[] argv = [Marshal.StringToCoTaskMemUTF8(path), .. arguments.Select(Marshal.StringToCoTaskMemUTF8), 0];
        fixed (nint* p = argv)
        {
            _ = execv((byte*)argv[0], (byte**)p);
        }

        return Marshal.GetLastPInvokeError();
    }
}
