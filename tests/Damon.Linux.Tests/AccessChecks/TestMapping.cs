using System.Globalization;
using Damon.Linux.Native;
using Damon.Linux.Tests.Targets;

namespace Damon.Linux.Tests.AccessChecks;

/// <summary>A mapping of this process for tests to look at.</summary>
sealed unsafe class TestMapping : IDisposable
{
    public const ulong Page = 4096;
    public const ulong HugePage = 2 << 20;

    readonly void* _mapped;
    readonly nuint _mappedLength;

    TestMapping(void* mapped, nuint mappedLength, ulong start, ulong length)
    {
        _mapped = mapped;
        _mappedLength = mappedLength;
        Start = start;
        Length = length;
    }

    public ulong Start { get; }

    public ulong Length { get; }

    public static TestMapping Anonymous(ulong length, int protection = LibC.PROT_READ | LibC.PROT_WRITE)
    {
        void* start = LibC.mmap(null, (nuint)length, protection, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1, 0);
        Assert.True(start != LibC.MAP_FAILED);
        _ = LibC.madvise(start, (nuint)length, LibC.MADV_NOHUGEPAGE);
        return new(start, (nuint)length, (ulong)start, length);
    }

    /// <summary>Aligned to 2 MiB and allowed to have huge pages.</summary>
    public static TestMapping Huge(int hugePages)
    {
        const string Switch = "/sys/kernel/mm/transparent_hugepage/enabled";
        Assert.SkipWhen(!File.Exists(Switch) || File.ReadAllText(Switch).Contains("[never]", StringComparison.Ordinal), "no transparent huge pages");
        ulong length = (ulong)hugePages * HugePage;
        void* mapped = LibC.mmap(
            null, (nuint)(length + HugePage), LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1, 0);
        Assert.True(mapped != LibC.MAP_FAILED);
        ulong start = ((ulong)mapped + HugePage - 1) & ~(HugePage - 1);
        Assert.Equal(0, LibC.madvise((void*)start, (nuint)length, LibC.MADV_HUGEPAGE));
        return new(mapped, (nuint)(length + HugePage), start, length);
    }

    /// <summary>Shared mappings of one file in memory.</summary>
    public static TestMapping[] Shared(ulong length, int mappings)
    {
        int fd = LibC.memfd_create("damon-test", LibC.MFD_CLOEXEC);
        Assert.True(fd >= 0 && LibC.ftruncate(fd, (long)length) == 0);
        TestMapping[] made = new TestMapping[mappings];
        for (int i = 0; i < mappings; i++)
        {
            void* start = LibC.mmap(null, (nuint)length, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, fd, 0);
            Assert.True(start != LibC.MAP_FAILED);
            made[i] = new(start, (nuint)length, (ulong)start, length);
        }

        _ = LibC.close(fd);
        return made;
    }

    public ulong At(int page) => Start + (ulong)page * Page;

    public void Write(int page) => Volatile.Write(ref *(byte*)At(page), (byte)(page | 1));

    public byte Read(int page) => Volatile.Read(ref *(byte*)At(page));

    public void WriteAll()
    {
        for (int i = 0; i < (int)(Length / Page); i++)
        {
            Write(i);
        }
    }

    public void Protect(int page, int protection) => Assert.Equal(0, LibC.mprotect((void*)At(page), (nuint)Page, protection));

    public void Lock(int page) => Assert.Equal(0, TargetNatives.mlock((void*)At(page), (nuint)Page));

    /// <summary>Unmaps one page.</summary>
    public void Unmap(int page) => Assert.Equal(0, LibC.munmap((void*)At(page), (nuint)Page));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start:x}+{Length:x}");

    public void Dispose() => _ = LibC.munmap(_mapped, _mappedLength);
}
