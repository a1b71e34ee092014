using System.Diagnostics;
using System.Globalization;
using Damon.Linux.Fuse;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.Fuse;

/// <summary>Servers that are killed, and what cleans up after them.</summary>
public sealed class FuseCrashTests
{
    [Fact]
    public void A_hundred_crashes_leave_nothing()
    {
        TestMount.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        List<int> watchdogs = [];
        for (int round = 0; round < 100; round++)
        {
            // A new server begins at once where the last one was killed, mostly before the watchdog of that one has done its work.
            using ServerProcess server = new(FuseServerProgram.CommandLine(folder.Path));
            watchdogs.Add(server.WatchdogPid);
            Assert.Equal("hello\n", Client.Shell("/", $"cat {folder.Path}/text").Output);
            server.Kill();
        }

        TestMount.Until(() => FuseMountTable.TopAt(folder.Path) is null, "the last mount detached");
        TestMount.Until(() => !watchdogs.Exists(ServerProcess.IsAlive), "all watchdogs ended");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_mount_without_a_watchdog_is_cleared_by_the_next_server()
    {
        TestMount.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        ServerProcess first = new(FuseServerProgram.CommandLine(folder.Path, watchdog: false));
        first.Kill();
        first.Dispose();
        Assert.Contains("not connected", Client.Shell("/", $"ls {folder.Path}").Errors);
        using (ServerProcess second = new(FuseServerProgram.CommandLine(folder.Path, watchdog: false)))
        {
            Assert.Equal("hello\n", Client.Shell("/", $"cat {folder.Path}/text").Output);
            Assert.Equal(0, second.Terminate());
        }

        Assert.Null(FuseMountTable.TopAt(folder.Path));
    }

    [Fact]
    public void A_watchdog_leaves_a_newer_mount_alone()
    {
        TestMount.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        using ServerProcess first = new(FuseServerProgram.CommandLine(folder.Path));

        // The watchdog is held while another server takes the place; it may well get the same mount and device numbers.
        Assert.Equal(0, LibC.kill(first.WatchdogPid, LibC.SIGSTOP));
        first.Kill();
        using ServerProcess second = new(FuseServerProgram.CommandLine(folder.Path));
        Assert.Equal(0, LibC.kill(first.WatchdogPid, LibC.SIGCONT));
        TestMount.Until(() => !ServerProcess.IsAlive(first.WatchdogPid), "the first watchdog ended");
        Assert.Equal("hello\n", Client.Shell("/", $"cat {folder.Path}/text").Output);
        Assert.Equal(0, second.Terminate());
        Assert.Null(FuseMountTable.TopAt(folder.Path));
    }

    [Fact]
    public void A_watchdog_is_on_its_own_and_deaf_to_polite_signals()
    {
        TestMount.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        using ServerProcess server = new(FuseServerProgram.CommandLine(folder.Path));
        int pid = server.WatchdogPid;
        TestMount.Until(() => File.ReadAllText($"/proc/{pid}/cmdline").Contains("fuse-watchdog", StringComparison.Ordinal), "the shell runs");
        string[] stat = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
        Assert.Equal(pid.ToString(CultureInfo.InvariantCulture), stat[3]); // Its own session.
        string[] open = [.. Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd")
            .Select(f => new FileInfo(f).LinkTarget ?? "")
            .Order(StringComparer.Ordinal)];
        Assert.Equal(["/dev/null", "/dev/null"], open[..2]);
        Assert.StartsWith("pipe:", Assert.Single(open[2..]));
        TestMount.Until(() => IgnoresTerm(pid) && new FileInfo($"/proc/{pid}/cwd").LinkTarget == "/", "its signals are ignored, its directory is the root");
        foreach (int signal in (int[])[1, LibC.SIGINT, LibC.SIGTERM])
        {
            Assert.Equal(0, LibC.kill(pid, signal));
        }

        server.Kill();
        TestMount.Until(() => FuseMountTable.TopAt(folder.Path) is null, "the mount detached");
    }

    [Fact]
    public void A_watchdog_works_in_a_private_mount_namespace_and_with_files_open()
    {
        TestMount.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        using ServerProcess server = new(["unshare", "--mount", "--propagation", "private", .. FuseServerProgram.CommandLine(folder.Path)]);
        Assert.Null(FuseMountTable.TopAt(folder.Path));
        string table = $"/proc/{server.Pid}/mountinfo";
        Assert.Contains(folder.Path, File.ReadAllText(table));
        using Process inside = Client.Start(
            "/",
            "nsenter",
            $"--mount=/proc/{server.Pid}/ns/mnt",
            "/bin/sh",
            "-c",
            $"exec 3<{folder.Path}/text; echo open; read -r go; grep -c {folder.Path} /proc/self/mountinfo");
        Assert.Equal("open", inside.StandardOutput.ReadLine());
        server.Kill();
        TestMount.Until(() => !ServerProcess.IsAlive(server.WatchdogPid), "the watchdog ended");
        inside.StandardInput.WriteLine("go");
        Assert.Equal("0\n", Client.Finish(inside).Output);
    }

    [Fact]
    public void Killing_the_process_group_of_a_server_is_cleaned_up_too()
    {
        TestMount.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        string directory = folder.Path + "/a b\\c\u00e9 $x*";
        Directory.CreateDirectory(directory);
        using ServerProcess server = new(["setsid", .. FuseServerProgram.CommandLine(directory)]);
        Assert.NotNull(FuseMountTable.TopAt(directory));
        Assert.Equal(0, LibC.kill(-server.Pid, LibC.SIGKILL));
        TestMount.Until(() => FuseMountTable.TopAt(directory) is null, "the mount detached");
        TestMount.Until(() => !ServerProcess.IsAlive(server.WatchdogPid), "the watchdog ended");
    }

    static bool IgnoresTerm(int pid)
    {
        string ignored = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        return (ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1ul << (LibC.SIGTERM - 1))) != 0;
    }
}
