#region own-process-usings
using Damon.Linux;
using Damon.Monitoring;
#endregion

namespace Programming;

static class OwnProcess
{
    internal static void Run()
    {
        using Workload workload = new();
        #region own-process
        using ProcessMonitor monitor = ProcessMonitor.Start(snapshot =>
        {
            ulong accessed = 0;
            foreach (SnapshotRegion region in snapshot[0].Regions)
            {
                accessed += region.NrAccesses > 0 ? region.Size : 0;
            }

            Console.WriteLine($"working set: {accessed >> 20} MiB");
        });
        Thread.Sleep(TimeSpan.FromSeconds(3)); // here goes what the program is for
        #endregion
    }
}
