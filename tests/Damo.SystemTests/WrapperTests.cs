using System.Diagnostics;
using Damon.Tests.Shared;

namespace Damo.SystemTests;

/// <summary>The script that users start: `./damo`.</summary>
public sealed class WrapperTests
{
    [Fact]
    public void A_second_run_does_not_build_again()
    {
        string stamp = Path.Combine(Repository.Root, "artifacts", "damo", ".stamp");
        Run("--version");
        DateTime built = File.GetLastWriteTimeUtc(stamp);

        (string output, string errors) = Run("--version");

        Assert.Equal(built, File.GetLastWriteTimeUtc(stamp));
        Assert.Empty(errors);
        Assert.NotEmpty(output);
    }

    static (string Output, string Errors) Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "damo"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return (output, errors.GetAwaiter().GetResult());
    }
}
