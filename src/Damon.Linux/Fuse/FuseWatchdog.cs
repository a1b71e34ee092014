using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Linux.Native;

namespace Damon.Linux.Fuse;

/// <summary>A child process that detaches a mount when this process dies without doing so.</summary>
/// <remarks>
/// <para>It is a small shell that waits at a pipe, whose other end only this process has: however it dies, the kernel closes that. Then it looks
/// whether the mount is still there (<see cref="FuseMountPoint.Source"/>), and detaches it if so. A shell and not this program once more, because it
/// lives as long as the mount: a managed process is ten times the size, and a program that uses this library need not have an option for it.</para>
/// <para>It is in a session of its own and ignores the signals that end programs politely, holds no descriptor of this process, has its
/// directory in <c>/</c> and an environment of one variable. As a child it is in the same mount namespace.</para>
/// </remarks>
internal sealed unsafe class FuseWatchdog : IDisposable
{
    const string Shell = "/bin/sh";

    // $1 mount point, $2 the same as it stands in the table, $3 type and source
    const string Script = """
        trap '' HUP INT QUIT TERM
        read -r end
        top=
        while read -r id parent device root point rest; do
            if [ "$point" = "$2" ]; then top=$rest; fi
        done </proc/self/mountinfo
        case "$top" in
            *" - $3 "*) exec umount -l "$1" ;;
        esac
        """;

    readonly int _pid;
    int _pipe;

    FuseWatchdog(int pid, int pipe)
    {
        _pid = pid;
        _pipe = pipe;
    }

    /// <summary>The process.</summary>
    public int Pid => _pid;

    /// <summary>Starts it; the mount may come later.</summary>
    /// <exception cref="FuseMountException">There is no shell, or no process can be started.</exception>
    public static FuseWatchdog Start(FuseMountPoint mount)
    {
        int* pipe = stackalloc int[2];
        if (LibC.pipe2(pipe, LibC.O_CLOEXEC) != 0)
        {
            throw Failure(ErrnoExtensions.Last());
        }

        string[] arguments = ["sh", "-c", Script, "fuse-watchdog", mount.Directory, FuseMountTable.Escape(mount.Directory), $"{mount.Type} {mount.Source}"];
        int error = Spawn(arguments, pipe[0], out int pid);
        _ = LibC.close(pipe[0]);
        if (error != 0)
        {
            _ = LibC.close(pipe[1]);
            throw Failure((Errno)error);
        }

        return new FuseWatchdog(pid, pipe[1]);
    }

    /// <summary>Ends it, and waits for that.</summary>
    public void Dispose()
    {
        if (_pipe < 0)
        {
            return;
        }

        _ = LibC.close(_pipe);
        _pipe = -1;
        int status;
        while (LibC.waitpid(_pid, &status, 0) < 0 && ErrnoExtensions.Last() == Errno.EINTR)
        {
        }
    }

    static FuseMountException Failure(Errno errno) =>
        new($"no process could be started to clean up after a crash ({Shell}): {errno.ToText()}; mount without a watchdog to do without it");

    static int Spawn(string[] arguments, int pipe, out int pid)
    {
        // Both types are opaque; glibc's are 80 and 336 bytes, musl's smaller.
        byte* actions = stackalloc byte[512];
        byte* attributes = stackalloc byte[1024];
        byte* signals = stackalloc byte[128];
        _ = LibC.posix_spawn_file_actions_init(actions);
        _ = LibC.posix_spawn_file_actions_adddup2(actions, pipe, 0);
        _ = LibC.posix_spawn_file_actions_addopen(actions, 1, "/dev/null", LibC.O_WRONLY, 0);
        _ = LibC.posix_spawn_file_actions_addopen(actions, 2, "/dev/null", LibC.O_WRONLY, 0);

        // Those of this process close by themselves, but it may have inherited others.
        foreach (string name in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(name), NumberStyles.None, CultureInfo.InvariantCulture, out int fd) && fd > 2)
            {
                _ = LibC.posix_spawn_file_actions_addclose(actions, fd);
            }
        }

        // Ignored and blocked signals would be inherited.
        _ = LibC.posix_spawnattr_init(attributes);
        _ = LibC.sigfillset(signals);
        _ = LibC.posix_spawnattr_setsigdefault(attributes, signals);
        _ = LibC.sigemptyset(signals);
        _ = LibC.posix_spawnattr_setsigmask(attributes, signals);
        _ = LibC.posix_spawnattr_setflags(attributes, LibC.POSIX_SPAWN_SETSIGDEF | LibC.POSIX_SPAWN_SETSIGMASK | LibC.POSIX_SPAWN_SETSID);

        nint[] argv = [.. arguments.Select(Marshal.StringToCoTaskMemUTF8), 0];
        nint[] environment = [Marshal.StringToCoTaskMemUTF8("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), 0];
        nint program = Marshal.StringToCoTaskMemUTF8(Shell);
        try
        {
            int child;
            int error;
            fixed (nint* p = argv, e = environment)
            {
                error = LibC.posix_spawn(&child, (byte*)program, actions, attributes, (byte**)p, (byte**)e);
            }

            pid = child;
            return error;
        }
        finally
        {
            foreach (nint text in (nint[])[.. argv, .. environment, program])
            {
                Marshal.FreeCoTaskMem(text);
            }

            _ = LibC.posix_spawn_file_actions_destroy(actions);
            _ = LibC.posix_spawnattr_destroy(attributes);
        }
    }
}
