using Damon.Linux.Engine;
using Damon.Monitoring;

namespace Programming;

static class AddressSpace
{
    internal static void Run()
    {
        #region address-space
        BlockTable table = new(blocks: 4096);
        using LinuxClock clock = new();
        MonitoringContext context = new(table, seed: 1, minRegionSize: 1)
        {
            Attributes = new() { SampleUs = 1_000, AggregationUs = 50_000, UpdateUs = 1_000_000, MinNrRegions = 10, MaxNrRegions = 100 },
        };
        context.AddTarget(new Target(id: 1));
        context.Observers.Add(new SnapshotCallback(static snapshot =>
        {
            foreach (SnapshotRegion region in snapshot[0].Regions)
            {
                Console.WriteLine($"blocks {region.Start} to {region.End - 1}: {region.NrAccesses} of 50 samples, for {region.Age} intervals");
            }
        }));
        using KdamondThread thread = KdamondThread.Start(new Kdamond(context, clock));
        for (int i = 0; i < 200_000; i++)
        {
            table.Use(i % 512);
            if (i % 256 == 0)
            {
                Thread.Sleep(1);
            }
        }

        #endregion
    }

    #region block-table
    /// <summary>An address space whose addresses are the numbers of blocks: one flag for each tells whether it was used.</summary>
    sealed class BlockTable(int blocks) : IOperations
    {
        readonly bool[] _used = new bool[blocks];

        /// <summary>Called by those who use blocks, on any thread.</summary>
        public void Use(int block) => Volatile.Write(ref _used[block], true);

        public void Init(MonitoringContext context)
        {
            foreach (Target target in context.Targets)
            {
                ThreeRegions.SetInitialRegions(
                    target.Regions,
                    [new AddressRange(0, (ulong)_used.Length)],
                    context.Attributes.MinNrRegions,
                    context.MinRegionSize);
            }
        }

        public void PrepareAccessChecks(MonitoringContext context)
        {
            foreach (Target target in context.Targets)
            {
                foreach (ref Region region in target.Regions.AsSpan())
                {
                    region.SamplingAddress = context.Random.Next(region.Start, region.End);
                    Volatile.Write(ref _used[region.SamplingAddress], false);
                }
            }
        }

        public void CheckAccesses(MonitoringContext context)
        {
            foreach (Target target in context.Targets)
            {
                foreach (ref Region region in target.Regions.AsSpan())
                {
                    region.Accessed = Volatile.Read(ref _used[region.SamplingAddress]);
                }
            }
        }
    }

    #endregion
}
