using System.Runtime.InteropServices;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.Actions;

/// <summary>Tells what of a file is in memory.</summary>
static unsafe class PageCache
{
    const ulong Page = 4096;

    [DllImport("libc", SetLastError = true)]
    static extern int mincore(void* start, nuint length, byte* pages);

    public static ulong Resident(string path, ulong size)
    {
        int fd = LibC.open(path, LibC.O_RDONLY);
        void* start = LibC.mmap(null, (nuint)size, LibC.PROT_READ, LibC.MAP_SHARED, fd, 0);
        Assert.True(start != LibC.MAP_FAILED);
        _ = LibC.close(fd);
        byte[] pages = new byte[size / Page];
        fixed (byte* p = pages)
        {
            Assert.Equal(0, mincore(start, (nuint)size, p));
        }

        _ = LibC.munmap(start, (nuint)size);
        return (ulong)pages.Count(b => (b & 1) != 0) * Page;
    }
}
