using System.Globalization;
using System.Text;
using Damo.CommandLine;
using Damo.CommandLine.Signals;
using Damon.Linux.Native;

namespace Damo.DebugFs;

/// <summary><c>damo debugfs mount --foreground</c>: serves until it is unmounted or this process is told to end.</summary>
static class ForegroundMount
{
    /// <param name="options">What to mount.</param>
    /// <param name="readyFd">
    /// Where to write one line: the pid when it is mounted, or why it is not. None for a person or a service manager who looks on.
    /// </param>
    /// <param name="terminal">Who looks on, or the log.</param>
    public static int Run(DebugFsOptions options, int? readyFd, Terminal terminal)
    {
        DebugFsServer? server = null;
        void Unmount()
        {
            try
            {
                Volatile.Read(ref server)?.Unmount();
            }
            catch (UserErrorException e)
            {
                terminal.Say(e.Message);
            }
        }

        using RunSignals signals = new(Unmount);
        using DebugFsServer serving = Start(options, readyFd, terminal);
        Volatile.Write(ref server, serving);
        if (signals.Received != 0)
        {
            // It came before there was anything to unmount.
            serving.Unmount();
        }

        TellReady(options, readyFd, terminal);
        serving.Wait();
        return (int)(signals.Received == LibC.SIGINT ? ExitCode.Interrupted : ExitCode.Done);
    }

    static DebugFsServer Start(DebugFsOptions options, int? readyFd, Terminal terminal)
    {
        try
        {
            return DebugFsServer.Start(options.Directory, options.Era, options.AccessCheck, terminal.Say);
        }
        catch (UserErrorException e) when (readyFd is not null)
        {
            Tell(readyFd.Value, e.Message);
            throw;
        }
    }

    static void TellReady(DebugFsOptions options, int? readyFd, Terminal terminal)
    {
        terminal.Say($"{options.Directory} is DAMON's debugfs interface of the era {options.Era.Name}, served by process {Environment.ProcessId}");
        if (readyFd is { } fd)
        {
            Tell(fd, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            ReadyNotice.Send();
        }
    }

    static unsafe void Tell(int fd, string text)
    {
        fixed (byte* line = Encoding.UTF8.GetBytes(text.ReplaceLineEndings(" ") + "\n"))
        {
            _ = LibC.write(fd, line, (nuint)Encoding.UTF8.GetByteCount(text) + 1);
        }

        _ = LibC.close(fd);
    }
}
