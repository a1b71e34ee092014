using System.Diagnostics;
using System.Globalization;
using Damon.Linux.Native;
using Damon.Linux.Tests.Targets;

namespace Damon.Linux.Tests.Fuse;

/// <summary>A server in a process of its own. Disposing ends it.</summary>
sealed class ServerProcess : IDisposable
{
    readonly Process _process;

    public ServerProcess(IReadOnlyList<string> commandLine)
    {
        ProcessStartInfo start = new(
            commandLine[0],
            commandLine.Skip(1))
        { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        TargetProcess.MakeSmall(start);
        _process = Process.Start(start)!;
        string line = _process.StandardOutput.ReadLine() ?? "";
        Assert.StartsWith("ready ", line);
        WatchdogPid = int.Parse(line.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    public int Pid => _process.Id;

    public int WatchdogPid { get; }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Ends it politely.</summary>
    /// <returns>Its exit code.</returns>
    public int Terminate()
    {
        Assert.Equal(0, LibC.kill(Pid, LibC.SIGTERM));
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(60)), "the server did not end by SIGTERM");
        return _process.ExitCode;
    }

    public static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}");

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(60)))
            {
                Kill();
            }
        }

        _process.Dispose();
    }
}
