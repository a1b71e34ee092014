using Damon.Linux;
using Damon.Schemes;

namespace Programming;

static class KernelActions
{
    internal static void Run()
    {
        using Workload workload = new();
        #region schemes
        Scheme trim = new()
        {
            Action = SchemeAction.PageOut,
            Pattern = new() { MinSize = 1 << 20, MaxNrAccesses = PatternBound.OfCount(0), MinAge = PatternBound.OfMicroseconds(1_000_000) },
            Quota = new() { SizeBytes = 32 << 20, ResetIntervalMs = 1_000, AgeWeight = 1, NrAccessesWeight = 1 },
        };
        using ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions { Schemes = [trim] });
        Thread.Sleep(TimeSpan.FromSeconds(4));
        monitor.Stop();
        Console.WriteLine($"tried on {trim.Statistics.SizeTried >> 20} MiB, applied to {trim.Statistics.SizeApplied >> 20} MiB");
        foreach (string note in monitor.ActionNotes)
        {
            Console.WriteLine(note);
        }

        #endregion
    }
}
