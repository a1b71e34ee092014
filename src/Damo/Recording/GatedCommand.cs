using System.Diagnostics;
using System.Runtime.InteropServices;
using Damo.CommandLine;
using Damon.Linux.Native;

namespace Damo.Recording;

/// <summary>
/// A command line that a shell runs once monitoring is ready: its process waits at a gate, so that it is monitored from its first
/// instruction.
/// </summary>
/// <remarks>
/// The process is a small shell that reads a line from a pipe, and then executes the shell that runs the command line: the pid stays
/// the same. If this program dies before, the pipe ends and so does the process. posix_spawn and not Process.Start: the pipe
/// must be inherited, and standard input and output are the user's.
/// </remarks>
sealed unsafe class GatedCommand : IDisposable
{
    // One digit is all that the smallest shells can redirect; the gate closes it before it executes the command.
    const int GateFd = 9;
    const string Gate = "read -r go <&9 || exit 125; exec 9<&-; exec \"$@\"";

    static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    int _gate;
    int? _status;
    bool _opened;

    GatedCommand(int pid, int gate)
    {
        Pid = pid;
        _gate = gate;
    }

    /// <summary>The process.</summary>
    public int Pid { get; }

    /// <summary>Starts the process; the command itself waits for <see cref="OpenGate"/>.</summary>
    /// <exception cref="UserErrorException">No process could be started.</exception>
    public static GatedCommand Start(string commandLine)
    {
        string shell = File.Exists("/bin/bash") ? "/bin/bash" : "/bin/sh";
        int* pipe = stackalloc int[2];
        if (LibC.pipe2(pipe, LibC.O_CLOEXEC) != 0)
        {
            throw new UserErrorException($"the command cannot be started: {ErrnoExtensions.Last().ToText()}");
        }

        int error = Spawn("/bin/sh", ["sh", "-c", Gate, "damo-gate", shell, "-c", commandLine], pipe[0], out int pid);
        _ = LibC.close(pipe[0]);
        if (error != 0)
        {
            _ = LibC.close(pipe[1]);
            throw new UserErrorException($"the command cannot be started: {((Errno)error).ToText()}");
        }

        return new GatedCommand(pid, pipe[1]);
    }

    /// <summary>Lets the command run.</summary>
    public void OpenGate()
    {
        if (_gate >= 0)
        {
            _opened = true;
            byte newline = (byte)'\n';
            _ = LibC.write(_gate, &newline, 1);
            CloseGate();
        }
    }

    /// <summary>Sends a signal to the process, if it still lives.</summary>
    public void Signal(int signal)
    {
        if (_status is null)
        {
            _ = LibC.kill(Pid, signal);
        }
    }

    /// <summary>Waits for the end of the process.</summary>
    /// <param name="limit">How long; null for as long as it takes.</param>
    /// <returns>The exit code, 128 + the signal that ended it, or null when it still runs.</returns>
    public int? Wait(TimeSpan? limit)
    {
        long start = Stopwatch.GetTimestamp();
        while (_status is null)
        {
            int status;
            int pid = LibC.waitpid(Pid, &status, limit is null ? 0 : LibC.WNOHANG);
            if (pid == Pid)
            {
                _status = (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
            }
            else if (pid < 0 && ErrnoExtensions.Last() != Errno.EINTR)
            {
                _status = 0;
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

        return _status;
    }

    /// <summary>Ends a process that still waits at the gate; one that runs is left alone.</summary>
    public void Dispose()
    {
        CloseGate();
        if (!_opened && Wait(s_grace) is null)
        {
            Signal(LibC.SIGKILL);
            Wait(null);
        }
    }

    static int Spawn(string path, string[] arguments, int gate, out int pid)
    {
        // Both types are opaque; glibc's are 80 and 336 bytes, musl's smaller.
        byte* actions = stackalloc byte[512];
        byte* attributes = stackalloc byte[1024];
        byte* signals = stackalloc byte[128];
        _ = LibC.posix_spawn_file_actions_init(actions);
        _ = LibC.posix_spawnattr_init(attributes);
        _ = LibC.posix_spawn_file_actions_adddup2(actions, gate, GateFd);

        // The runtime ignores some signals, such as SIGPIPE, and an ignored signal would stay ignored in the command.
        _ = LibC.sigfillset(signals);
        _ = LibC.posix_spawnattr_setsigdefault(attributes, signals);
        _ = LibC.sigemptyset(signals);
        _ = LibC.posix_spawnattr_setsigmask(attributes, signals);
        _ = LibC.posix_spawnattr_setflags(attributes, LibC.POSIX_SPAWN_SETSIGDEF | LibC.POSIX_SPAWN_SETSIGMASK);

        nint[] argv = [.. arguments.Select(Marshal.StringToCoTaskMemUTF8), 0];
        nint program = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            int child;
            int error;
            fixed (nint* p = argv)
            {
                error = LibC.posix_spawn(&child, (byte*)program, actions, attributes, (byte**)p, LibC.Environment);
            }

            pid = child;
            return error;
        }
        finally
        {
            foreach (nint argument in argv)
            {
                Marshal.FreeCoTaskMem(argument);
            }

            Marshal.FreeCoTaskMem(program);
            _ = LibC.posix_spawn_file_actions_destroy(actions);
            _ = LibC.posix_spawnattr_destroy(attributes);
        }
    }

    void CloseGate()
    {
        if (_gate >= 0)
        {
            _ = LibC.close(_gate);
            _gate = -1;
        }
    }
}
