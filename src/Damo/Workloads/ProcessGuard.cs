using System.Diagnostics;

namespace Damo.Workloads;

/// <summary>Ends a child process when disposed of.</summary>
sealed class ProcessGuard(Process process) : IDisposable
{
    /// <summary>Kills the process if it still runs, and waits for its end.</summary>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.WaitForExit();
        process.Dispose();
    }
}
