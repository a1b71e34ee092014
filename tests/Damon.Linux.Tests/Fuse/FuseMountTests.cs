using System.Diagnostics;
using Damon.Linux.Fuse;

namespace Damon.Linux.Tests.Fuse;

/// <summary>The life of mounts: refusals, unmounting in every state, and what is left afterwards.</summary>
[Collection("Descriptors are counted")]
public sealed class FuseMountTests
{
    [Fact]
    public void A_mount_that_cannot_be_made_is_refused_in_one_line()
    {
        TestMount.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        folder.Write("file", "");
        Refused(folder.File("file"), "is not a directory");
        Refused(folder.Path + "/none", "does not exist; make it with: mkdir -p");
        Assert.Throws<ArgumentException>(() => FuseServer.Mount(folder.Path, new TestDirectory(1), new FuseMountOptions { Name = "a b" }));
        Assert.Throws<ArgumentException>(() => FuseServer.Mount(folder.Path, new TestDirectory(1), new FuseMountOptions { MaxWorkers = 0 }));

        // A loop and a name that is too long.
        File.CreateSymbolicLink(folder.Path + "/loop", "loop");
        Refused(folder.Path + "/loop", "cannot be used");
    }

    [Fact]
    public void A_directory_where_a_server_lives_is_refused()
    {
        using TestMount mount = new();
        mount.Root.AddFile("text", "still\n");
        Refused(mount.Directory, "there is a damonfs already, whose server lives");
        Assert.Equal("still\n", mount.Shell("cat text").Output);
    }

    [Fact]
    public void A_symbolic_link_and_strange_characters_in_the_path_are_fine()
    {
        TestMount.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        string real = folder.Path + "/a b\t\\c\u00e9'\"$x";
        Directory.CreateDirectory(real);
        File.CreateSymbolicLink(folder.Path + "/link", real);
        using (FuseServer server = FuseServer.Mount(folder.Path + "/link", new TestDirectory(1), new FuseMountOptions()))
        {
            server.Start();
            Assert.Equal(real, server.Directory);
            Assert.Equal("fuse.damonfs", FuseMountTable.TopAt(real)?.Type);
            Refused(real, "whose server lives");
        }

        Assert.Null(FuseMountTable.TopAt(real));
    }

    [Fact]
    public void Nothing_is_left_after_unmounting()
    {
        TestMount.SkipUnlessPossible();
        Round(); // What is made once, is.
        int before = NrDescriptors();
        const int Rounds = 30;
        int[] watchdogs = [.. Enumerable.Range(0, Rounds).Select(_ => Round())];

        // What other tests have left behind may be closed meanwhile, or a few be opened by the runtime.
        Assert.InRange(NrDescriptors(), 0, before + (Rounds / 2));
        Assert.All(watchdogs, pid => Assert.False(ServerProcess.IsAlive(pid)));

        static int Round()
        {
            using TestMount mount = new();
            mount.Root.AddFile("text", "text\n");
            Assert.Equal("text\n", mount.Shell("cat text; ls >/dev/null").Output);
            mount.Server.Unmount();
            mount.Server.Wait();
            mount.Server.Unmount();
            Assert.Null(FuseMountTable.TopAt(mount.Directory));
            return mount.Server.WatchdogPid;
        }
    }

    [Fact]
    public void A_server_that_never_began_unmounts_too()
    {
        TestMount.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        FuseServer server = FuseServer.Mount(folder.Path, new TestDirectory(1), new FuseMountOptions());
        Assert.NotNull(FuseMountTable.TopAt(folder.Path));
        server.Dispose();
        Assert.Null(FuseMountTable.TopAt(folder.Path));
        Assert.False(ServerProcess.IsAlive(server.WatchdogPid));
        Assert.Throws<InvalidOperationException>(server.Start);
    }

