using System.Globalization;
using System.Text;
using Damon.Linux.AccessChecks;
using Damon.Linux.DamonFs;
using Damon.Linux.Native;
using Damon.Linux.Tests.Operations;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Binary;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>Runs over a real process.</summary>
public sealed class DamonFsLinuxTests
{
    [Fact]
    public void A_process_is_recorded_until_it_ends()
    {
        MonitoringRun.Create(AccessCheckKind.PageTable).Dispose(); // Skips where it does not work.
        using TemporaryFolder folder = new();
        string path = folder.File("damon.data");
        using TargetProcess target = TargetProcess.Start();
        AddressRange hot = target.Map("anon", 32 * TargetProcess.MiB);
        AddressRange cold = target.Map("anon", 32 * TargetProcess.MiB);
        target.Touch(hot);
        target.Touch(cold);
        target.Loop(hot, 1);

        using TestTree tree = new("seed", new LinuxOperationsFactory(AccessCheckKind.PageTable));
        tree.Set("attrs", "5000 100000 1000000 20 200");
        tree.Set("record", $"4096 {path}");
        tree.Set("schemes", "0 18446744073709551615 5 100 0 1000 5");
        tree.Set("pids", string.Create(CultureInfo.InvariantCulture, $"{target.Pid}\n"));
        tree.Start();
        TestTree.WaitUntil("regions with accesses", () => tree.Read("schemes").Split(' ')[7] != "0");
        Thread.Sleep(2000);
        target.Kill();
        TestTree.WaitUntil("the end", () => tree.Read("monitor_on") == "off\n");
        Assert.Empty(tree.Log);

        using BinaryRecordReader reader = RecordReaders.OpenBinary(File.OpenRead(path));
        List<Snapshot> snapshots = [];
        for (Snapshot snapshot = new(); reader.Read(snapshot); snapshot = new())
        {
            Assert.Equal(target.Pid, snapshot[0].Id);
            snapshots.Add(snapshot);
        }

        Assert.Null(reader.Damage);
        Assert.True(snapshots.Count >= 5, $"{snapshots.Count} snapshots");
        List<Snapshot> with = snapshots.FindAll(s =>
            !s[0].Regions.IsEmpty && MonitoringRun.Heat([s], hot) is not null && MonitoringRun.Heat([s], cold) is not null);
        double heat = MonitoringRun.Heat(with, hot)!.Value;
        double chill = MonitoringRun.Heat(with, cold)!.Value;
        Assert.True(heat > 4 * chill, $"hot {heat}, cold {chill}");
    }

    [Fact]
    public void Given_regions_follow_the_mappings_after_an_update_interval()
    {
        MonitoringRun.Create(AccessCheckKind.ClearRefs).Dispose();
        using TargetProcess target = TargetProcess.Start();
        using TestTree tree = new("6.1", new LinuxOperationsFactory(AccessCheckKind.ClearRefs));
        tree.Set("attrs", "5000 20000 500000 3 100");
        tree.Set("schemes", "0 18446744073709551615 0 1000 0 1000 5 0 0 0 0 0 0 0 0 0 0 0");
        tree.Set("target_ids", string.Create(CultureInfo.InvariantCulture, $"{target.Pid}\n"));
        tree.Set("init_regions", "0 4096 8192");
        tree.Start();
        (ulong Tried, ulong Bytes) Now()
        {
            string[] numbers = tree.Read("schemes").Trim().Split(' ');
            return (ulong.Parse(numbers[18], CultureInfo.InvariantCulture), ulong.Parse(numbers[19], CultureInfo.InvariantCulture));
        }

        TestTree.WaitUntil("the given region", () => Now().Tried > 0);
        TestTree.WaitUntil("more than it", () => Now() is var (tried, bytes) && bytes > tried * 4096);
        tree.Stop();
    }

    [Fact]
    public void Threads_and_processes_that_are_gone_do_not_exist()
    {
        using TestTree tree = new("6.1", new LinuxOperationsFactory());
        Assert.Equal(Errno.ENOMEM, tree.Write("target_ids", "2147483647"));
        Assert.Equal(Errno.ENOMEM, tree.Write("target_ids", "0"));
        using TargetProcess target = TargetProcess.Start();
        byte[] pid = Encoding.ASCII.GetBytes(target.Pid.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(Errno.EPERM, tree.Write("target_ids", pid, new DamonFsCaller(1, 12345)));
        Assert.Equal(Errno.None, tree.Write("target_ids", pid));
        target.Kill();
        Assert.Equal($"{target.Pid}\n", tree.Read("target_ids"));
        Assert.Equal(Errno.ENOMEM, tree.Write("target_ids", pid));
    }

    [Fact]
    public void This_process_does_not_monitor_itself()
    {
        using TestTree tree = new("6.1", new LinuxOperationsFactory(AccessCheckKind.ClearRefs));
        MonitoringRun.Create(AccessCheckKind.ClearRefs).Dispose();
        tree.Set("target_ids", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(Errno.EPERM, tree.Write("monitor_on", "on"));
        Assert.Contains("itself", tree.Log.Last(), StringComparison.Ordinal);
    }
}
