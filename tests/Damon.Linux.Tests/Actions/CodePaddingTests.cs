using Damon.Linux.Actions;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Actions;

public sealed unsafe class CodePaddingTests : IDisposable
{
    const int PageSize = 4096;
    const int Wanted = 160;
    const MappingTraits Code = MappingTraits.Read | MappingTraits.Execute | MappingTraits.File;

    readonly FileStream _memory = File.OpenRead("/proc/self/mem");
    readonly byte* _pages = (byte*)LibC.mmap(null, 3 * PageSize, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1, 0);

    public void Dispose()
    {
        _ = LibC.munmap(_pages, 3 * PageSize);
        _memory.Dispose();
    }

    [Theory]
    [InlineData(1, 48)]
    [InlineData(100, 144)]
    [InlineData(PageSize - Wanted - 32, PageSize - Wanted)]
    [InlineData(PageSize - Wanted - 31, null)]
    [InlineData(PageSize, null)]
    [InlineData(0, null)]
    public void Room_begins_some_bytes_after_the_code_and_ends_with_the_page(int used, int? room)
    {
        Use(1, used);
        Assert.Equal(room, Find(Mapping(0, 2, Code, "/usr/lib/some.so")));
    }

    [Theory]
    [InlineData(Code | MappingTraits.Write, "/usr/lib/some.so")]
    [InlineData(Code | MappingTraits.Shared, "/usr/lib/some.so")]
    [InlineData(Code & ~MappingTraits.Execute, "/usr/lib/some.so")]
    [InlineData(Code & ~MappingTraits.Read, "/usr/lib/some.so")]
    [InlineData(MappingTraits.Read | MappingTraits.Execute, "")]
    [InlineData(MappingTraits.Read | MappingTraits.Execute, "[anon:code]")]
    [InlineData(Code, "/memfd:doublemapper (deleted)")]
    [InlineData(Code, "/memfd:code")]
    [InlineData(Code, "/dev/zero")]
    [InlineData(Code, "/tmp/code (deleted)")]
    public void A_writable_mapping_has_no_room_for_code(MappingTraits traits, string name)
    {
        Use(1, 100);
        Assert.Null(Find(Mapping(0, 2, traits, name)));
    }

    [Fact]
    public void The_code_of_the_kernel_comes_first()
    {
        Use(0, 100);
        Use(2, 100);
        Assert.Equal(PageSize + 144, Find(Mapping(0, 1, Code, "/usr/lib/some.so"), Mapping(2, 1, MappingTraits.Read | MappingTraits.Execute, "[vdso]")));
    }

    [Fact]
    public void Room_that_holds_other_bytes_is_not_free()
    {
        int memory = (int)_memory.SafeFileHandle.DangerousGetHandle();
        Assert.True(CodePadding.IsFree(memory, (ulong)_pages, Wanted));
        _pages[Wanted - 1] = 1;
        Assert.False(CodePadding.IsFree(memory, (ulong)_pages, Wanted));
        Assert.False(CodePadding.IsFree(memory, 8, Wanted));
    }

    void Use(int page, int bytes) => new Span<byte>(_pages + (page * PageSize), bytes).Fill(0x90);

    Mapping Mapping(int page, int pages, MappingTraits traits, string name)
    {
        ulong start = (ulong)_pages + (ulong)(page * PageSize);
        return new Mapping(new AddressRange(start, start + (ulong)(pages * PageSize)), traits, name);
    }

    /// <summary>The place of the room, from the second page on.</summary>
    int? Find(params Mapping[] mappings) =>
        CodePadding.Find((int)_memory.SafeFileHandle.DangerousGetHandle(), mappings, Wanted) is { } found ? (int)(found - (ulong)_pages) - PageSize : null;
}
