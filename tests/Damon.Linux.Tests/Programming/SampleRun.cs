using System.Diagnostics;
using Damon.Linux.AccessChecks;
using Damon.Linux.Memory;

namespace Damon.Linux.Tests.Programming;

/// <summary>
/// A run of one of the programs in samples/Programming, in a process of its own: what monitors itself would see, and disturb, all tests else.
/// </summary>
static class SampleRun
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    public static string Program => Path.Combine(AppContext.BaseDirectory, "Programming");

    /// <summary>Runs to the end.</summary>
    /// <returns>The lines of standard output.</returns>
    public static async Task<string[]> Of(params string[] arguments)
    {
        ProcessStartInfo start = new(Program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal("", await errors);
            Assert.Equal(0, process.ExitCode);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Skips the test where no access check sees single pages.</summary>
    public static void NeedPages()
    {
        try
        {
            AccessCheckers.Create(AccessCheckKind.PageTable).Dispose();
        }
        catch (AccessCheckUnavailableException e) when (Environment.GetEnvironmentVariable("DAMON_TESTS_MAY_NOT_SKIP") is null)
        {
            Assert.Skip(e.Message);
        }
    }
}
