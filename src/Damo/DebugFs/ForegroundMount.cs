using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Damo.CommandLine;
using Damon.Linux.Native;

namespace Damo.DebugFs;

/// <summary><c>damo debugfs mount --foreground</c>: serves until it is unmounted or this process is told to end.</summary>
static class ForegroundMount
{
    /// <param name="options">What to mount.</param>
    /// <param name="readyFd">Where to write a line when it is mounted; standard error then goes to <paramref name="log"/>. None for a person or a service manager who looks on.</param>
    /// <param name="log">The file for what is to be said after that.</param>
    /// <param name="terminal">Who looks on.</param>
    public static int Run(DebugFsOptions options, int? readyFd, string? log, Terminal terminal)
    {
        DebugFsServer? server = null;
        int received = 0;
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            received = context.Signal == PosixSignal.SIGINT ? LibC.SIGINT : LibC.SIGTERM;
            try
            {
                Volatile.Read(ref server)?.Unmount();
            }
            catch (UserErrorException e)
            {
                terminal.Say(e.Message);
            }
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        using DebugFsServer serving = DebugFsServer.Start(options.Directory, options.Era, options.AccessCheck, terminal.Say);
        Volatile.Write(ref server, serving);
        if (received != 0)
        {
            // It came before there was anything to unmount.
            serving.Unmount();
        }

        if (readyFd is { } fd)
        {
            TellReady(fd, log);
        }
        else
        {
            terminal.Say($"{serving.Directory} is DAMON's debugfs interface of the era {options.Era.Name}; Ctrl+C ends it");
            ServiceManager.TellReady();
        }

        serving.Wait();
        return received == LibC.SIGINT ? 128 + LibC.SIGINT : (int)ExitCode.Done;
    }

    static unsafe void TellReady(int fd, string? log)
    {
        // First, so that nobody waits for the end of a standard error that lives as long as the mount.
        int target = LibC.open(log ?? "/dev/null", LibC.O_WRONLY | LibC.O_CREAT | LibC.O_APPEND | LibC.O_CLOEXEC, 0x180);
        if (target < 0)
        {
            target = LibC.open("/dev/null", LibC.O_WRONLY | LibC.O_CLOEXEC);
        }

        _ = LibC.dup2(target, 2);
        _ = LibC.close(target);
        byte[] line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        fixed (byte* start = line)
        {
            _ = LibC.write(fd, start, (nuint)line.Length);
        }

        _ = LibC.close(fd);
    }
}
