using Damon.Linux.Tests.Targets;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Damo.SystemTests;

/// <summary>The tests, or the target program that they start: this very file is always there, whatever else is installed.</summary>
static class Program
{
    static async Task<int> Main(string[] arguments)
    {
        if (TargetProgram.TryRun(arguments, out int exitCode))
        {
            return exitCode;
        }

        return arguments.Any(a => a is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }
}