    [Fact]
    public void Waiting_ends_when_another_process_unmounts()
    {
        TestMount.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        using FuseServer server = FuseServer.Mount(folder.Path, new TestDirectory(1), new FuseMountOptions());
        server.Start();
        Thread thread = new(server.Wait);
        thread.Start();
        Assert.Equal(0, Client.Shell("/", $"ls {folder.Path} && umount {folder.Path}").ExitCode);
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)));
        server.Wait();
        server.Unmount();
    }

    [Fact]
    public void Unmounting_does_not_wait_for_clients_that_have_files_open()
    {
        TestMount mount = new();
        mount.Root.AddFile("text", new string('x', 100));
        using Process client = Client.Start(mount.Directory, "/bin/sh", "-c", "exec 3<text; head -c 10 <&3; echo; read -r go; cat <&3");
        Assert.Equal("xxxxxxxxxx", client.StandardOutput.ReadLine());
        mount.Server.Unmount();
        mount.Server.Wait();
        Assert.Null(FuseMountTable.TopAt(mount.Directory));
        Assert.Empty(Directory.EnumerateFileSystemEntries(mount.Directory));
        client.StandardInput.WriteLine("go");
        Assert.Contains("not connected", Client.Finish(client).Errors);
        mount.Dispose();
    }

    [Fact]
    public void Unmounting_does_not_wait_for_other_mount_namespaces_that_have_a_copy()
    {
        TestMount mount = new();
        using Process other = Client.Start(
            "/",
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "/bin/sh",
            "-c",
            $"ls {mount.Directory} && echo has it; read -r go; ls {mount.Directory}");
        Assert.Equal("has it", other.StandardOutput.ReadLine());
        mount.Server.Unmount();
        mount.Server.Wait();
        other.StandardInput.WriteLine("go");
        Assert.Contains("not connected", Client.Finish(other).Errors);
        mount.Dispose();
    }

    [Fact]
    public void Unmounting_interrupts_handlers_and_does_not_wait_for_those_that_do_not_care()
    {
        TestMount mount = new();
        using ManualResetEventSlim interrupted = new();
        using ManualResetEventSlim politeBegun = new();
        using ManualResetEventSlim deafBegun = new();
        using ManualResetEventSlim never = new();
        mount.Root.AddFile("polite").OnRead = (_, cancellation) =>
        {
            politeBegun.Set();
            cancellation.WaitHandle.WaitOne();
            interrupted.Set();
            cancellation.ThrowIfCancellationRequested();
            return [];
        };
        mount.Root.AddFile("deaf").OnRead = (_, _) =>
        {
            deafBegun.Set();
            never.Wait(CancellationToken.None);
            return [];
        };
        using Process polite = Client.Start(mount.Directory, "/bin/cat", "polite");
        using Process deaf = Client.Start(mount.Directory, "/bin/cat", "deaf");
        politeBegun.Wait(TestContext.Current.CancellationToken);
        deafBegun.Wait(TestContext.Current.CancellationToken);
        mount.Server.Unmount();
        Assert.True(interrupted.IsSet);
        Assert.NotEqual(0, Client.Finish(polite).ExitCode);
        Assert.NotEqual(0, Client.Finish(deaf).ExitCode);
        mount.Server.Wait();
        Assert.Null(FuseMountTable.TopAt(mount.Directory));

        // Its reply, when it comes at last, goes nowhere.
        never.Set();
        mount.Dispose();
        Assert.Empty(mount.Failures);
    }

    [Fact]
    public void A_handler_may_unmount()
    {
        TestMount mount = new();
        mount.Root.AddFile("quit").OnWrite = (_, _, _) => mount.Server.Unmount();
        _ = mount.Shell("echo x >quit");
        mount.Server.Wait();
        Assert.Null(FuseMountTable.TopAt(mount.Directory));
        mount.Dispose();
    }

    [Fact]
    public void Two_servers_do_not_meet()
    {
        using TestMount one = new();
        using TestMount two = new();
        one.Root.AddFile("text", "one\n");
        two.Root.AddFile("text", "two\n");
        Assert.Equal("one\ntwo\n", Client.Shell("/", $"cat {one.Path("text")} {two.Path("text")}").Output);
        two.Server.Unmount();
        two.Server.Wait();
        Assert.Equal("one\n", one.Shell("cat text").Output);
    }

    [Fact]
    public void A_mount_on_top_is_left_alone_and_named()
    {
        using TestMount mount = new();
        Assert.Equal(0, Client.Shell("/", $"mount -t tmpfs none {mount.Directory}").ExitCode);
        FuseMountException e = Assert.Throws<FuseMountException>(mount.Server.Unmount);
        Assert.Contains("another file system was mounted over", e.Message);
        Assert.Equal("tmpfs", FuseMountTable.TopAt(mount.Directory)?.Type);
        Assert.Equal(0, Client.Shell("/", $"umount {mount.Directory}").ExitCode);
    }

    static void Refused(string directory, string reason)
    {
        int before = NrDescriptors();
        FuseMountException e = Assert.Throws<FuseMountException>(() => FuseServer.Mount(directory, new TestDirectory(1), new FuseMountOptions()));
        Assert.Contains(reason, e.Message);
        Assert.Contains(Path.GetFileName(directory), e.Message);
        Assert.DoesNotContain('\n', e.Message);
        Assert.Equal(before, NrDescriptors());
    }

    /// <summary>Without the assemblies that the runtime opens when it likes.</summary>
    static int NrDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget)
        .Count(to => to is not null && !to.EndsWith(".dll", StringComparison.Ordinal) && !to.EndsWith(".pdb", StringComparison.Ordinal));
}
