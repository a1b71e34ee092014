using System.Runtime.InteropServices;
using Damo.CommandLine;
using Damo.CommandLine.Signals;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Sysfs;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damo.DebugFs;

/// <summary><c>damo debugfs run</c>: runs a command for which alone the debugfs interface is where kernels had it.</summary>
static class PrivateRun
{
    const int CannotRun = 126;
    const int NotFound = 127;

    /// <returns>The exit code of the command, or 128 + the signal that ended it.</returns>
    public static int Run(DebugFsOptions options, IReadOnlyList<string> command, Terminal terminal)
    {
        // The main thread, on purpose: the namespace is the thread's, and it lives as long as the process.
        string program = Find(command[0]);
        int used = KernelKdamonds();
        PrivateDebugFs.Enter();
        if (!(options.ShowsKernel ?? used > 0))
        {
            PrivateDebugFs.HideSysfs();
        }
        else if (options.ShowsKernel is null)
        {
            terminal.Say(
                $"the kernel's own DAMON is in use ({used} kdamond{(used == 1 ? "" : "s")}), so it stays where it is in /sys, for the command, too; --kernel "
                    + "hide takes it away there");
        }

        using DebugFsServer server = DebugFsServer.Start(PrivateDebugFs.Damon, options.Era, options.AccessCheck, terminal.Say);
        SpawnedProcess? process = null;

        // A terminal tells the command as well, which decides what becomes of it, as under a shell. They stay until this process ends: one that is on its
        // way when they are taken back would end it in place of the command's end.
        PosixSignalRegistration[] signals =
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
        int exitCode = started.Wait(null)!.Value;
        GC.KeepAlive(signals);
        return exitCode;
    }

    static int KernelKdamonds()
    {
        SysfsAdmin admin = new(new KernelTree(new KernelFolder(KernelBackends.UsualAdmin)));
        return admin.IsThere ? admin.Look().Count : 0;
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
