using Damon.Linux.Fuse;

namespace Damon.Linux.Tests.Fuse;

public sealed class FuseMountTableTests
{
    [Theory]
    [InlineData("1 2 0:20 / /proc rw,relatime - proc proc rw", "/proc", "proc", "proc")]
    [InlineData("1 2 0:20 / /a\\040b rw shared:1 master:2 - fuse.damonfs damonfs-12 rw,user_id=0", "/a\\040b", "fuse.damonfs", "damonfs-12")]
    [InlineData("1 2 0:20 / /x rw - tmpfs  rw", "/x", "tmpfs", "")]
    public void Lines_are_taken_apart(string line, string point, string type, string source)
    {
        Assert.True(FuseMountTable.TryParse(line, out string? p, out string? t, out string? s));
        Assert.Equal((point, type, source), (p, t, s));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 2 0:20 / /x rw")]
    [InlineData("1 2 - a b")]
    [InlineData("1 2 0:20 / /x rw -")]
    [InlineData("1 2 0:20 / /x rw - type")]
    public void Incomplete_lines_are_skipped(string line) => Assert.False(FuseMountTable.TryParse(line, out _, out _, out _));

    [Theory]
    [InlineData("/plain", "/plain")]
    [InlineData("/a b\tc\nd\\e", "/a\\040b\\011c\\012d\\134e")]
    [InlineData("/\u00e9", "/\u00e9")]
    public void Paths_are_escaped_as_the_kernel_does(string path, string escaped) => Assert.Equal(escaped, FuseMountTable.Escape(path));

    [Fact]
    public void A_mount_is_found_by_its_path_and_source()
    {
        Assert.Equal("proc", FuseMountTable.TopAt("/proc")?.Type);
        Assert.Null(FuseMountTable.TopAt("/proc/self"));
        Assert.False(FuseMountTable.IsMounted("damonfs-there-is-none"));
    }
}
