using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damon.Linux.Fuse;

/// <summary>A child process that detaches a mount when this process dies without doing so.</summary>
/// <remarks>
/// <para>It is a small shell that waits at a pipe, whose other end only this process has: however it dies, the kernel closes that. Then it looks
/// whether the mount is still there (<see cref="FuseMountPoint.Source"/>), and detaches it if so. A shell and not this program once more, because it
/// lives as long as the mount: a managed process is ten times the size, and a program that uses this library need not have an option for it.</para>
/// <para>It is in a session of its own and ignores the signals that end programs politely, holds no descriptor of this process, has its
/// directory in <c>/</c> and an environment of one variable. As a child it is in the same mount namespace.</para>
/// </remarks>
sealed unsafe class FuseWatchdog : IDisposable
{
    const string Shell = "/bin/sh";

    // $1 mount point, $2 the same as it stands in the table, $3 type and source, $4 not empty: the directory goes, too
    const string Script = """
        cd /
        trap '' HUP INT QUIT TERM
        cd /
        read -r end
        top=
        while read -r id parent device root point rest; do
            if [ "$point" = "$2" ]; then top=$rest; fi
        done </proc/self/mountinfo
        case "$top" in
            *" - $3 "*) umount -l "$1" ;;
        esac
        if [ -n "$4" ]; then exec rmdir "$1"; fi
        """;

    readonly SpawnedProcess _process;
    int _pipe;

    FuseWatchdog(SpawnedProcess process, int pipe)
    {
        _process = process;
        _pipe = pipe;
    }

    /// <summary>The process.</summary>
    public int Pid => _process.Pid;

    /// <summary>Starts it; the mount may come later.</summary>
    /// <param name="mount">What to detach.</param>
    /// <param name="removesDirectory">Whether the empty directory is removed after that.</param>
    /// <exception cref="FuseMountException">There is no shell, or no process can be started.</exception>
    public static FuseWatchdog Start(FuseMountPoint mount, bool removesDirectory)
    {
        int* pipe = stackalloc int[2];
        if (LibC.pipe2(pipe, LibC.O_CLOEXEC) != 0)
        {
            throw Failure(ErrnoExtensions.Last());
        }

        string[] arguments =
        [
            "sh",
            "-c",
            Script,
            "fuse-watchdog",
            mount.Directory,
            FuseMountTable.Escape(mount.Directory),
            $"{mount.Type} {mount.Source}",
            removesDirectory ? "yes" : "",
        ];
        SpawnOptions options = new()
        {
            Descriptors = [(pipe[0], 0)],
            ToNull = [1, 2],
            ClosesOthers = true,
            HasOwnSession = true,
            Environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
        };
        SpawnedProcess? process = SpawnedProcess.Start(Shell, arguments, options, out Errno errno);
        _ = LibC.close(pipe[0]);
        if (process is null)
        {
            _ = LibC.close(pipe[1]);
            throw Failure(errno);
        }

        return new FuseWatchdog(process, pipe[1]);
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
        _ = _process.Wait(null);
    }

    static FuseMountException Failure(Errno errno) =>
        new($"no process could be started to clean up after a crash ({Shell}): {errno.ToText()}; mount without a watchdog to do without it");
}
