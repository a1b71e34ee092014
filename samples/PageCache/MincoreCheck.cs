using System.IO.MemoryMappedFiles;
using Damon.Monitoring;

namespace Damon.Samples.PageCache;

/// <summary>Whether pages are in memory, by <c>mincore</c>, which every Linux has.</summary>
/// <remarks>The files are mapped for it, but never touched. What they grow by later is not seen.</remarks>
sealed class MincoreCheck : IPageCacheCheck
{
    readonly FileSpace _space;
    readonly Dictionary<WatchedFile, MemoryMappedViewAccessor> _views = [];

    MincoreCheck(FileSpace space) => _space = space;

    /// <inheritdoc/>
    public string Name => "mincore";

    /// <inheritdoc/>
    public string Sees => "which pages are in memory, not when they are accessed";

    /// <summary>Makes the check, if the kernel answers truly for all files.</summary>
    /// <exception cref="CheckUnavailableException">It does not.</exception>
    public static MincoreCheck Create(FileSpace space)
    {
        MincoreCheck check = new(space);
        try
        {
            foreach (WatchedFile file in space.Files)
            {
                // Of files that one may neither write nor owns, the kernel says that all is in memory, lest one learns what others read.
                File.OpenHandle(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
                using MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(
                    file.Handle,
                    mapName: null,
                    capacity: 0,
                    MemoryMappedFileAccess.Read,
                    HandleInheritability.None,
                    leaveOpen: true);
                check._views.Add(file, mapped.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read));
            }

            return check;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            check.Dispose();
            throw new CheckUnavailableException($"mincore needs files that one may write: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Check(Span<Region> regions)
    {
        foreach (ref Region region in regions)
        {
            region.Accessed = _space.Find(region.SamplingAddress) is { } file && IsCached(file, region.SamplingAddress - file.Room.Start);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MemoryMappedViewAccessor view in _views.Values)
        {
            view.Dispose();
        }
    }

    unsafe bool IsCached(WatchedFile file, ulong offset)
    {
        if (!_views.TryGetValue(file, out MemoryMappedViewAccessor? view) || offset >= view.SafeMemoryMappedViewHandle.ByteLength)
        {
            return false;
        }

        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        byte page = 0;
        bool isKnown = Native.mincore(start + (offset - (offset % FileSpace.PageSize)), 1, &page) == 0;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        return isKnown && (page & 1) != 0;
    }
}
