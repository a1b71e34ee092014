using System.Globalization;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.Processes;
using Damon.Linux.Tests;
using Damon.Linux.Tests.Targets;

namespace Damo.SystemTests.Recording;

/// <summary><c>damo stop</c>, with notes of its own, so that it ends no other test's runs.</summary>
public sealed class StopTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Notes => _folder.File("notes");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Stop_ends_the_runs_of_the_same_user_as_a_signal_does_and_no_others()
    {
        using TargetProcess target = TargetProcess.Start();
        using DamoRun record = DamoRun.Start(_folder.Path, "record", "--notes-root", Notes, $"{target.Pid}");
        using DamoRun schemes = DamoRun.Start(_folder.Path, "schemes", "--notes-root", Notes, "4K max min min min max stat", $"{target.Pid}");
        using DamoRun other = DamoRun.Start(_folder.Path, "record", "--notes-root", _folder.File("others"), "-o", "other.data", $"{target.Pid}");
        record.WaitForStart();
        schemes.WaitForStart();
        other.WaitForStart();
        record.WaitForSnapshots(_folder.File("damon.data"));

        using DamoRun stop = Stop(0);

        Assert.Contains($"ended process {record.Pid}: {DamoRun.Binary} record", stop.Errors);
        Assert.Contains($"ended process {schemes.Pid}: {DamoRun.Binary} schemes", stop.Errors);
        record.WaitForEnd(143);
        schemes.WaitForEnd(143);
        Assert.Equal("stopped", WholeRecord.Read(_folder.File("damon.data")).Entries("end")[0].GetProperty("end_reason").GetString());
        Assert.Empty(Directory.GetFiles(Notes, "run-*"));
        other.Signal(Damon.Linux.Native.LibC.SIGTERM);
        other.WaitForEnd(143);
        Assert.False(target.HasExited);
        using DamoRun nothing = Stop(1);
        nothing.AssertOneLine("DAMON is not turned on");
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(0, "00000000-0000-0000-0000-000000000000")]
    public void Stop_leaves_a_process_alone_that_got_the_pid_of_a_run_that_has_ended(int later, string boot)
    {
        using TargetProcess target = TargetProcess.Start();
        Directory.CreateDirectory(Notes, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ulong start = ulong.Parse(File.ReadAllText($"/proc/{target.Pid}/stat").Split(") ")[1].Split(' ')[19], CultureInfo.InvariantCulture);
        string note = Path.Combine(Notes, $"run-{target.Pid}");
        File.WriteAllText(note, $"{target.Pid} {start + (ulong)later} {(boot.Length > 0 ? boot : OwnProcess.BootOf(new ProcFileSystem()))}\n");

        using DamoRun stop = Stop(1);

        stop.AssertOneLine("DAMON is not turned on");
        Assert.False(File.Exists(note));
        _ = target.Do("stop");
        Assert.False(target.HasExited);
    }

    [Fact]
    public void Stop_believes_no_notes_in_a_folder_that_others_can_write_to()
    {
        using TargetProcess target = TargetProcess.Start();
        using DamoRun record = DamoRun.Start(_folder.Path, "record", "--notes-root", Notes, $"{target.Pid}");
        record.WaitForStart();
        File.SetUnixFileMode(Notes, (UnixFileMode)0x1ff);
        Stop(1).Dispose();
        File.SetUnixFileMode(Notes, (UnixFileMode)0x1c0);
        Stop(0).Dispose();
        record.WaitForEnd(143);
    }

    DamoRun Stop(int exitCode) => DamoRun.Run(exitCode, _folder.Path, "stop", "--notes-root", Notes, "--sysfs-root", _folder.File("sysfs"));
}
