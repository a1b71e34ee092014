using System.Text;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.Fuse;

public sealed class FuseClientTests
{
    [Theory]
    [InlineData("cat text", "one two three\n")]
    [InlineData("head -c 5 text", "one t")]
    [InlineData("dd if=text bs=7 2>/dev/null", "one two three\n")]
    [InlineData("tail -c 6 text", "three\n")]
    [InlineData("read -r a b c <text; echo $c", "three\n")]
    [InlineData("grep -c two text", "1\n")]
    [InlineData("exec 3<text; head -c 4 <&3 >/dev/null; cat <&3", "two three\n")]
    [InlineData("stat -c '%s %a %F %U' text .", "0 600 regular empty file root\n0 700 directory root\n")]
    [InlineData("ls", "sub\ntext\n")]
    [InlineData("ls -a sub", ".\n..\nfile\n")]
    [InlineData("find . | sort", ".\n./sub\n./sub/file\n./text\n")]
    [InlineData("cat sub/../sub/file", "deep\n")]
    [InlineData("test -r text && test -w sub/file && echo yes", "yes\n")]
    [InlineData("stat -f -c '%l %b' .", "255 0\n")]
    public void Shells_read_files_and_directories(string script, string expected)
    {
        using TestMount mount = new();
        mount.Root.AddFile("text", "one two three\n");
        mount.Root.AddDirectory("sub").AddFile("file", "deep\n");
        Assert.Equal(new ClientResult(0, expected, ""), mount.Shell(script));
        Assert.Empty(mount.Failures);
    }

    [Theory]
    [InlineData("echo new >text", "new\n")]
    [InlineData("echo new >>text", "new\n")]
    [InlineData("printf 'a\\nb\\n' | tee text >/dev/null", "a\nb\n")]
    [InlineData("printf new | dd of=text bs=64 conv=notrunc 2>/dev/null", "new")]
    [InlineData("printf a >>text; printf b >>text; printf c >>text", "c")]
    [InlineData(": >text", "old")] // Opening for writing, with truncation, is no write.
    [InlineData("truncate -s 0 text", "old")]
    [InlineData("touch text; touch -d 2001-01-01 text", "old")]
    [InlineData("chmod 644 text; stat -c %a text | grep -qx 600", "old")]
    [InlineData("chown 1:1 text; stat -c %u text | grep -qx 0", "old")]
    [InlineData("exec 3<>text; echo new >&3", "new\n")]
    public void Shells_write_files(string script, string expected)
    {
        using TestMount mount = new();
        TestFile file = mount.Root.AddFile("text", "old");
        Assert.Equal(new ClientResult(0, "", ""), mount.Shell(script));
        Assert.Equal(expected, file.Text);
    }

    [Theory]
    [InlineData("exec 3>text; env printf a >&3; env printf b >&3", "Invalid argument")] // A second write.
    [InlineData("exec 3>>text; env printf a >&3; env printf b >&3", "Invalid argument")]
    [InlineData("exec 3<>text; head -c 2 <&3 >/dev/null; env printf b >&3", "Invalid argument")] // A write behind a read.
    [InlineData("printf ab | dd of=text bs=1 conv=notrunc", "Invalid argument")]
    [InlineData("echo x >none", "Permission denied")]
    [InlineData("cat none", "No such file")]
    [InlineData("cat text/none", "Not a directory")]
    [InlineData("cat sub", "Is a directory")]
    [InlineData("mkdir new", "Operation not permitted")]
    [InlineData("mkdir text", "File exists")]
    [InlineData("rmdir sub", "Operation not permitted")]
    [InlineData("rm -f text", "Operation not permitted")]
    [InlineData("mv text other", "Operation not permitted")]
    [InlineData("mv -n text other", "Operation not permitted")]
    [InlineData("ln text other", "Operation not permitted")]
    [InlineData("ln -s text other", "Operation not permitted")]
    [InlineData("mkfifo other", "Operation not permitted")]
    [InlineData("cat $(printf 'x%.0s' $(seq 300))", "File name too long")]
    [InlineData("cat $(printf 'x%.0s' $(seq 255))", "No such file")]
    [InlineData("cat $(printf '\\377')", "No such file")]
    public void Refusals_read_as_those_of_debugfs(string script, string error)
    {
        using TestMount mount = new();
        TestFile file = mount.Root.AddFile("text", "old");
        mount.Root.AddDirectory("sub");
        ClientResult result = mount.Shell(script);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(error, result.Errors);
        Assert.DoesNotContain("Function not implemented", result.Errors);
        Assert.Equal(file.NrWrites > 0 ? "a" : "old", file.Text);
        Assert.Empty(mount.Failures);
    }

