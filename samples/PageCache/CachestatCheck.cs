using System.Runtime.InteropServices;
using Damon.Monitoring;

namespace Damon.Samples.PageCache;

/// <summary>Whether pages are in memory, by <c>cachestat</c> (Linux 6.5): no accesses, but what is left of them.</summary>
sealed class CachestatCheck : IPageCacheCheck
{
    readonly FileSpace _space;

    CachestatCheck(FileSpace space) => _space = space;

    /// <inheritdoc/>
    public string Name => "cachestat";

    /// <inheritdoc/>
    public string Sees => "which pages are in memory, not when they are accessed";

    /// <summary>Makes the check, if the kernel answers for all files.</summary>
    /// <exception cref="CheckUnavailableException">It does not.</exception>
    public static CachestatCheck Create(FileSpace space)
    {
        foreach (WatchedFile file in space.Files)
        {
            if (IsCached(file, 0) is null)
            {
                throw new CheckUnavailableException($"cachestat of '{file.Path}': {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
            }
        }

        return new CachestatCheck(space);
    }

    /// <inheritdoc/>
    public void Check(Span<Region> regions)
    {
        foreach (ref Region region in regions)
        {
            region.Accessed = _space.Find(region.SamplingAddress) is { } file && IsCached(file, region.SamplingAddress - file.Room.Start) == true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Null if the kernel does not answer.</summary>
    static unsafe bool? IsCached(WatchedFile file, ulong offset)
    {
        Native.CachestatRange range = new() { Offset = offset, Length = 1 };
        Native.Cachestat result;
        return Native.syscall(Native.SYS_cachestat, file.Handle, &range, &result, 0) == 0 ? result.Cached > 0 : null;
    }
}
