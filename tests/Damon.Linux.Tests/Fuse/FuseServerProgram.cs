using System.Runtime.InteropServices;
using Damon.Linux.Fuse;
using Damon.Linux.Tests.Targets;

namespace Damon.Linux.Tests.Fuse;

/// <summary>What this test program is when it is started as a server of its own, which can be killed. It ends with its input or by SIGTERM.</summary>
static class FuseServerProgram
{
    const string Switch = "--fuse-server";

    /// <summary>The command line that starts a server of a file <c>text</c>.</summary>
    public static IReadOnlyList<string> CommandLine(string directory, bool watchdog = true) =>
        [.. TargetProgram.Program, Switch, directory, watchdog ? "watchdog" : "alone"];

    /// <summary>Runs as a server, if the arguments ask for it.</summary>
    public static bool TryRun(string[] arguments, out int exitCode)
    {
        exitCode = 0;
        if (arguments is not [Switch, var directory, var watchdog])
        {
            return false;
        }

        TestDirectory root = new(1);
        root.AddFile("text", "hello\n");
        try
        {
            using FuseServer server = FuseServer.Mount(directory, root, new FuseMountOptions { Watchdog = watchdog == "watchdog" });
            using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
            {
                context.Cancel = true;
                server.Unmount();
            });
            Thread input = new(() =>
            {
                while (Console.In.ReadLine() is not null)
                {
                }

                server.Unmount();
            });
            input.IsBackground = true;
            input.Start();
            Console.Out.WriteLine($"ready {server.WatchdogPid}");
            Console.Out.Flush();
            server.Start();
            server.Wait();
        }
        catch (FuseMountException e)
        {
            Console.Out.WriteLine(e.Message);
            exitCode = 1;
        }

        return true;
    }
}
