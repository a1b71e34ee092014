using System.Globalization;
using System.Text;
using Damo.CommandLine;
using Damon.Linux.AccessChecks;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.Native;
using Damon.Linux.Outputs;
using Damon.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Damo.DebugFs;

/// <summary><c>damo debugfs mount</c>: starts this program once more, to serve in the background, and waits until it does.</summary>
static class BackgroundMount
{
    // The first number that is free in the other process, which inherits only the standard streams.
    const int ReadyFd = 3;
    const long LongestLog = 1 << 20;

    /// <summary>Where the background process writes what cannot reach the user otherwise.</summary>
    public const string Log = OwnershipNotes.UsualFolder + "/" + LogName;

    const string LogName = "debugfs.log";

    /// <exception cref="UserErrorException">It cannot be started. What failed in it, it has said itself.</exception>
    public static unsafe int Run(DebugFsOptions options, Terminal terminal)
    {
        string program = Environment.ProcessPath ?? throw new UserErrorException("the path of this program is not known; use --foreground");
        List<string> arguments = [program];
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.Ordinal))
        {
            arguments.Add(Environment.GetCommandLineArgs()[0]);
        }

        arguments.AddRange([
            "debugfs",
            "mount",
            options.Directory,
            "--era",
            options.Era.Name,
            "--foreground",
            "--ready-fd",
            ReadyFd.ToString(CultureInfo.InvariantCulture),
        ]);
        if (options.AccessCheck is { } check)
        {
            arguments.AddRange(["--access-check", check.Name()]);
        }

        int* pipe = stackalloc int[2];
        if (LibC.pipe2(pipe, LibC.O_CLOEXEC) != 0)
        {
            throw new UserErrorException($"no process can be started: {ErrnoExtensions.Last().ToText()}");
        }

        using SafeFileHandle log = OpenLog();
        SpawnOptions spawn = new()
        {
            Descriptors = [((int)log.DangerousGetHandle(), 2), (pipe[1], ReadyFd)],
            ToNull = [0, 1],
            ClosesOthers = true,
            HasOwnSession = true,
        };
        SpawnedProcess? process = SpawnedProcess.Start(program, arguments, spawn, out Errno errno);
        _ = LibC.close(pipe[1]);
        try
        {
            if (process is null)
            {
                throw new UserErrorException($"'{program}' cannot be started: {errno.ToText()}");
            }

            string answer = ReadLine(pipe[0]);
            if (!int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            {
                throw new UserErrorException(answer.Length > 0 ? answer : $"the process in the background has ended before it was ready; see {Log}");
            }

            terminal.Say(
                $"{options.Directory} is DAMON's debugfs interface of the era {options.Era.Name}, served by process {pid}; 'damo debugfs umount' ends it; "
                    + $"log: {Log}");
            return (int)ExitCode.Done;
        }
        finally
        {
            _ = LibC.close(pipe[0]);
        }
    }

    static unsafe string ReadLine(int fd)
    {
        const int Longest = 4096;
        byte* line = stackalloc byte[Longest];
        int length = 0;
        while (length < Longest)
        {
            nint got = LibC.read(fd, line + length, (nuint)(Longest - length));
            if (got == 0 || (got < 0 && ErrnoExtensions.Last() != Errno.EINTR))
            {
                break;
            }

            length += (int)Math.Max(got, 0);
            if (length > 0 && line[length - 1] == '\n')
            {
                break;
            }
        }

        return Encoding.UTF8.GetString(line, length).Trim();
    }

    /// <returns>A descriptor: of the log, or of the null device where there cannot be one.</returns>
    static SafeFileHandle OpenLog()
    {
        try
        {
            using OwnFolder folder = OwnFolder.Open(OwnershipNotes.UsualFolder);
            return folder.Append(LogName, LongestLog);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SafeFileHandle(LibC.open("/dev/null", LibC.O_WRONLY | LibC.O_CLOEXEC), ownsHandle: true);
        }
    }
}
