using Damo.CommandLine;
using Damon.Linux.AccessChecks;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damo.DebugFs;

/// <summary><c>damo debugfs mount</c>: starts this program once more, to serve in the background, and waits until it does.</summary>
static class BackgroundMount
{
    // The first number that is free in the other process, which inherits only the standard streams.
    const int ReadyFd = 3;
    const long LongestLog = 1 << 20;

    /// <summary>Where the background process says what has no other way to the user.</summary>
    public const string Log = "/run/damo/debugfs.log";

    /// <exception cref="UserErrorException">It cannot be started. What failed in it, it has said itself.</exception>
    public static unsafe int Run(DebugFsOptions options, Terminal terminal)
    {
        string program = Environment.ProcessPath ?? throw new UserErrorException("the path of this program is not known; use --foreground");
        List<string> arguments = [program];
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.Ordinal))
        {
            arguments.Add(Environment.GetCommandLineArgs()[0]);
        }

        arguments.AddRange(["debugfs", "mount", options.Directory, "--era", options.Era.Name, "--foreground", "--ready-fd", "3", "--log", PrepareLog()]);
        if (options.AccessCheck is { } check)
        {
            arguments.AddRange(["--access-check", check.Name()]);
        }

        int* pipe = stackalloc int[2];
        if (LibC.pipe2(pipe, LibC.O_CLOEXEC) != 0)
        {
            throw new UserErrorException($"no process can be started: {ErrnoExtensions.Last().ToText()}");
        }

        SpawnOptions spawn = new() { Descriptors = [(pipe[1], ReadyFd)], ToNull = [0, 1], ClosesOthers = true, HasOwnSession = true };
        SpawnedProcess? process = SpawnedProcess.Start(program, arguments, spawn, out Errno errno);
        _ = LibC.close(pipe[1]);
        try
        {
            if (process is null)
            {
                throw new UserErrorException($"'{program}' cannot be started: {errno.ToText()}");
            }

            if (IsReady(pipe[0]))
            {
                terminal.Say($"{options.Directory} is DAMON's debugfs interface of the era {options.Era.Name}, served by process {process.Pid}; 'damo debugfs umount' ends it; log: {Log}");
                return (int)ExitCode.Done;
            }

            return process.Wait(null) is { } code and not 0 ? code : (int)ExitCode.Failed;
        }
        finally
        {
            _ = LibC.close(pipe[0]);
        }
    }

    static unsafe bool IsReady(int fd)
    {
        byte* line = stackalloc byte[32];
        nint got;
        do
        {
            got = LibC.read(fd, line, 32);
        }
        while (got < 0 && ErrnoExtensions.Last() == Errno.EINTR);
        return got > 0;
    }

    /// <returns>The log, or the null device where there cannot be one.</returns>
    static string PrepareLog()
    {
        try
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(Log)!);
            FileInfo file = new(Log);
            if (file.Exists && file.Length > LongestLog)
            {
                file.MoveTo(Log + ".old", overwrite: true);
            }

            new FileStream(Log, FileMode.Append).Dispose();
            return Log;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "/dev/null";
        }
    }
}
