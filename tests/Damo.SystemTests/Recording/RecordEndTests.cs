using System.Diagnostics;
using System.Globalization;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Linux.Tests;
using Damon.Linux.Tests.Targets;

namespace Damo.SystemTests.Recording;

/// <summary>Recordings that are ended from outside: nothing that was seen is lost, and nothing is left behind.</summary>
public sealed class RecordEndTests : IDisposable
{
    // The runtime of a debug build maps a large file at its start, which the limit would forbid.
    const string SmallFiles = "export DOTNET_EnableWriteXorExecute=0; ulimit -f 128; ";

    readonly TemporaryFolder _folder = new();

    string Record => Path.Combine(_folder.Path, "damon.data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(LibC.SIGINT, 130)]
    [InlineData(LibC.SIGTERM, 143)]
    public void A_signal_ends_the_run_properly(int signal, int exitCode)
    {
        using TargetProcess target = TargetProcess.Start();
        using DamoRun run = DamoRun.Start(_folder.Path, "record", $"{target.Pid}");
        run.WaitForSnapshots(Record);

        run.Signal(signal);
        run.WaitForEnd(exitCode);

        Assert.EndsWith($"Press Ctrl+C to stop\n\nsignal {signal} received\n", run.Output);
        WholeRecord record = WholeRecord.Read(Record);
        Assert.Null(record.Damage);
        Assert.NotEmpty(record.Snapshots);
        Assert.Equal("stopped", record.Entries("end")[0].GetProperty("end_reason").GetString());
        Assert.False(target.HasExited);
    }

    [Fact]
    public void A_signal_right_after_the_invitation_is_a_proper_end_too()
    {
        using TargetProcess target = TargetProcess.Start();
        using DamoRun run = DamoRun.Start(_folder.Path, "record", $"{target.Pid}");
        run.WaitForStart();
        run.Signal(LibC.SIGINT);
        run.WaitForEnd(130);
        Assert.EndsWith("\nsignal 2 received\n", run.Output);

        // A record gets its name with its first snapshot, which may not have been there.
        Assert.True(!File.Exists(Record) || WholeRecord.Read(Record).Damage is null);
    }

    [Theory]
    [InlineData(LibC.SIGINT, 130)]
    [InlineData(LibC.SIGTERM, 143)]
    public void The_command_ends_with_the_run_and_so_does_what_it_runs(int signal, int exitCode)
    {
        // Not in the background: a shell without job control makes that deaf to SIGINT.
        using DamoRun run = DamoRun.Start(_folder.Path, "record", "echo $$ > pid; sleep 1001; true");
        run.WaitForSnapshots(Record);
        List<int> pids = [ReadPid()];
        ProcFileSystem proc = new();
        run.WaitFor("the child", () =>
        {
            proc.AddChildren(pids[0], pids);
            return pids.Count > 1;
        });

        run.Signal(signal);
        run.WaitForEnd(exitCode);

        AssertGone(pids);
    }

    [Fact]
    public void The_time_limit_ends_the_command()
    {
        long start = Stopwatch.GetTimestamp();
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "--timeout", "1", "echo $$ > pid; sleep 1000; true");

        Assert.True(Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(1));
        AssertGone([ReadPid()]);
        Assert.DoesNotContain("signal", run.Output);
    }

    [Fact]
    public void A_killed_recorder_leaves_whole_snapshots()
    {
        using TargetProcess target = TargetProcess.Start();
        target.Loop(target.Map("anon", 16 * TargetProcess.MiB), 1);
        using DamoRun run = DamoRun.Start(_folder.Path, "record", "-s", "1000", "-a", "5000", $"{target.Pid}");
        run.WaitForSnapshots(Record, 20_000);
        run.Signal(LibC.SIGKILL);
        run.WaitForEnd(137);

        WholeRecord record = WholeRecord.Read(Record);
        Assert.Null(record.Damage);
        Assert.NotEmpty(record.Snapshots);
        using DamoRun report = DamoRun.Run(0, _folder.Path, "report", "raw");
        Assert.Equal("", report.Errors);
        Assert.Equal(record.Snapshots.Count, report.Output.Split('\n').Count(l => l.StartsWith("rel time:", StringComparison.Ordinal)));
        Assert.False(target.HasExited);
    }

