using Damon.Linux.AccessChecks;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Tests.AccessChecks;

public sealed class ClearRefsFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Memory_with_cached_translations_is_seen_when_accessed_again(bool onlyFiles)
    {
        Assert.SkipUnless(ClearRefsFile.Flushes, "this kernel keeps soft-dirty bits, so a flush would take them away");
        using OwnPages pages = OwnPages.Shared(64);
        using ClearRefsFile file = ClearRefsFile.Open("/proc/self", out _)!;

        // Often, because a thread that comes to another processor has nothing to forget there.
        for (int round = 0; round < 20; round++)
        {
            Assert.Equal(Errno.None, file.Clear(onlyFiles));
            Assert.Equal(0, ReferencedPages(pages));
            for (int i = 0; i < pages.Count; i++)
            {
                pages.Touch(i);
            }

            Assert.Equal(pages.Count, ReferencedPages(pages));
        }
    }

    static int ReferencedPages(OwnPages pages)
    {
        Assert.True(new ProcFileSystem().TryRead("/proc/self/smaps", out ReadOnlySpan<byte> text, out _));
        List<SmapsMapping> mappings = [];
        SmapsParser.Parse(text, mappings);
        SmapsMapping mapping = mappings.Find(m => m.Range.Contains(pages.Address(0)));
        return (int)(mapping.ReferencedBytes / Page.Size);
    }
}
