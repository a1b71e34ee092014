using Damon.Linux;

namespace Programming;

/// <summary>Something for <c>dotnet-counters</c> to look at.</summary>
static class Serve
{
    internal static void Run(TimeSpan time)
    {
        using Workload workload = new();
        using ProcessMonitor monitor = ProcessMonitor.Start(static _ => { });
        Console.WriteLine($"process {Environment.ProcessId}: {monitor.AccessCheck}");
        Thread.Sleep(time);
    }
}