    [Fact]
    public void After_a_write_that_failed_the_same_handle_can_be_written_again()
    {
        using TestMount mount = new();
        TestFile file = mount.Root.AddFile("text");
        file.OnWrite = (data, _, _) =>
        {
            if (data.SequenceEqual("bad"u8))
            {
                throw new Damon.Linux.Fuse.FuseException(Errno.EINVAL);
            }

            file.Bytes = data.ToArray();
        };
        ClientResult result = mount.Shell("exec 3>>text; env printf bad >&3; env printf good >&3");
        Assert.Contains("Invalid argument", result.Errors);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("good", file.Text);
    }

    [Fact]
    public void Copies_are_whole_however_they_are_made()
    {
        using TestMount mount = new();
        using TemporaryFolder target = new();
        byte[] bytes = Bytes(840_000);
        mount.Root.AddFile("big").Bytes = bytes;
        foreach (string copy in (string[])[
            "cp big \"$T\"",
            "cat big >\"$T\"",
            "dd if=big of=\"$T\" bs=7000 2>/dev/null",
            "dd if=big bs=2M of=\"$T\" 2>/dev/null",
        ])
        {
            string file = target.File("copy");
            ClientResult result = mount.Shell($"T={file}; {copy}");
            Assert.Equal(new ClientResult(0, "", ""), result);
            Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(file)), copy);
            File.Delete(file);
        }
    }

    [Fact]
    public void Sendfile_is_refused_so_that_those_who_try_it_read_instead()
    {
        using TestMount mount = new();
        using TemporaryFolder target = new();
        mount.Root.AddFile("text", "content\n");
        int source = LibC.open(mount.Path("text"), LibC.O_RDONLY);
        int destination = LibC.open(target.File("copy"), LibC.O_RDWR | LibC.O_CREAT, 0x180);
        Assert.True(source >= 0 && destination >= 0);
        Assert.Equal(-1, FuseNatives.sendfile(destination, source, 0, 4096));
        Assert.Equal(0, LibC.close(source) + LibC.close(destination));
        if (mount.Shell("command -v python3 >/dev/null").ExitCode == 0)
        {
            ClientResult result = mount.Shell($"python3 -c 'import shutil; shutil.copyfile(\"text\", \"{target.File("copied")}\")'");
            Assert.Equal(new ClientResult(0, "", ""), result);
            Assert.Equal("content\n", File.ReadAllText(target.File("copied")));
        }
    }

    [Fact]
    public void A_handle_reads_a_single_text()
    {
        using TestMount mount = new();
        TestFile file = mount.Root.AddFile("text");
        int version = 0;
        file.OnRead = (_, _) => Encoding.ASCII.GetBytes(new string((char)('a' + version++), 100));
        ClientResult result = mount.Shell("dd if=text bs=7 2>/dev/null; exec 3<text; head -c 50 <&3; cat text >/dev/null; cat <&3");
        Assert.Equal(new string('a', 100) + new string('b', 100), result.Output);
        Assert.Equal(3, file.NrReads);
    }

    [Fact]
    public void A_read_after_a_write_on_one_handle_goes_on_at_its_position()
    {
        using TestMount mount = new();
        TestFile file = mount.Root.AddFile("text", "0123456789");
        file.OnWrite = (_, _, _) => { };
        Assert.Equal("3456789", mount.Shell("exec 3<>text; printf abc >&3; cat <&3").Output);
    }

    [Theory]
    [InlineData(300_000)]
    [InlineData(1 << 20)]
    public void A_large_write_comes_in_one_piece(int size)
    {
        using TestMount mount = new();
        using TemporaryFolder source = new();
        byte[] bytes = Bytes(size);
        File.WriteAllBytes(source.File("source"), bytes);
        TestFile file = mount.Root.AddFile("text");
        ClientResult result = mount.Shell($"dd if={source.File("source")} of=text bs={size} conv=notrunc 2>/dev/null");
        Assert.Equal(new ClientResult(0, "", ""), result);
        Assert.Equal(1, file.NrWrites);
        Assert.True(bytes.AsSpan().SequenceEqual(file.Bytes));
    }

    [Fact]
    public void Files_cannot_be_positioned_polled_or_mapped_other_than_those_of_debugfs()
    {
        using TestMount mount = new();
        mount.Root.AddFile("text", "content\n");
        int fd = LibC.open(mount.Path("text"), LibC.O_RDWR);
        Assert.True(fd >= 0);
        Assert.Equal((-1, FuseNatives.ESPIPE), (FuseNatives.lseek(fd, 0, 0), ErrnoExtensions.Last()));
        unsafe
        {
            byte* buffer = stackalloc byte[16];
            Assert.Equal((-1, FuseNatives.ESPIPE), (LibC.pread(fd, buffer, 16, 0), ErrnoExtensions.Last()));
            Assert.Equal((-1, FuseNatives.ESPIPE), (LibC.pwrite(fd, buffer, 16, 0), ErrnoExtensions.Last()));
            Assert.True(LibC.mmap(null, 4096, LibC.PROT_READ, LibC.MAP_SHARED, fd, 0) == LibC.MAP_FAILED);
            Assert.Equal(Errno.ENODEV, ErrnoExtensions.Last());
            LibC.pollfd poll = new() { fd = fd, events = LibC.POLLIN | LibC.POLLOUT };
            LibC.timespec now = default;
            Assert.Equal(1, LibC.ppoll(&poll, 1, &now, null));
            Assert.Equal(LibC.POLLIN | LibC.POLLOUT, poll.revents);
            Assert.Equal((-1, Errno.EOPNOTSUPP), (FuseNatives.fgetxattr(fd, "user.a", buffer, 16), ErrnoExtensions.Last()));
            Assert.Equal((-1, Errno.EOPNOTSUPP), (FuseNatives.fsetxattr(fd, "user.a", buffer, 1, 0), ErrnoExtensions.Last()));
            Assert.Equal((-1, Errno.ENOTTY), (FuseNatives.ioctl(fd, 0x5401, buffer), ErrnoExtensions.Last()));
            Assert.Equal(0, FuseNatives.fsync(fd));
        }

        Assert.Equal(0, LibC.close(fd));
    }

    [Fact]
    public void A_long_listing_comes_whole_through_small_buffers()
    {
        using TestMount mount = new();
        string[] names = [.. Enumerable.Range(0, 3000).Select(i => $"file-{i:0000}-" + new string('n', i % 240))];
        foreach (string name in names)
        {
            mount.Root.AddFile(name);
        }

        ClientResult result = mount.Shell("ls");
        Assert.Equal(string.Concat(names.Order(StringComparer.Ordinal).Select(n => n + "\n")), result.Output);
    }

    [Fact]
    public void Handlers_know_their_callers()
    {
        using TestMount mount = new();
        mount.Root.AddFile("who").OnRead = (caller, _) => Encoding.ASCII.GetBytes($"{caller.Pid} {caller.UserId} {caller.GroupId}\n");
        Assert.Equal("same 0 0\n", mount.Shell("read -r p u g <who; [ $p = $$ ] && echo same $u $g").Output);
    }

    [Fact]
    public void Others_are_kept_out_by_the_permissions()
    {
        using TestMount mount = new(options => options with { UserId = 0, GroupId = 65534 });
        mount.Root.AddFile("text", "secret\n");
        ClientResult result = Client.Shell("/", $"setpriv --reuid 65534 --regid 65534 --clear-groups cat {mount.Path("text")}");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Permission denied", result.Errors);
        Assert.Equal("65534\n", mount.Shell("stat -c %g text").Output);
    }

    static byte[] Bytes(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
