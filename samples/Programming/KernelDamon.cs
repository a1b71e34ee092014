using Damon.Linux.Backends;
using Damon.Monitoring;
using Damon.Schemes;

namespace Programming;

static class KernelDamon
{
    internal static void Run(IReadOnlyList<IDamonBackend> backends, int pid)
    {
        #region kernel-damon
        // backends = [.. KernelBackends.All(), new EngineBackend()]
        MonitoringRequest request = new() { Context = new ContextSpecification { Targets = [new ContextTarget { Pid = pid }] } };
        foreach (IDamonBackend backend in backends)
        {
            if (backend.WhyNot(request) is { } reason)
            {
                Console.WriteLine($"{backend.Name}: {reason}");
                continue;
            }

            using IMonitoringRun run = backend.Open(request);
            run.Start();
            KdamondEnd end = run.Watch(new AccessedBytes());
            Console.WriteLine($"{backend.Name}: {end}");
            return;
        }

        #endregion
    }

    #region kernel-observer
    sealed class AccessedBytes : ISnapshotObserver
    {
        int _snapshots;

        public bool OnSnapshot(Snapshot snapshot)
        {
            ulong accessed = 0;
            for (int i = 0; i < snapshot.NrTargets; i++)
            {
                foreach (SnapshotRegion region in snapshot[i].Regions)
                {
                    accessed += region.NrAccesses > 0 ? region.Size : 0;
                }
            }

            Console.WriteLine($"{accessed >> 10} KiB accessed");
            return ++_snapshots < 100; // false ends the run
        }
    }

    #endregion
}
