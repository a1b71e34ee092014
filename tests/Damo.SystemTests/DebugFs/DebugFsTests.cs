using System.Globalization;
using System.Text.Json;
using Damon.Linux.Fuse;
using Damon.Linux.Native;
using Damon.Linux.Tests;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;
using Damon.Tests.Shared;

namespace Damo.SystemTests.DebugFs;

/// <summary>The debugfs interface as scripts and programs meet it: the binary serves a real mount.</summary>
public sealed class DebugFsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly string _mount;

    public DebugFsTests()
    {
        Assert.SkipUnless(LibC.geteuid() == 0 && File.Exists("/dev/fuse"), "mounting needs root and /dev/fuse");
        _mount = Path.Combine(_folder.Path, "damon");
    }

    public void Dispose()
    {
        // Only after a test that failed is there anything to unmount.
        _ = LibC.umount2(_mount, LibC.MNT_DETACH);
        _folder.Dispose();
    }

    [Fact]
    public void The_transcript_of_the_first_documentation_works_line_by_line()
    {
        using TargetProcess target = TargetProcess.Start();
        _ = target.Map("anon", 16 << 20);
        Mount();
        string script = $$"""
            set -eu
            cd {{_mount}}
            ls
            cat attrs
            echo 5000 100000 1000000 10 1000 > attrs
            cat attrs
            echo paddr > pids
            cat pids
            echo {{target.Pid}} > pids
            cat pids
            cat init_regions
            printf '{{target.Pid}} 4096 8192\n{{target.Pid}} 8192 16384\n' > init_regions
            cat init_regions
            echo > init_regions
            cat record
            echo "4096 {{_folder.Path}}/damon.data" > record
            cat record
            echo "4096 8192 0 5 10 20 2" > schemes
            cat schemes
            echo > schemes
            cat monitor_on
            echo on > monitor_on
            cat monitor_on
            sleep 1
            echo off > monitor_on
            cat monitor_on
            """;
        Assert.Equal(
            $"""
            attrs
            init_regions
            monitor_on
            pids
            record
            schemes
            5000 100000 1000000 10 1000
            5000 100000 1000000 10 1000
            -1
            {target.Pid}
            {target.Pid} 4096 8192
            {target.Pid} 8192 16384
            0 none
            4096 {_folder.Path}/damon.data
            4096 8192 0 5 10 20 2 0 0
            off
            on
            off

            """,
            Shell(script));
        string record = Path.Combine(_folder.Path, "damon.data");
        Assert.True(Snapshots(record) >= 5);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(record));
        Unmount();
    }

    [Fact]
    public void Physical_memory_is_monitored_in_the_regions_that_are_given()
    {
        Mount();
        string record = Path.Combine(_folder.Path, "paddr.data");
        string script = $"""
            set -e
            cd {_mount}
            echo paddr > pids
            echo "4096 {record}" > record
            echo "-1 1048576 67108864" > init_regions
            echo on > monitor_on
            sleep 1
            cat monitor_on
            echo off > monitor_on
            cat monitor_on
            """;
        Assert.Equal("on\noff\n", Shell(script));
        Assert.True(Snapshots(record) > 2);
        Unmount();
    }

    [Fact]
    public void Status_shows_what_is_mounted_and_umount_ends_it_while_it_monitors()
    {
        using TargetProcess target = TargetProcess.Start();
        Mount();
        Assert.Equal($"{target.Pid}\non\n", Shell($"cd {_mount}; echo {target.Pid} > pids; echo on > monitor_on; cat pids monitor_on"));
        using DamoRun status = DamoRun.Run(0, _folder.Path, "debugfs", "status", "--json");
        using JsonDocument json = JsonDocument.Parse(status.Output);
        JsonElement mount = json.RootElement.EnumerateArray().Single(m => m.GetProperty("directory").GetString() == _mount);
        Assert.True(mount.GetProperty("answers").GetBoolean() && mount.GetProperty("on").GetBoolean());
        Assert.Equal($"{target.Pid}", mount.GetProperty("targets").GetString());
        int server = mount.GetProperty("server_pid").GetInt32();
        using DamoRun second = DamoRun.Run(1, _folder.Path, "debugfs", "mount", _mount);
        Assert.Contains("whose server lives", second.Errors);
        Unmount();
        Assert.False(Directory.Exists(_mount));
        Assert.True(Ended(server));
    }

    [Fact]
    public void A_server_that_is_killed_leaves_nothing_and_the_next_mounts()
    {
        Mount();
        using DamoRun status = DamoRun.Run(0, _folder.Path, "debugfs", "status", "--json");
        using JsonDocument json = JsonDocument.Parse(status.Output);
        int server = json.RootElement.EnumerateArray().Single(m => m.GetProperty("directory").GetString() == _mount).GetProperty("server_pid").GetInt32();
        _ = LibC.kill(server, LibC.SIGKILL);
        Assert.True(Ended(server));
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(_mount), TimeSpan.FromSeconds(30)), "the directory that was made for it is left");
        Mount();
        Assert.Equal("off\n", Shell($"cat {_mount}/monitor_on"));
        Unmount();
    }

    [Fact]
    public void In_the_foreground_it_ends_with_a_signal()
    {
        using DamoRun run = DamoRun.Start(_folder.Path, "debugfs", "mount", _mount, "--era", "6.8", "--foreground");
        run.WaitFor("the mount", () => run.Errors.Contains("debugfs interface of the era 6.8", StringComparison.Ordinal));
        Assert.Equal(
            "DEPRECATED attrs init_regions kdamond_pid mk_contexts monitor_on_DEPRECATED rm_contexts schemes target_ids\n",
            Shell($"cd {_mount}; echo *"));
        run.Signal(LibC.SIGTERM);
        run.WaitForEnd(0);
        Assert.False(Directory.Exists(_mount));
    }

    [Fact]
    public void The_c_sample_finds_the_rules_kept()
    {
        using TargetProcess target = TargetProcess.Start();
        string program = Path.Combine(_folder.Path, "attrs");
        _ = Shell($"cc -Wall -Werror -o {program} {Sample("attrs.c")}");
        Mount();
        string output = Shell($"{program} {_mount} {target.Pid}");
        Assert.DoesNotContain("FAIL", output);
        Assert.Equal(19, output.Split("ok  ").Length - 1);
        Unmount();
    }

    [Fact]
    public void The_python_sample_counts_idle_memory()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3") || Shell("command -v python3 || true").Length > 0, "there is no python3");
        using TargetProcess target = TargetProcess.Start();
        _ = target.Map("anon", 64 << 20);
        Mount();
        string output = Shell($"python3 {Sample("idle.py")} {_mount} {target.Pid} 4");
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.True(double.Parse(lines[^1].Split(' ')[0], CultureInfo.InvariantCulture) > 32, output);
        Unmount();
    }

    [Fact]
    public void The_shell_sample_makes_a_record()
    {
        using TargetProcess target = TargetProcess.Start();
        Mount();
        string record = Path.Combine(_folder.Path, "sample.data");
        Assert.Equal($"monitoring {target.Pid}: on\ndone: off\n", Shell($"{Sample("monitor.sh")} {_mount} {target.Pid} 2 {record}"));
        Assert.True(Snapshots(record) > 5);
        Unmount();
    }

    [Fact]
    public void A_script_finds_the_interface_at_the_kernels_path_and_nothing_outside_changes()
    {
        using TargetProcess target = TargetProcess.Start();
        string before = File.ReadAllText("/proc/self/mountinfo");
        string record = Path.Combine(_folder.Path, "run.data");
        using DamoRun run = DamoRun.Start(
            _folder.Path, "debugfs", "run", "--", "sh", "-c",
            $"{Sample("monitor.sh")} /sys/kernel/debug/damon {target.Pid} 1 {record}; ls /sys/kernel/debug | wc -l; exit 7");
        run.WaitForEnd(7);
        Assert.StartsWith($"monitoring {target.Pid}: on\ndone: off\n", run.Output, StringComparison.Ordinal);
        Assert.True(int.Parse(run.Output.Split('\n')[2], CultureInfo.InvariantCulture) > 1, run.Output);
        Assert.True(Snapshots(record) > 2);
        Assert.Equal(before, File.ReadAllText("/proc/self/mountinfo"));
    }

    [Fact]
    public void Of_several_that_mount_at_one_place_at_once_one_does()
    {
        List<DamoRun> runs = [.. Enumerable.Range(0, 4).Select(_ => DamoRun.Start(_folder.Path, "debugfs", "mount", _mount))];
        try
        {
            int[] codes = [.. runs.Select(run => run.WaitForEnd())];
            Assert.Equal([0, 1, 1, 1], codes.Order());
            Assert.Single(FuseMountTable.OfType("fuse.damonfs"), mount => mount.Directory == _mount);
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
        }

        Unmount();
    }

    [Fact]
    public void A_command_finds_no_sysfs_interface_unless_it_is_to()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/damon"), "this kernel has no DAMON of its own");
        string others = string.Join(
            '\n',
            Directory.GetFileSystemEntries("/sys/kernel/mm")
                .Select(entry => Path.GetFileName(entry))
                .Where(name => name != "damon")
                .Order(StringComparer.Ordinal))
            + "\n";
        const string Show = "LC_ALL=C ls /sys/kernel/mm; test ! -e /sys/kernel/mm/damon/admin";
        using DamoRun hidden = DamoRun.Run(0, _folder.Path, "debugfs", "run", "--kernel", "hide", "--", "sh", "-c", Show);
        Assert.Equal(others, hidden.Output);
        using DamoRun shown = DamoRun.Run(1, _folder.Path, "debugfs", "run", "--kernel", "show", "--", "sh", "-c", Show);
        Assert.Contains("damon\n", shown.Output);
        Assert.True(Directory.Exists("/sys/kernel/mm/damon/admin"));
    }

    [Fact]
    public void The_capabilities_of_the_service_are_enough_to_mount_and_to_monitor()
    {
        string unit = File.ReadAllText(Path.Combine(Repository.Root, "packaging", "damo-debugfs.service"));
        string capabilities = unit.Split('\n')
            .Single(line => line.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal))["CapabilityBoundingSet=CAP_".Length..];
        string set = "-all,+" + capabilities.ToLowerInvariant().Replace(" cap_", ",+", StringComparison.Ordinal);
        using TargetProcess target = TargetProcess.Start();
        using DamoRun run = DamoRun.StartShell(
            _folder.Path,
            $"exec setpriv --bounding-set={set} --inh-caps=-all --no-new-privs $DAMO debugfs mount --foreground --access-check page-table {_mount}");
        run.WaitFor("the mount", () => run.Errors.Contains("served by process", StringComparison.Ordinal));
        Assert.Equal("on\n", Shell($"cd {_mount}; echo {target.Pid} > pids; echo on > monitor_on; cat monitor_on; echo off > monitor_on"));
        run.Signal(LibC.SIGTERM);
        run.WaitForEnd(0);
    }

    [Fact]
    public void An_ordinary_user_is_not_told_that_the_server_hangs()
    {
        Mount();
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0x1ed);
        using DamoRun status = DamoRun.StartShell(_folder.Path, "exec setpriv --reuid 65534 --regid 65534 --clear-groups $DAMO debugfs status");
        status.WaitForEnd(0);
        Assert.Contains($"{_mount}: served by process", status.Output);
        Assert.Contains("only root may look into it", status.Output);
        Assert.DoesNotContain("hangs", status.Output);
        Unmount();
    }

    [Theory]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("exit 3", 3)]
    [InlineData("cat /sys/kernel/debug/damon/monitor_on", 0)]
    public void The_end_of_the_command_is_passed_on(string script, int exitCode) =>
        DamoRun.Run(exitCode, _folder.Path, "debugfs", "run", "--era", "6.1", "--", "sh", "-c", script).Dispose();

    [Theory]
    [InlineData(2, "there is no era '4.4'", "debugfs", "mount", "--era", "4.4")]
    [InlineData(1, "damo has nothing mounted at", "debugfs", "umount", "/tmp")]
    [InlineData(127, "cannot be run: ", "debugfs", "run", "--", "/no/such/program")]
    public void A_debugfs_command_that_cannot_work_says_why(int exitCode, string what, params string[] arguments)
    {
        // So that there is something that is not named.
        Mount();
        using DamoRun run = DamoRun.Run(exitCode, _folder.Path, arguments);
        Assert.Contains(what, run.Errors);
        Assert.DoesNotContain("   at ", run.Errors);
        Unmount();
    }

    static string Sample(string name) => Path.Combine(Repository.Root, "samples", "debugfs", name);

    static int Snapshots(string path)
    {
        using IRecordReader reader = RecordReaders.Open(File.OpenRead(path));
        Snapshot snapshot = new();
        int count = 0;
        while (reader.Read(snapshot))
        {
            count++;
        }

        return count;
    }

    static bool Ended(int pid) =>
        SpinWait.SpinUntil(
            () => !File.Exists($"/proc/{pid}/stat") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30));

    string Shell(string script)
    {
        using DamoRun run = DamoRun.StartShell(_folder.Path, script);
        run.WaitForEnd(0);
        return run.Output;
    }

    void Mount() => DamoRun.Run(0, _folder.Path, "debugfs", "mount", _mount).Dispose();

    void Unmount() => DamoRun.Run(0, _folder.Path, "debugfs", "umount", _mount).Dispose();
}
