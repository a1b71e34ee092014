using Damon.Linux.Backends;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Linux.Tests.KernelDamon.Models;

namespace Damon.Linux.Tests.KernelDamon;

/// <summary>What is left of a run that was killed: its note, of which a copy stands for it here.</summary>
public sealed class OwnershipTests : IDisposable
{
    readonly KernelBench _bench = new("6.12");
    readonly TemporaryFolder _left = new();
    readonly TemporaryFolder _proc = new();

    public void Dispose()
    {
        _bench.Dispose();
        _left.Dispose();
        _proc.Dispose();
    }

    /// <summary>A /proc of the same boot, in which the process of the note is not.</summary>
    OwnershipNotes Notes(string? boot = null)
    {
        _proc.Write("sys/kernel/random/boot_id", boot ?? File.ReadAllText("/proc/sys/kernel/random/boot_id"));
        return new OwnershipNotes(_left.Path, new ProcFileSystem(_proc.Path));
    }

    Leftovers Leftovers(string? boot = null) => new(Notes(boot), root => root == _bench.Sysfs.Root ? _bench.Sysfs : _bench.Trace);

    IMonitoringRun Kill(bool started = true)
    {
        IMonitoringRun run = _bench.Backend().Open(KernelBench.Request());
        if (started)
        {
            run.Start();
        }

        foreach (string note in Directory.EnumerateFiles(_bench.Folder.Path, "*.json"))
        {
            File.Copy(note, Path.Combine(_left.Path, Path.GetFileName(note)), overwrite: true);
        }

        _bench.Sysfs.Written.Clear();
        return run;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Leftovers_of_a_killed_run_are_shown_and_cleared_away(bool started)
    {
        using IMonitoringRun killed = Kill(started);
        Leftover found = Assert.Single(Leftovers().Look());
        Assert.Equal(LeftoverState.Left, found.State);
        Assert.Contains(
            $"process {Environment.ProcessId}, which was killed, left kdamond 0 ({(started ? "running, pid 300" : "not running")}), the tracing instance",
            found.Text,
            StringComparison.Ordinal);
        Assert.Empty(_bench.Sysfs.Written);

        Assert.Equal(LeftoverState.Cleared, Assert.Single(Leftovers().Clear()).State);
        Assert.Equal("0", _bench.Sysfs.Says("kdamonds/nr_kdamonds"));
        Assert.Empty(_bench.Trace.Instances.Children);
        Assert.Empty(Leftovers().Look());
    }

    [Fact]
    public void A_new_run_does_not_step_over_what_was_left()
    {
        using IMonitoringRun killed = Kill();
        OwnershipNotes notes = Notes();
        KernelDamonException e = Assert.Throws<KernelDamonException>(() => notes.Take("sysfs", _bench.Sysfs.Root));
        Assert.Contains("'damo stop --ours' clears that away", e.Message, StringComparison.Ordinal);
        Assert.Single(notes.Names());
    }

    [Fact]
    public void A_recreated_kdamond_is_not_ours()
    {
        IMonitoringRun killed = Kill();
        Assert.Equal(Errno.None, _bench.Sysfs.Write("kdamonds/0/state", "off"));
        Assert.Equal(Errno.None, _bench.Sysfs.Write("kdamonds/nr_kdamonds", "1"));
        _bench.Sysfs.Written.Clear();
        Leftover left = Assert.Single(Leftovers().Clear());
        Assert.Equal(LeftoverState.Unproven, left.State);
        Assert.Contains("made by somebody else; left alone", left.Text, StringComparison.Ordinal);
        Assert.Empty(_bench.Sysfs.Written);
        killed.Dispose();
    }

    [Fact]
    public void A_restarted_kdamond_is_not_ours()
    {
        IMonitoringRun killed = Kill();
        Assert.Equal(Errno.None, _bench.Sysfs.Write("kdamonds/0/state", "off"));
        Assert.Equal(Errno.None, _bench.Sysfs.Write("kdamonds/0/state", "on"));
        _bench.Sysfs.Written.Clear();
        Leftover left = Assert.Single(Leftovers().Clear());
        Assert.Contains("started anew by somebody else (its pid is 301, and was 300)", left.Text, StringComparison.Ordinal);
        Assert.Empty(_bench.Sysfs.Written);
        killed.Dispose();
    }

    [Fact]
    public void A_note_of_another_boot_is_ignored()
    {
        using IMonitoringRun killed = Kill();
        Assert.Equal(LeftoverState.Nothing, Assert.Single(Leftovers("another\n").Clear()).State);
        Assert.Empty(_bench.Sysfs.Written);
        Assert.Empty(Notes().Names());
    }

    [Fact]
    public void A_run_that_lives_is_left_alone()
    {
        using IMonitoringRun run = Kill();
        Leftovers leftovers = new(_bench.Notes, _ => _bench.Sysfs);
        Leftover found = Assert.Single(leftovers.Clear());
        Assert.Equal(LeftoverState.InUse, found.State);
        Assert.Contains($"process {Environment.ProcessId} uses /model/admin", found.Text, StringComparison.Ordinal);
        Assert.True(_bench.Sysfs.Kdamonds[0].IsOn);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"pid\": \"x\"}")]
    [InlineData("[]")]
    public void A_file_that_is_not_a_valid_note_is_reported_and_kept(string text)
    {
        _left.Write("kdamonds.json", text);
        Leftover found = Assert.Single(Leftovers().Clear());
        Assert.Equal(LeftoverState.Unproven, found.State);
        Assert.Contains("is no note of damo", found.Text, StringComparison.Ordinal);
        Assert.True(File.Exists(_left.File("kdamonds.json")));
    }

    [Fact]
    public void The_values_of_debugfs_before_a_killed_run_are_written_back()
    {
        DebugFsModel model = new(DebugFsEra.V518);
        Assert.Equal(Errno.None, model.Write("attrs", "4000 90000 900000 7 70\n"));
        List<string> before = model.Dump();
        IMonitoringRun run = new Linux.KernelDamon.DebugFs.DebugFsBackend(model, _bench.Trace, _bench.Notes, static _ => { }).Open(KernelBench.Request());
        run.Start();
        foreach (string note in Directory.EnumerateFiles(_bench.Folder.Path, "*.json"))
        {
            File.Copy(note, Path.Combine(_left.Path, Path.GetFileName(note)));
        }

        Leftovers leftovers = new(Notes(), root => root == model.Root ? model : _bench.Trace);
        Assert.Contains("monitoring, and parameters that were changed", Assert.Single(leftovers.Look()).Text, StringComparison.Ordinal);
        Assert.Equal(LeftoverState.Cleared, Assert.Single(leftovers.Clear()).State);
        Assert.Equal(before, model.Dump());
        run.Dispose();
    }
}
