using System.Globalization;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Linux.Tests;
using Damon.Linux.Tests.Targets;

namespace Damo.SystemTests.Recording;

/// <summary>Recordings that cannot be: one line says why, and nothing is left behind.</summary>
public sealed class RecordRefusalTests : IDisposable
{
    const uint Nobody = 65534;

    readonly TemporaryFolder _folder = new();

    string Record => Path.Combine(_folder.Path, "damon.data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_process_is_one_line_and_leaves_no_file()
    {
        using DamoRun run = DamoRun.Run(1, _folder.Path, "record", "2147483647");
        run.AssertOneLine("there is no process 2147483647");
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_kernel_thread_as_target_is_refused()
    {
        Assert.SkipUnless(
            new ProcFileSystem().TryReadStat(2, out ProcessStat stat) && stat.IsKernelThread,
            "no kernel thread is to be seen in this pid namespace");
        using DamoRun run = DamoRun.Run(1, _folder.Path, "record", "2");
        run.AssertOneLine("process 2 (", "kernel thread");
    }

    [Fact]
    public void The_recorder_refuses_to_record_itself()
    {
        using DamoRun run = DamoRun.StartShell(_folder.Path, "exec $DAMO record $$");
        run.WaitForEnd(1);
        run.AssertOneLine("cannot record itself");
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_target_that_is_neither_command_nor_pid_is_refused()
    {
        using DamoRun run = DamoRun.Run(1, _folder.Path, "record", "no-such-program-anywhere");
        Assert.Equal("damo: target 'no-such-program-anywhere' is neither a command, nor a pid\n", run.Errors);
    }

    [Fact]
    public void A_process_that_dies_at_once_leaves_the_reason_why_there_is_no_record()
    {
        using TargetProcess target = TargetProcess.Start();
        using DamoRun run = DamoRun.Start(_folder.Path, "record", "-s", "1s", "-a", "20s", $"{target.Pid}");
        run.WaitForStart();
        target.Kill();
        run.WaitForEnd(1);
        Assert.Contains("no snapshot was recorded, and there is no '", run.SaidLines()[^1]);
    }

    [Fact]
    public void A_command_that_ends_before_the_first_snapshot_leaves_no_record()
    {
        using DamoRun run = DamoRun.Run(1, _folder.Path, "record", "-a", "10s", "true");
        Assert.EndsWith(
            $"no snapshot was recorded, and there is no '{Record}': the target ended before the first aggregation interval (10 s) did",
            run.SaidLines()[^1]);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_command_that_cannot_be_run_is_named_with_its_exit_code()
    {
        using DamoRun run = DamoRun.Run(1, _folder.Path, "record", "sleep 0.7; no-such-program-anywhere");
        Assert.Contains("'sleep 0.7; no-such-program-anywhere' could not be run", run.SaidLines()[^1]);
        Assert.Contains("127", run.SaidLines()[^1]);

        string broken = Path.Combine(_folder.Path, "broken");
        File.WriteAllText(broken, "#!/no/such/interpreter\n");
        File.SetUnixFileMode(broken, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using DamoRun second = DamoRun.Run(1, _folder.Path, "record", "./broken");
        Assert.Contains("could not be run", second.SaidLines()[^1]);
    }

    [Theory]
    [InlineData("no-such-folder/damon.data", "there is no directory")]
    [InlineData(".", "is a directory")]
    [InlineData("/proc/damon.data", "No such file")]
    public void An_output_that_cannot_be_written_starts_no_command(string output, string reason)
    {
        using DamoRun run = DamoRun.Run(1, _folder.Path, "record", "-o", output, "touch started");
        run.AssertOneLine("' cannot be written: ", reason);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void An_ordinary_user_cannot_record_anothers_process_or_into_anothers_folder()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to become somebody else");
        string binary = CopyForAll();
        using TargetProcess foreign = TargetProcess.Start();
        using DamoRun run = DamoRun.StartAs(Nobody, binary, _folder.Path, "record", $"{foreign.Pid}");
        run.WaitForEnd(1);
        run.AssertOneLine($"process {foreign.Pid} (", "run as root", "clear-refs check works on");

        using TemporaryFolder closed = new();
        using DamoRun second = DamoRun.StartAs(Nobody, binary, _folder.Path, "record", "-o", $"{closed.Path}/x", "sleep 1");
        second.WaitForEnd(1);
        second.AssertOneLine("' cannot be written: no permission");
    }

    [Fact]
    public void Physical_memory_for_an_ordinary_user()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to become somebody else");
        using DamoRun run = DamoRun.StartAs(Nobody, CopyForAll(), _folder.Path, "record", "paddr");
        run.WaitForEnd(1);
        run.AssertOneLine("physical memory cannot be monitored: /proc/iomem", "run as root");
        Assert.Empty(Directory.GetFiles(_folder.Path, "damon.data*"));
    }

    [Fact]
    public void An_ordinary_user_records_what_he_runs_himself_and_is_told_how_well_it_is_seen()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to become somebody else");
        string binary = CopyForAll();
        using DamoRun run = DamoRun.StartAs(Nobody, binary, _folder.Path, "record", "--timeout", "3", "sh -c 'while :; do :; done'");
        run.WaitForEnd(0);

        Assert.Contains("access check clear-refs", run.Errors);
        Assert.Contains("per mapping", run.Errors);
        WholeRecord record = WholeRecord.Read(Record);
        Assert.Equal("clear-refs", record.Header.GetProperty("access_check").GetProperty("name").GetString());
        Assert.Equal("mapping", record.Header.GetProperty("access_check").GetProperty("granularity").GetString());
        Assert.Contains(record.Snapshots, s => s.NrTargets == 1 && s[0].Regions.ToArray().Any(r => r.NrAccesses > 0));
    }

    [Fact]
    public void A_setuid_program_leaves_no_record_of_the_shell_that_started_it()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to become somebody else and to make a setuid program");
        string binary = CopyForAll();
        string sleep = Path.Combine(_folder.Path, "sleep-as-root");
        File.Copy("/bin/sleep", sleep);
        File.SetUnixFileMode(sleep, File.GetUnixFileMode(sleep) | UnixFileMode.SetUser);
        using DamoRun run = DamoRun.StartAs(Nobody, binary, _folder.Path, "record", "--notes-root", _folder.File("notes"), "./sleep-as-root 2");
        run.WaitForEnd(1);

        Assert.Single(run.SaidLines(), line => line.Contains("(sleep-as-root)", StringComparison.Ordinal) && line.Contains("setuid", StringComparison.Ordinal));
        Assert.Contains("nothing was seen", run.SaidLines()[^1]);
        Assert.All(WholeRecord.Read(Record).Snapshots, snapshot => Assert.Equal(0, snapshot.NrRegions));
    }

    [Fact]
    public void A_lack_of_descriptors_or_threads_is_reported_as_such()
    {
        using TargetProcess target = TargetProcess.Start();
        using DamoRun run = DamoRun.StartShell(
            _folder.Path,
            $"for n in 8 12 16 20 24 28 32 40 48; do (ulimit -n $n; exec $DAMO record --timeout 0.3 {target.Pid}) 2>&1 >/dev/null | grep '^damo: .*\\(no "
                + $"process\\|unexpected\\)'; done; true");
        run.WaitForEnd(0);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void A_full_device_as_output_leaves_no_command_running()
    {
        // A node of its own: nothing in /dev is put at risk.
        string mark = string.Create(CultureInfo.InvariantCulture, $"/no/such/mark/{Environment.ProcessId}/{Guid.NewGuid():N}");
        using DamoRun run = DamoRun.StartShell(_folder.Path, $"mknod full c 1 7 && exec $DAMO record -o full 'sleep 1000 {mark}'");
        run.WaitForEnd(1);

        run.AssertOneLine("full", "No space left on device");
        ProcFileSystem proc = new();
        Assert.DoesNotContain(
            Directory.GetDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out int pid) ? pid : 0).Where(p => p != 0),
            p => p != Environment.ProcessId && proc.CommandLine(p)?.Contains(mark, StringComparison.Ordinal) == true);
    }

    /// <summary>Others may be kept out of the folder of the binary, and of that of the tests.</summary>
    string CopyForAll()
    {
        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_folder.Path, All);
        string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "program")).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(DamoRun.Binary)!))
        {
            string copy = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, All);
        }

        return Path.Combine(folder, Path.GetFileName(DamoRun.Binary));
    }
}
