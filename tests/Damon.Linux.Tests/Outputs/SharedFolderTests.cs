using System.Diagnostics;
using System.Text;
using Damon.Linux.Native;
using Damon.Linux.Outputs;

namespace Damon.Linux.Tests.Outputs;

/// <summary>Folders in which another user can put links and pipes where a name will be used.</summary>
public sealed class SharedFolderTests : IDisposable
{
    const string Nobody = "65534";

    readonly TemporaryFolder _folder = new();

    public SharedFolderTests() => Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to give files to another user");

    public void Dispose() => _folder.Dispose();

    string At(string name) => Path.Combine(_folder.Path, name);

    void Shell(string command)
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = _folder.Path })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    string Refused(string name) => Assert.Throws<OutputException>(() => OutputFile.Open(At(name), new OutputRule())).Why;

    void Write(string name)
    {
        using OutputFile file = OutputFile.Open(At(name), new OutputRule());
        file.Stream.Write("written"u8);
        file.Commit();
    }

    [Theory]
    [InlineData("1777")]
    [InlineData("0777")]
    [InlineData("0770")]
    public void A_link_of_another_user_is_not_followed(string mode)
    {
        Shell(
            $"echo precious > precious; mkdir shared elsewhere; chmod {mode} shared; ln -s ../precious shared/x; ln -s ../elsewhere shared/y; ln -s ../new "
                + $"shared/z; chown -h {Nobody} shared/x shared/y shared/z");
        foreach (string name in (string[])["shared/x", "shared/y/file", "shared/z"])
        {
            Assert.Equal("it leads through a symbolic link that another user has put into a folder that others can write to", Refused(name));
        }

        Assert.Equal("precious\n", File.ReadAllText(At("precious")));
        Assert.Empty(Directory.GetFiles(At("elsewhere")));
        Assert.False(File.Exists(At("new")));
    }

    [Fact]
    public void Own_links_are_followed_there()
    {
        Shell("mkdir -m 1777 shared; ln -s ../mine shared/x");
        Write("shared/x");
        Assert.Equal("written", File.ReadAllText(At("mine")));
    }

    [Fact]
    public void In_a_folder_of_another_user_its_links_lead_only_to_what_is_that_users()
    {
        Shell(
            "echo precious > precious; mkdir home data; ln -s ../precious home/x; ln -s ../theirs home/y; ln -s ../data home/z; ln -s ../fresh home/f; echo "
                + $"theirs > theirs; chown -h {Nobody} home home/* data theirs");
        Assert.Equal("a symbolic link of another user leads to a file that is not that user's", Refused("home/x"));
        Assert.Equal("a symbolic link of another user leads to a folder that is not that user's", Refused("home/f"));
        Write("home/y");
        Write("home/z/file");
        Assert.Equal(
            ("precious\n", "written", "written"),
            (File.ReadAllText(At("precious")), File.ReadAllText(At("theirs")), File.ReadAllText(At("data/file"))));
    }

    [Fact]
    public void A_pipe_of_another_user_gets_nothing()
    {
        Shell($"mkdir -m 1777 shared; mkfifo shared/pipe; chown {Nobody} shared/pipe");
        Assert.Equal("it is a device or a pipe that another user has put into a folder that others can write to", Refused("shared/pipe"));
    }

    [Fact]
    public void A_file_of_another_user_gives_no_permissions_where_anybody_could_have_put_it()
    {
        Shell($"mkdir -m 1777 shared; mkdir home; for f in shared/x home/x; do echo old > $f; chmod 0666 $f; chown {Nobody} $f home; done");
        Write("shared/x");
        Write("home/x");
        FileFacts shared = FileFacts.At(At("shared/x"))!.Value;
        FileFacts home = FileFacts.At(At("home/x"))!.Value;
        Assert.Equal((0x180U, 0U), (shared.Mode, shared.Owner));
        Assert.Equal((0x1b6U, 65534U), (home.Mode, home.Owner));
    }

    [Fact]
    public void A_hard_link_keeps_what_it_had()
    {
        Shell($"echo precious > precious; mkdir -m 1777 shared; ln precious shared/x");
        Write("shared/x");
        Assert.Equal("precious\n", File.ReadAllText(At("precious")));
    }

    [Fact]
    public void Nothing_is_appended_through_what_another_user_has_put_there()
    {
        Shell(
            "echo precious > precious; mkdir -m 1777 shared; ln precious shared/hard; ln -s ../precious shared/link; echo theirs > shared/file; mkfifo "
                + $"shared/pipe; chown -h {Nobody} shared/link shared/file shared/pipe");
        foreach (string name in (string[])["hard", "link", "file", "pipe"])
        {
            Assert.Throws<IOException>(() => AppendFile.Open(Encoding.UTF8.GetBytes(At("shared/" + name) + "\0"), 0x1a4));
        }

        Assert.Equal("precious\n", File.ReadAllText(At("precious")));
        AppendFile.Open(Encoding.UTF8.GetBytes(At("shared/new") + "\0"), 0x1a4).Dispose();
        AppendFile.Open(Encoding.UTF8.GetBytes(At("precious") + "\0"), 0x1a4).Dispose();
        Assert.True(File.Exists(At("shared/new")));
    }

    [Fact]
    public void A_folder_of_our_own_is_closed_to_others()
    {
        using (OwnFolder.Open(At("a/run")))
        {
            Assert.Equal((0x1c0U, 0U), (FileFacts.At(At("a/run"))!.Value.Mode, FileFacts.At(At("a"))!.Value.Mode & 0x12));
        }

        Shell($"mkdir -m 0777 open; mkdir theirs; chown {Nobody} theirs; ln -s a/run link");
        Assert.Contains("chmod 700", Assert.Throws<OutputException>(() => OwnFolder.Open(At("open"))).Message, StringComparison.Ordinal);
        Assert.Throws<UnauthorizedAccessException>(() => OwnFolder.Open(At("theirs")));
        Assert.Throws<OutputException>(() => OwnFolder.Open(At("link")));
    }

    [Fact]
    public void A_log_of_our_own_follows_no_link_and_becomes_old_when_it_is_long()
    {
        Shell("echo precious > precious; mkdir -m 0700 run; ln -s ../precious run/log");
        using OwnFolder folder = OwnFolder.Open(At("run"));
        Assert.Throws<OutputException>(() => folder.Append("log", 100));
        File.Delete(At("run/log"));
        for (int i = 0; i < 3; i++)
        {
            using FileStream log = new(folder.Append("log", 100), FileAccess.Write, 0);
            log.Write(new byte[60]);
        }

        Assert.Equal((60L, 120L), (new FileInfo(At("run/log")).Length, new FileInfo(At("run/log.old")).Length));
        Assert.Equal("precious\n", File.ReadAllText(At("precious")));
    }
}
