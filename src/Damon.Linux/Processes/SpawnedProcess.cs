using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Linux.Native;

namespace Damon.Linux.Processes;

/// <summary>
/// A child process made by posix_spawn, for what <see cref="Process.Start()"/> cannot do: it inherits just the descriptors that are named, may have a
/// session of its own, and is in the mount namespace of the thread that starts it.
/// </summary>
/// <remarks>The runtime ignores some signals, such as SIGPIPE, and an ignored signal would stay ignored in the child: all are reset.</remarks>
sealed unsafe class SpawnedProcess
{
    int? _exitCode;

    SpawnedProcess(int pid) => Pid = pid;

    /// <summary>The process.</summary>
    internal int Pid { get; }

    /// <summary>What /proc told of it when it had ended; all zero before.</summary>
    internal ProcessStat EndStat { get; private set; }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path; not searched for.</param>
    /// <param name="arguments">From the name on that it is to see.</param>
    /// <param name="options">What it inherits.</param>
    /// <param name="errno">Why it could not be started.</param>
    internal static SpawnedProcess? Start(string program, IEnumerable<string> arguments, SpawnOptions options, out Errno errno)
    {
        // Both types are opaque; glibc's are 80 and 336 bytes, musl's smaller.
        byte* actions = stackalloc byte[512];
        byte* attributes = stackalloc byte[1024];
        byte* signals = stackalloc byte[128];
        _ = LibC.posix_spawn_file_actions_init(actions);
        _ = LibC.posix_spawnattr_init(attributes);
        AddDescriptors(actions, options);
        _ = LibC.sigfillset(signals);
        _ = LibC.posix_spawnattr_setsigdefault(attributes, signals);
        _ = LibC.sigemptyset(signals);
        _ = LibC.posix_spawnattr_setsigmask(attributes, signals);
        short session = options.HasOwnSession ? LibC.POSIX_SPAWN_SETSID : (short)0;
        _ = LibC.posix_spawnattr_setflags(attributes, (short)(LibC.POSIX_SPAWN_SETSIGDEF | LibC.POSIX_SPAWN_SETSIGMASK | session));

        nint path = Marshal.StringToCoTaskMemUTF8(program);
        nint[] argv = ToC(arguments);
        nint[]? variables = options.Environment is { } given ? ToC(given) : null;
        try
        {
            int child;
            fixed (nint* a = argv, e = variables)
            {
                errno = (Errno)LibC.posix_spawn(&child, (byte*)path, actions, attributes, (byte**)a, e is null ? LibC.Environment : (byte**)e);
            }

            return errno == Errno.None ? new SpawnedProcess(child) : null;
        }
        finally
        {
            foreach (nint text in (nint[])[path, .. argv, .. variables ?? []])
            {
                Marshal.FreeCoTaskMem(text);
            }

            _ = LibC.posix_spawn_file_actions_destroy(actions);
            _ = LibC.posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>Sends a signal to the process, if its end has not been seen yet.</summary>
    internal void Signal(int signal)
    {
        if (_exitCode is null)
        {
            _ = LibC.kill(Pid, signal);
        }
    }

    /// <summary>Waits for the end of the process.</summary>
    /// <param name="limit">How long; null for as long as it takes.</param>
    /// <returns>The exit code, 128 + the signal that ended it, or null when it still runs.</returns>
    internal int? Wait(TimeSpan? limit)
    {
        long start = Stopwatch.GetTimestamp();
        byte* info = stackalloc byte[LibC.SiginfoSize];
        while (_exitCode is null)
        {
            // Left as it is at first: its CPU time is gone with it.
            *(int*)(info + LibC.SiginfoPid) = 0;
            int got = LibC.waitid(LibC.P_PID, (uint)Pid, info, LibC.WEXITED | LibC.WNOWAIT | (limit is null ? 0 : LibC.WNOHANG));
            int pid = got < 0 ? got : *(int*)(info + LibC.SiginfoPid);
            if (pid == Pid)
            {
                EndStat = new ProcFileSystem().TryReadStat(Pid, out ProcessStat stat) ? stat : default;
                int status;
                _ = LibC.waitpid(Pid, &status, 0);
                _exitCode = (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
            }
            else if (pid < 0 && ErrnoExtensions.Last() != Errno.EINTR)
            {
                _exitCode = 0;
            }
            else if (limit is { } most && Stopwatch.GetElapsedTime(start) > most)
            {
                return null;
            }
            else if (pid == 0)
            {
                Thread.Sleep(5);
            }
        }

        return _exitCode;
    }

    static void AddDescriptors(byte* actions, SpawnOptions options)
    {
        foreach ((int from, int to) in options.Descriptors)
        {
            _ = LibC.posix_spawn_file_actions_adddup2(actions, from, to);
        }

        foreach (int fd in options.ToNull)
        {
            _ = LibC.posix_spawn_file_actions_addopen(actions, fd, "/dev/null", fd == 0 ? LibC.O_RDONLY : LibC.O_WRONLY, 0);
        }

        if (!options.ClosesOthers)
        {
            return;
        }

        // Those of this process close by themselves, but it may have inherited others.
        foreach (string entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out int fd)
                && fd > 2 && !options.Descriptors.Any(d => d.To == fd))
            {
                _ = LibC.posix_spawn_file_actions_addclose(actions, fd);
            }
        }
    }

    static nint[] ToC(IEnumerable<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];
}
