using Damon.Monitoring;
using Microsoft.Win32.SafeHandles;

namespace Damon.Samples.PageCache;

/// <summary>A file and its place in the address space.</summary>
/// <remarks>It is held open: so its length can be asked for and its pages can be looked at, whatever becomes of its name.</remarks>
sealed class WatchedFile(string path, SafeFileHandle handle, AddressRange room) : IDisposable
{
    /// <summary>Where it was found, absolute.</summary>
    public string Path { get; } = path;

    /// <summary>The open file.</summary>
    public SafeFileHandle Handle { get; } = handle;

    /// <summary>The addresses that are its own, with those to grow into. The first is that of its first byte.</summary>
    public AddressRange Room { get; } = room;

    /// <summary>The addresses of what it holds now, in whole pages; empty when it is.</summary>
    public AddressRange Extent
    {
        get
        {
            ulong length = (ulong)RandomAccess.GetLength(Handle);
            ulong pages = (length + FileSpace.PageSize - 1) / FileSpace.PageSize;
            return new AddressRange(Room.Start, Room.Start + Math.Min(pages * FileSpace.PageSize, Room.Size));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
