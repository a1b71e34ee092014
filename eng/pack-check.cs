// What eng/pack-check builds against the packages: a simulated run, and the process itself.
using Damon.Linux;
using Damon.Monitoring;
using Damon.Simulation;

SimulatedClock clock = new();
SimulatedPattern pattern = SimulatedPattern.Parse("map 1G 256M\nphase 10s\n  access 1G 16M always\n");
MonitoringContext context = new(new SimulatedOperations(pattern, clock), seed: 1);
context.AddTarget(new Target(1));
Hot hot = new();
context.Observers.Add(hot);
_ = new Kdamond(context, clock).Run();
int snapshots = 0;
using (ProcessMonitor monitor = ProcessMonitor.Start(_ => Interlocked.Increment(ref snapshots)))
{
    Thread.Sleep(TimeSpan.FromSeconds(2));
}

Console.WriteLine($"{hot.Bytes >> 20} MiB were hot in the simulation; {snapshots} snapshots of this process");
return hot.Bytes is > 14 << 20 and < 20 << 20  && snapshots > 0 ? 0 : 1;

sealed class Hot : IKdamondObserver
{
    public ulong Bytes { get; private set; }

    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        Bytes = 0;
        foreach (SnapshotRegion region in snapshot[0].Regions)
        {
            Bytes += region.NrAccesses > 10 ? region.Size : 0;
        }

        return snapshot.TimeNs < 5_000_000_000;
    }
}
