using System.Runtime.InteropServices;
using Damon.Monitoring;
using Damon.Samples.PageCache;
using Microsoft.Win32.SafeHandles;

namespace Damon.Samples.Tests.PageCache;

public sealed partial class ResidencyTests : IDisposable
{
    const int Size = 4 << 20;
    const int POSIX_FADV_RANDOM = 1;
    const int POSIX_FADV_DONTNEED = 4;

    // Not below /tmp, which may be a file system that lives in memory.
    readonly string _path = Path.Combine(AppContext.BaseDirectory, $"residency-{Guid.NewGuid():N}");

    [Theory]
    [InlineData("cachestat")]
    [InlineData("mincore")]
    public void Pages_that_were_read_are_found(string name)
    {
        File.WriteAllBytes(_path, new byte[Size]);
        using SafeFileHandle file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.FlushToDisk(file);

        // A file of our own: nobody else misses what is thrown out. Without RANDOM the kernel would read ahead.
        Assert.Equal(0, posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED));
        Assert.Equal(0, posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM));
        _ = RandomAccess.Read(file, new byte[1 << 20], 1 << 20);

        using FileSpace space = FileSpace.Open([_path]);
        using IPageCacheCheck check = name == "mincore" ? MincoreCheck.Create(space) : CachestatCheck.Create(space);
        Assert.Equal(name, check.Name);
        ulong start = space.Files[0].Room.Start;
        Region[] regions = [.. Enumerable.Range(0, 8).Select(i => new Region(start + ((ulong)i << 19), start + ((ulong)(i + 1) << 19)))];
        foreach (ref Region region in regions.AsSpan())
        {
            region.SamplingAddress = region.Start + 12345;
        }

        check.Prepare();
        check.Check(regions);
        Assert.Equal([false, false, true, true, false, false, false, false], regions.Select(region => region.Accessed));
    }

    public void Dispose() => File.Delete(_path);

    [LibraryImport("libc")]
    private static partial int posix_fadvise(SafeFileHandle file, long offset, long length, int advice);
}
