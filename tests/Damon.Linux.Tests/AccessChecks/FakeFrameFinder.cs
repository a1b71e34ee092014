using Damon.Linux.Memory;

namespace Damon.Linux.Tests.AccessChecks;

/// <summary>Frames as a test sets them, by page number.</summary>
sealed class FakeFrameFinder : IFrameFinder
{
    public Dictionary<ulong, ulong> Frames { get; } = [];

    /// <summary>What <see cref="Find"/> does besides, for example executing another program.</summary>
    public Action<MonitoredProcess>? OnFind { get; set; }

    public bool Works { get; set; } = true;

    public string Description => "frames of a test";

    public bool Find(MonitoredProcess process, ReadOnlySpan<ulong> addresses, Span<ulong> heads, long nowNs)
    {
        OnFind?.Invoke(process);
        for (int i = 0; i < addresses.Length; i++)
        {
            heads[i] = Frames.GetValueOrDefault(addresses[i] / TestMapping.Page);
        }

        return Works;
    }

    public void Forget(MonitoredProcess process)
    {
    }

    public void Dispose()
    {
    }
}
