using Damon.Monitoring;

namespace Damon.Samples.PageCache;

/// <summary>Files laid out one after the other, as one address space: an address is an offset in a file plus where that file begins.</summary>
/// <remarks>
/// One space rather than one target per file, so that one picture shows a whole database, and so that the engine spends its regions where
/// the accesses are rather than some on every file. A hole behind each file keeps regions from growing across two files.
/// </remarks>
sealed class FileSpace : IDisposable
{
    /// <summary>What the page cache is cut into, and so the smallest region.</summary>
    public static readonly ulong PageSize = (ulong)Environment.SystemPageSize;

    /// <summary>Files begin at multiples of it: addresses in reports can be read.</summary>
    const ulong Alignment = 1 << 20;

    readonly List<WatchedFile> _files = [];

    FileSpace()
    {
    }

    /// <summary>The files in address order.</summary>
    public IReadOnlyList<WatchedFile> Files => _files;

    /// <summary>Opens files, and all that are below directories.</summary>
    /// <exception cref="IOException">One cannot be opened, or there are none.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    public static FileSpace Open(IEnumerable<string> paths)
    {
        FileSpace space = new();
        try
        {
            foreach (string path in paths.SelectMany(Expand).Select(Path.GetFullPath).Distinct().Order(StringComparer.Ordinal))
            {
                space.Add(path);
            }

            return space._files.Count > 0 ? space : throw new IOException("there is no file that holds anything");
        }
        catch
        {
            space.Dispose();
            throw;
        }
    }

    /// <summary>The file that an address belongs to; null in the holes.</summary>
    public WatchedFile? Find(ulong address)
    {
        int low = 0;
        int high = _files.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _files[middle].Room.End <= address ? (middle + 1, high) : (low, middle);
        }

        return low < _files.Count && _files[low].Room.Contains(address) ? _files[low] : null;
    }

    /// <summary>Where the files are now, in address order; empty ones are left out.</summary>
    public AddressRange[] Extents() => [.. _files.Select(file => file.Extent).Where(extent => !extent.IsEmpty)];

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(file => file.Dispose());

    static IEnumerable<string> Expand(string path) =>
        Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            : [path];

    void Add(string path)
    {
        Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        ulong length = (ulong)RandomAccess.GetLength(handle);
        if (length == 0)
        {
            handle.Dispose();
            return;
        }

        // No region begins at address 0: the oldest reports take a 0 for no address. An eighth to grow into, and at least one page more, which is the hole.
        ulong start = _files.Count == 0 ? Alignment : RoundUp(_files[^1].Room.End + PageSize, Alignment);
        _files.Add(new WatchedFile(path, handle, new AddressRange(start, start + RoundUp(length + (length / 8), PageSize))));
    }

    static ulong RoundUp(ulong value, ulong unit) => (value + unit - 1) / unit * unit;
}
