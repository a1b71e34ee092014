using System.Text;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.KernelDamon.Files;

public sealed class KernelFolderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(70_000)]
    public void Files_of_any_length_are_read_whole(int length)
    {
        using TemporaryFolder folder = new();
        string text = new('x', length);
        folder.Write("a/file", text);
        KernelFolder files = new(folder.Path + "/");
        Assert.Equal(Errno.None, files.Read("a/file", out string read));
        Assert.Equal(text, read);
    }

    [Fact]
    public void Failures_are_error_numbers()
    {
        using TemporaryFolder folder = new();
        folder.Write("a/file", "1\n");
        KernelFolder files = new(folder.Path);
        Assert.Equal(Errno.ENOENT, files.Read("b", out _));
        Assert.Equal(Errno.ENOENT, files.Write("b", "1"));
        Assert.Equal(Errno.EISDIR, files.Read("a", out _));
        Assert.Equal(Errno.ENOENT, files.List("b", []));
        Assert.Equal(Errno.ENOENT, files.OpenPipe("b", out _));
        Assert.Equal(Errno.EEXIST, files.MakeFolder("a"));
        Assert.Equal(Errno.ENOENT, files.RemoveFolder("b"));
        Assert.Equal(Errno.ENOTEMPTY, files.RemoveFolder("a"));
        Assert.False(files.Exists("b"));
        Assert.Equal(0UL, files.Identity("b"));
    }

    [Fact]
    public void A_file_is_written_by_one_call_and_a_folder_listed()
    {
        using TemporaryFolder folder = new();
        folder.Write("a/file", "a longer text\n");
        KernelFolder files = new(folder.Path);
        Assert.Equal(Errno.None, files.Write("a/file", "new"));
        Assert.Equal("new", File.ReadAllText(folder.File("a/file")));
        Assert.Equal(Errno.None, files.MakeFolder("a/inner"));
        List<string> names = [];
        Assert.Equal(Errno.None, files.List("a", names));
        Assert.Equal(["file", "inner"], names.Order());
        Assert.NotEqual(0UL, files.Identity("a/inner"));
        Assert.NotEqual(files.Identity("a"), files.Identity("a/inner"));
        Assert.Equal(Errno.None, files.RemoveFolder("a/inner"));
        Assert.False(files.Exists("a/inner"));
    }

    [Fact]
    public void A_pipe_gives_what_is_there_and_does_not_wait()
    {
        using TemporaryFolder folder = new();
        folder.Write("pipe", "abc");
        Assert.Equal(Errno.None, new KernelFolder(folder.Path).OpenPipe("pipe", out IKernelPipe? pipe));
        using (pipe)
        {
            byte[] buffer = new byte[10];
            Assert.Equal(Errno.None, pipe!.Read(buffer, out int count));
            Assert.Equal("abc", Encoding.ASCII.GetString(buffer, 0, count));
            Assert.Equal(Errno.None, pipe.Read(buffer, out count));
            Assert.Equal(0, count);
        }
    }

    [Theory]
    [InlineData("/sys/kernel/mm/damon/admin")]
    [InlineData("/sys")]
    [InlineData("/proc/../sys/kernel")]
    public void No_test_can_open_the_kernel_of_this_machine(string root) => Assert.Throws<InvalidOperationException>(() => new KernelFolder(root));
}
