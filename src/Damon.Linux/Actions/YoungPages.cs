using Damon.Linux.Memory;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>Tells which pages were accessed since the last look, and makes them look not accessed for the next one.</summary>
sealed class YoungPages : IDisposable
{
    readonly PageTableWalker _walker;
    readonly ColdAdvice _cold = new();
    readonly FolioRange[] _ranges = new FolioRange[PageTableWalker.BatchCapacity];

    YoungPages(PageTableWalker walker) => _walker = walker;

    /// <exception cref="AccessCheckUnavailableException">Page tables cannot be read here.</exception>
    internal static YoungPages Create() => new(PageTableWalker.Create());

    /// <summary>Looks at consecutive pages.</summary>
    /// <param name="process">The process.</param>
    /// <param name="start">Address of the first.</param>
    /// <param name="mapping">The mapping that all are in.</param>
    /// <param name="isYoung">The answers, at most <see cref="PageTableWalker.BatchCapacity"/>.</param>
    internal void Look(MonitoredProcess process, ulong start, AddressRange mapping, Span<bool> isYoung)
    {
        isYoung.Clear();
        Span<ulong> addresses = _walker.Addresses;
        for (int i = 0; i < isYoung.Length; i++)
        {
            addresses[i] = start + ((ulong)i * Page.Size);
        }

        if (_walker.Walk(process.Pid, isYoung.Length, withFolio: true) != WalkStatus.Ok)
        {
            return;
        }

        int count = 0;
        for (int i = 0; i < isYoung.Length; i++)
        {
            PageEntry entry = _walker.Entries[i];
            isYoung[i] = entry.Accessed;

            // What the advice cannot clear it would split.
            if (entry.Accessed
                && entry.Clearable
                && FolioRange.Of(start + ((ulong)i * Page.Size), entry) is { } range
                && range.IsInside(mapping.Start, mapping.End))
            {
                _ranges[count++] = range;
            }
        }

        _ = _cold.Advise(process.Handle.Handle, _ranges.AsSpan(0, count));
    }

    internal void Forget(MonitoredProcess process) => _walker.Forget(process.Pid);

    public void Dispose()
    {
        _walker.Dispose();
        _cold.Dispose();
    }
}
