using Damo.Workloads;
using Damon.Monitoring;

namespace Damo.Tests.Workloads;

/// <summary>A small log made by hand: regions of 1 MiB from address 1 MiB on.</summary>
sealed class LogFixture : IDisposable
{
    public const ulong MiB = 1 << 20;

    public LogFixture(int nrRegions = 1, int ringLength = 8, long periodNs = 1000)
    {
        Memory = SharedMemory.Create("damo-test", AccessLogLayout.Size(nrRegions, ringLength));
        LoggedRegion[] regions = new LoggedRegion[nrRegions];
        for (int i = 0; i < nrRegions; i++)
        {
            regions[i] = new LoggedRegion(new AddressRange((ulong)(i + 1) * MiB, (ulong)(i + 2) * MiB), periodNs);
        }

        Writer = new AccessLogWriter(Memory, regions);
        Writer.SetReady();
        Log = new AccessLog(Memory);
    }

    public SharedMemory Memory { get; }

    public AccessLogWriter Writer { get; }

    public AccessLog Log { get; }

    public void Sweep(int region, long startNs, long endNs)
    {
        Writer.Begin(region, startNs);
        Writer.End(region, endNs);
    }

    public unsafe void Write<T>(long offset, T value)
        where T : unmanaged => *(T*)(Memory.Address + offset) = value;

    public void Dispose() => Memory.Dispose();
}
