using System.Diagnostics;

namespace Damon.Samples.Tests;

/// <summary>Runs programs of this repository, as built.</summary>
static class Programs
{
    public static string PathOf(string project, string name) => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, "release", name));

    /// <summary>Runs a program to its end, which must be a good one.</summary>
    /// <returns>Its output and its errors.</returns>
    public static async Task<(string Output, string Errors)> Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(
            program,
            arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        (string, string) both = (await output, await errors);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {both.Item2}");
        return both;
    }

    public static Task<(string Output, string Errors)> Damo(params string[] arguments) => Run(PathOf("Damo", "damo"), arguments);
}
