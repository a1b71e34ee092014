using Damon.Linux.Tests.Fuse;
using Damon.Linux.Tests.KernelDamon;
using Damon.Linux.Tests.Operations;
using Damon.Linux.Tests.Targets;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Damon.Linux.Tests;

/// <summary>The tests, or one of the programs that they start: this very file is always there, whatever else is installed.</summary>
static class Program
{
    static async Task<int> Main(string[] arguments)
    {
        if (TargetProgram.TryRun(arguments, out int exitCode) || UnprivilegedMonitor.TryRun(arguments, out exitCode)
            || FuseServerProgram.TryRun(arguments, out exitCode) || FuseWriterProgram.TryRun(arguments, out exitCode)
            || GuestChecks.TryRun(arguments, out exitCode))
        {
            return exitCode;
        }

        return arguments.Any(a => a is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }
}
