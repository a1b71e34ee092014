using Damon.Linux;
using Damon.Linux.Processes;

namespace Programming;

static class Heap
{
    internal static void Run()
    {
        #region heap
        byte[][] kept = [.. Enumerable.Range(0, 1000).Select(static _ => new byte[10_000])];
        using ProcessMonitor monitor = ProcessMonitor.Start(static _ => { });
        GC.Collect(0);
        Thread.Sleep(TimeSpan.FromSeconds(1)); // the runtime's events come a little later
        foreach (ManagedHeapRange piece in monitor.Heap!.Ranges)
        {
            Console.WriteLine($"{piece.Range} {piece.Name} {piece.UsedBytes >> 10} KiB");
        }

        Console.WriteLine(monitor.NameOf(Environment.ProcessId, monitor.Heap.Ranges[0].Range.Start));
        #endregion
        GC.KeepAlive(kept);
    }
}
