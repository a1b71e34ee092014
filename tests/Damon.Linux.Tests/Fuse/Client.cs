using System.Diagnostics;

namespace Damon.Linux.Tests.Fuse;

/// <summary>Programs that use a mounted file system from outside.</summary>
static class Client
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs a script of the plain shell to its end.</summary>
    public static ClientResult Shell(string directory, string script) => Finish(Start(directory, "/bin/sh", "-c", script));

    /// <summary>Starts a program in a directory.</summary>
    public static Process Start(string directory, string program, params string[] arguments)
    {
        // The shell changes the directory, not the runtime, which would look at it before.
        ProcessStartInfo start = new("/bin/sh", ["-c", "cd \"$0\" && exec \"$@\"", directory, program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end of a program.</summary>
    public static ClientResult Finish(Process process)
    {
        using (process)
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(s_limit))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"the client did not end within {s_limit.TotalSeconds} s");
            }

            ClientResult result = new(process.ExitCode, output.Result, errors.Result);
            process.StandardOutput.Dispose();
            process.StandardError.Dispose();
            return result;
        }
    }
}