    [Fact]
    public void A_full_disk_ends_the_record_with_whole_snapshots_and_lets_the_command_go_on()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to mount a small file system");
        using DamoRun run = DamoRun.StartShell(_folder.Path, """
            exec unshare -m sh -c '
                mkdir full && mount -t tmpfs -o size=48k tmpfs full && cd full || exit 99
                $DAMO record -s 1000 -a 10000 -n 100 "sleep 4; echo done > ../done"
                code=$?
                cp damon.data damon.data.meta.json ..
                exit $code'
            """);
        run.WaitForEnd(1);

        WholeRecord record = WholeRecord.Read(Record);
        Assert.Null(record.Damage);
        Assert.NotEmpty(record.Snapshots);
        Assert.EndsWith("\n", File.ReadAllText(Record + ".meta.json"));
        Assert.Contains("No space left on device", run.SaidLines()[^1]);
        Assert.Contains($"the {record.Snapshots.Count} snapshots before are kept", run.SaidLines()[^1]);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "done")));
    }

    [Fact]
    public void A_disk_that_is_full_from_the_beginning_is_reported_in_one_line()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to mount a small file system");
        using DamoRun run = DamoRun.StartShell(_folder.Path, """
            exec unshare -m sh -c '
                mkdir full && mount -t tmpfs -o size=4k tmpfs full && cd full && echo x > filler || exit 99
                exec $DAMO record "sleep 1000"'
            """);
        run.WaitForEnd(1);
        run.AssertOneLine("full/damon.data", "No space left on device");
    }

    [Fact]
    public void The_limit_of_the_file_size_is_a_failed_write_like_any_other()
    {
        using DamoRun run = DamoRun.StartShell(_folder.Path, SmallFiles + "exec $DAMO record -s 1000 -a 10000 -n 100 'sleep 3'");
        run.WaitForEnd(1);

        WholeRecord record = WholeRecord.Read(Record);
        Assert.Null(record.Damage);
        Assert.NotEmpty(record.Snapshots);
        Assert.EndsWith("\n", File.ReadAllText(Record + ".meta.json"));
        Assert.Contains("File too large", run.SaidLines()[^1]);
    }

    /// <summary>Names, mappings and ages are the lesser loss.</summary>
    [Fact]
    public void A_sidecar_that_reaches_the_limit_of_the_file_size_is_named_and_costs_no_snapshot()
    {
        // 300 mappings of long names: more than 128 blocks of 512 bytes, while the record of few regions is small.
        using TargetProcess target = TargetProcess.Start();
        string name = _folder.File(new string('m', 200));
        for (int i = 0; i < 300; i++)
        {
            target.Map("file", 4096, string.Create(CultureInfo.InvariantCulture, $"{name}{i}"));
        }

        using DamoRun run = DamoRun.StartShell(_folder.Path, SmallFiles + $"exec $DAMO record --backend engine --timeout 3 {target.Pid}");
        run.WaitForEnd(1);
        Assert.Contains($"'{Record}.meta.json' cannot be written: File too large", run.SaidLines()[^1]);
        WholeRecord record = WholeRecord.Read(Record);
        Assert.Null(record.Damage);
        Assert.True(record.Snapshots.Count > record.Entries("ages").Count, $"the sidecar has ages for all {record.Snapshots.Count} snapshots");
        Assert.Contains($"the record is whole ({record.Snapshots.Count} snapshots)", run.SaidLines()[^1]);
    }

    [Fact]
    public void A_failed_recording_can_still_be_interrupted_while_its_command_runs()
    {
        using DamoRun run = DamoRun.StartShell(_folder.Path, SmallFiles + "exec $DAMO record -s 1000 -a 10000 -n 100 'echo $$ > pid; sleep 1000; true'");
        string sidecar = Record + ".meta.json";
        long last = -1;
        run.WaitFor("the end of writing", () =>
        {
            Thread.Sleep(700);
            long length = File.Exists(sidecar) ? new FileInfo(sidecar).Length : 0;
            bool same = length == last && File.Exists(Record) && new FileInfo(Record).Length > 4096;
            last = length;
            return same;
        });
        run.Signal(LibC.SIGTERM);
        run.WaitForEnd(1);
        AssertGone([ReadPid()]);
    }

    [Fact]
    public void A_daemon_is_followed_as_long_as_it_lives_although_its_parents_have_ended()
    {
        // Two forks; everything but the daemon ends at once.
        const string Command = "sh -c '(setsid sh -c \"echo \\$\\$ > pid; sleep 2; echo > done; exit 0\" &) ; exit 0'";
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "--include-children", Command);

        Assert.True(File.Exists(_folder.File("done")));
        WholeRecord record = WholeRecord.Read(Record);
        int pid = ReadPid();
        Assert.Contains(
            record.Snapshots,
            snapshot => Enumerable.Range(0, snapshot.NrTargets).Any(i => snapshot[i].Id == pid && snapshot[i].Regions.Length > 0));
        Assert.Equal("targets gone", record.Entries("end")[0].GetProperty("end_reason").GetString());
    }

    [Fact]
    public void A_daemon_ends_with_a_run_that_is_stopped()
    {
        using DamoRun run = DamoRun.Start(
            _folder.Path,
            "record",
            "--include-children",
            "sh -c '(setsid sh -c \"echo \\$\\$ > pid; exec sleep 1001\" &) ; exit 0'");
        run.WaitForSnapshots(Record);
        run.WaitFor("the daemon", () => File.Exists(_folder.File("pid")) && File.ReadAllText(_folder.File("pid")).EndsWith('\n'));
        run.Signal(LibC.SIGTERM);
        run.WaitForEnd(143);
        AssertGone([ReadPid()]);
    }

    [Fact]
    public void Children_that_worked_unmonitored_are_reported_and_monitored_ones_are_not()
    {
        const string Command = "sh -c 'i=0; while [ $i -lt 1500000 ]; do i=$((i+1)); done'; true";
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", Command);
        Assert.Single(
            run.SaidLines(),
            line =>
                line.StartsWith("damo: children of the command used ", StringComparison.Ordinal)
                    && line.EndsWith("and were not monitored: --include-children does that", StringComparison.Ordinal));
        using DamoRun followed = DamoRun.Run(0, _folder.Path, "record", "--include-children", Command);
        Assert.DoesNotContain("not monitored", followed.Errors);
        using DamoRun alone = DamoRun.Run(0, _folder.Path, "record", "true && i=0; while [ $i -lt 500000 ]; do i=$((i+1)); done");
        Assert.DoesNotContain("not monitored", alone.Errors);
    }

    [Fact]
    public void Children_at_work_when_a_signal_comes_are_reported_too()
    {
        using DamoRun run = DamoRun.Start(_folder.Path, "record", "sh -c 'while :; do :; done'; true");
        run.WaitForSnapshots(Record, 4000);
        run.Signal(LibC.SIGINT);
        run.WaitForEnd(130);
        Assert.Contains("and were not monitored: --include-children does that", run.Errors);
    }

    [Theory]
    [InlineData("sleep 0.4; exit 3", 3, "the command failed with exit code 3")]
    [InlineData("true && exit 3", 3, "the command failed with exit code 3")]
    [InlineData("sleep 0.4; kill -SEGV $$", 139, "the command was ended by signal 11 (exit code 139)")]
    public void A_failure_of_the_command_is_reported_and_passed_on(string command, int exitCode, string line)
    {
        using DamoRun run = DamoRun.Run(exitCode, _folder.Path, "record", command);
        Assert.Equal("damo: " + line, run.SaidLines()[^1]);
    }

    int ReadPid() => int.Parse(File.ReadAllText(Path.Combine(_folder.Path, "pid")), CultureInfo.InvariantCulture);

    static void AssertGone(IEnumerable<int> pids)
    {
        foreach (int pid in pids)
        {
            Assert.True(
                SpinWait.SpinUntil(() => !new ProcFileSystem().TryReadStat(pid, out ProcessStat stat) || stat.IsZombie, TimeSpan.FromSeconds(10)),
                $"process {pid} is left");
        }
    }
}
