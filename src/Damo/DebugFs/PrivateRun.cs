using System.Runtime.InteropServices;
using Damo.CommandLine;
using Damo.CommandLine.Signals;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damo.DebugFs;

/// <summary><c>damo debugfs run</c>: runs a command for which the debugfs interface is where kernels had it, and for nobody else.</summary>
static class PrivateRun
{
    const int CannotRun = 126;
    const int NotFound = 127;

    static PosixSignalRegistration[]? s_signals;

    /// <returns>The exit code of the command, or 128 + the signal that ended it.</returns>
    public static int Run(DebugFsOptions options, IReadOnlyList<string> command, Terminal terminal)
    {
        // The main thread, on purpose: the namespace is the thread's, and it lives as long as the process.
        string program = Find(command[0]);
        PrivateDebugFs.Enter();
        using DebugFsServer server = DebugFsServer.Start(PrivateDebugFs.Damon, options.Era, options.AccessCheck, terminal.Say);
        SpawnedProcess? process = null;

        // A terminal tells the command as well, which decides what becomes of it, as under a shell. They stay until this process ends: one that is on its
        // way when they are taken back would end it in place of the command's end.
        s_signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, static context => context.Cancel = true),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Forward(context, LibC.SIGTERM)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Forward(context, LibC.SIGHUP)),
        ];
        void Forward(PosixSignalContext context, int signal)
        {
            context.Cancel = true;
            Volatile.Read(ref process)?.Signal(signal);
        }

        SpawnedProcess? started = InheritedSignals.ShellLine is { Length: > 0 } line && File.Exists(program)
            ? SpawnedProcess.Start("/bin/sh", ["sh", "-c", line + "exec \"$@\"", "damo", program, .. command.Skip(1)], new SpawnOptions(), out Errno errno)
            : SpawnedProcess.Start(program, command, new SpawnOptions(), out errno);
        if (started is null)
        {
            terminal.Say($"'{command[0]}' cannot be run: {errno.ToText()}");
            return errno == Errno.ENOENT ? NotFound : CannotRun;
        }

        Volatile.Write(ref process, started);
        return started.Wait(null)!.Value;
    }

    /// <summary>As a shell finds it.</summary>
    static string Find(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return name;
        }

        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0)
            {
                return path;
            }
        }

        return name;
    }
}
