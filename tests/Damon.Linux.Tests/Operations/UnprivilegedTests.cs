using System.Diagnostics;
using System.Globalization;
using Damon.Linux.Native;
using Damon.Linux.Tests.Targets;

namespace Damon.Linux.Tests.Operations;

public sealed class UnprivilegedTests
{
    const uint Nobody = 65534;

    [Fact]
    public async Task An_ordinary_user_monitors_processes_of_his_own_and_is_told_why_not_others()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to become somebody else");
        using TemporaryFolder folder = new();
        string program = CopyForAll(folder.Path);
        using TargetProcess foreign = TargetProcess.Start();

        ProcessStartInfo start = new(
            TargetProgram.Program[0],
            [
                .. TargetProgram.Program.Skip(1),
                TargetProgram.UserSwitch,
                Nobody.ToString(CultureInfo.InvariantCulture),
                program,
                UnprivilegedMonitor.Switch,
                foreign.Pid.ToString(CultureInfo.InvariantCulture),
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        TargetProcess.MakeSmall(start);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", await errors);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("best: clear-refs\n", output);
        Assert.Contains("hot memory seen\n", output);
        string message = Assert.Single(output.Split('\n'), l => l.StartsWith("foreign:", StringComparison.Ordinal));
        Assert.StartsWith($"foreign: process {foreign.Pid} (", message);
        Assert.Contains("run as root", message);
        Assert.Contains("clear-refs check works on", message);
    }

    /// <summary>Others may be kept out of the folder of the tests.</summary>
    static string CopyForAll(string folder)
    {
        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(folder, All);
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            string copy = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, All);
        }

        return Path.Combine(folder, Path.GetFileNameWithoutExtension(typeof(UnprivilegedTests).Assembly.Location));
    }
}
