using System.Globalization;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Tracing;
using Damon.Monitoring;

namespace Damon.Samples.PageCache;

/// <summary>Accesses as the kernel tells of them, by its events of reads and page faults.</summary>
/// <remarks>
/// Nothing is remembered per page, so files may have any size: an event is looked up among the regions, and counts if it is of the
/// page that a region looks at now.
/// </remarks>
sealed class FilemapCheck : IPageCacheCheck
{
    /// <summary>More events are left for the next time: a program that reads faster than this one must not hold it up for ever.</summary>
    const int MostEvents = 1 << 18;

    readonly FilemapReader _events;
    readonly Dictionary<FileIdentity, WatchedFile> _files = [];

    FilemapCheck(FilemapReader events) => _events = events;

    /// <inheritdoc/>
    public string Name => "filemap-events";

    /// <inheritdoc/>
    public string Sees => "reads by system calls, and pages when they are first touched through a mapping";

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => _events.Lost == 0 ? [] :
        [string.Create(
            CultureInfo.InvariantCulture,
            $"{_events.Lost} accesses were not seen: more came in one sampling interval than the kernel's buffer holds; use a shorter one")];

    /// <summary>Makes the check, if reads of all the files are seen by it.</summary>
    /// <param name="space">The files.</param>
    /// <param name="tracefs">Where tracefs is mounted.</param>
    /// <exception cref="CheckUnavailableException">They are not.</exception>
    public static FilemapCheck Create(FileSpace space, string tracefs)
    {
        FilemapCheck? check = null;
        try
        {
            check = new FilemapCheck(new FilemapReader(TraceInstance.Open(tracefs, "pagecache")));
            check.Identify(space);
            check._events.StartAll(check._files.Keys);
            return check;
        }
        catch (Exception e)
        {
            check?.Dispose();
            throw e is KernelDamonException or IOException ? new CheckUnavailableException(e.Message) : e;
        }
    }

    /// <inheritdoc/>
    public void Prepare()
    {
        // What was accessed before does not count.
        for (int left = MostEvents; left > 0 && _events.TryNext(out _); left--)
        {
        }
    }

    /// <inheritdoc/>
    public void Check(Span<Region> regions)
    {
        foreach (ref Region region in regions)
        {
            region.Accessed = false;
        }

        for (int left = MostEvents; left > 0 && _events.TryNext(out FilemapEvent access); left--)
        {
            if (_files.TryGetValue(access.File, out WatchedFile? file))
            {
                Mark(regions, file.Room.Start + access.First, Math.Min(file.Room.Start + access.End, file.Room.End));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _events.Dispose();

    /// <summary>Marks the regions that look at an address in <c>[start, end)</c>, which are whole pages.</summary>
    internal static void Mark(Span<Region> regions, ulong start, ulong end)
    {
        // The first region that does not end before.
        int low = 0;
        int high = regions.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = regions[middle].End <= start ? (middle + 1, high) : (low, middle);
        }

        for (int i = low; i < regions.Length && regions[i].Start < end; i++)
        {
            regions[i].Accessed |= regions[i].SamplingAddress >= start && regions[i].SamplingAddress < end;
        }
    }

    /// <summary>
    /// Reads a byte of each file and sees what the kernel calls it, which is not always what stat tells (overlayfs, btrfs). It is the
    /// self-test, too: a file whose reads make no event now will not be seen later.
    /// </summary>
    void Identify(FileSpace space)
    {
        _events.StartReadsOf(Path.GetFileName(new FileInfo("/proc/thread-self").LinkTarget ?? ""));
        Span<byte> one = stackalloc byte[1];
        foreach (WatchedFile file in space.Files)
        {
            if (RandomAccess.Read(file.Handle, one, 0) != 1 || !_events.TryNext(out FilemapEvent access))
            {
                throw new CheckUnavailableException(
                    $"a read of '{file.Path}' made no event: its file system does not use the page cache, or this is another pid namespace");
            }

            // A file with two names is seen under the first.
            _ = _files.TryAdd(access.File, file);
            Prepare();
        }
    }
}
