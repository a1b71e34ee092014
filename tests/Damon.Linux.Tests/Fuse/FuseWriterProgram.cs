using System.Runtime.InteropServices;
using Damon.Linux.Native;
using Damon.Linux.Tests.Targets;

namespace Damon.Linux.Tests.Fuse;

/// <summary>What this test program is when it is started as a client that survives SIGINT and tells what its one write returned.</summary>
/// <remarks>Shells and the usual tools try again after EINTR, so none of them shows it.</remarks>
static unsafe class FuseWriterProgram
{
    const string Switch = "--fuse-writer";

    public static IReadOnlyList<string> CommandLine(string path) => [.. TargetProgram.Program, Switch, path];

    /// <summary>Runs as a client, if the arguments ask for it.</summary>
    public static bool TryRun(string[] arguments, out int exitCode)
    {
        exitCode = 0;
        if (arguments is not [Switch, var path])
        {
            return false;
        }

        // A signal of the process goes to its first thread, which is this one, as long as that takes it.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        int fd = LibC.open(path, LibC.O_WRONLY);
        byte text = (byte)'x';
        nint written = LibC.write(fd, &text, 1);
        Errno errno = written < 0 ? ErrnoExtensions.Last() : Errno.None;
        Console.Out.Write($"{errno}\n");
        return true;
    }
}
